import Foundations

/// Why a stage has to run.
package enum RunReason: Sendable, Equatable {
  case neverRun
  case keyChanged([KeyChange])
  /// These stages' datasets are not those of the last time.
  case inputChanged([String])
  /// The outside world is not as it was.
  case sourceChanged
  /// So many items are in quarantine and are tried again.
  case quarantined(Int)
  /// Some items are due to be asked for again.
  case refreshDue
  /// The last result was less than it should be: a budget was spent, or a server was down.
  case provisional
  /// For how long results hold is not what it was.
  case freshnessChanged
  case forced
  /// These stages run first; whether this one does depends on what they make.
  case upstreamRuns([String])

  package var text: String {
    switch self {
    case .neverRun: "never run before"
    case .keyChanged(let changes):
      changes.isEmpty
        ? "its key changed"
        : "changed: " + changes.prefix(4).map(\.text).joined(separator: "; ")
          + (changes.count > 4 ? "; …" : "")
    case .inputChanged(let names): "new input from \(names.joined(separator: ", "))"
    case .sourceChanged: "the sources changed"
    case .quarantined(let count):
      "\(count) quarantined \(count == 1 ? "item is" : "items are") tried again"
    case .refreshDue: "items are due to be asked for again"
    case .provisional: "its last result was provisional: a budget was spent, or a server was down"
    case .freshnessChanged: "for how long results hold was changed"
    case .forced: "forced"
    case .upstreamRuns(let names): "waits for \(names.joined(separator: ", "))"
    }
  }

  package var json: JSONValue {
    switch self {
    case .neverRun: ["reason": "never_run"]
    case .keyChanged(let changes):
      ["reason": "key_changed", "changes": .array(changes.map(\.json))]
    case .inputChanged(let names): ["reason": "input_changed", "stages": JSONValue(names)]
    case .sourceChanged: ["reason": "source_changed"]
    case .quarantined(let count): ["reason": "quarantined", "items": JSONValue(count)]
    case .refreshDue: ["reason": "refresh_due"]
    case .provisional: ["reason": "provisional"]
    case .freshnessChanged: ["reason": "freshness_changed"]
    case .forced: ["reason": "forced"]
    case .upstreamRuns(let names): ["reason": "upstream_runs", "stages": JSONValue(names)]
    }
  }
}
