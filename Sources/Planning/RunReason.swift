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
  /// The last result was less than it should be: a budget was spent, a server was down, or a command wrote a file that it names.
  case provisional
  /// For how long results hold is not what it was.
  case freshnessChanged
  /// Parts of it that only some items meet are newer: those are made anew.
  case partsChanged
  case forced
  /// These stages run first; whether this one does depends on what they make.
  case upstreamRuns([String])

  /// For people, in one line.
  package var text: String {
    switch self {
    case .neverRun: "no result yet"
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
    case .provisional:
      "its last result was provisional: a budget was spent, a server was down, or a command wrote a file that it names"
    case .freshnessChanged: "for how long results hold was changed"
    case .partsChanged: "what reads some of its items is newer"
    case .forced: "forced"
    case .upstreamRuns(let names): "waits for \(names.joined(separator: ", "))"
    }
  }

  /// Of a run that is over: what was waited for has come.
  package var pastLines: [String] {
    if case .upstreamRuns(let names) = self { return Self.inputChanged(names).lines }
    return lines
  }

  /// As the ledger, `plan --json` and `why --json` have it.
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
    case .partsChanged: ["reason": "parts_changed"]
    case .forced: ["reason": "forced"]
    case .upstreamRuns(let names): ["reason": "upstream_runs", "stages": JSONValue(names)]
    }
  }

  /// Reads what `json` wrote.
  /// - Throws: `.corrupt` for anything else.
  package init(_ json: JSONValue) throws(SluiceError) {
    func names() -> [String] { json["stages"]?.array?.compactMap(\.string) ?? [] }
    switch json["reason"]?.string {
    case "never_run": self = .neverRun
    case "key_changed": self = .keyChanged(try (json["changes"]?.array ?? []).map(KeyChange.init))
    case "input_changed": self = .inputChanged(names())
    case "source_changed": self = .sourceChanged
    case "quarantined":
      guard let count = json["items"]?.int else { throw Self.unreadable(json) }
      self = .quarantined(count)
    case "refresh_due": self = .refreshDue
    case "provisional": self = .provisional
    case "freshness_changed": self = .freshnessChanged
    case "parts_changed": self = .partsChanged
    case "forced": self = .forced
    case "upstream_runs": self = .upstreamRuns(names())
    default: throw Self.unreadable(json)
    }
  }

  private static func unreadable(_ json: JSONValue) -> SluiceError {
    SluiceError(
      .corrupt, "a reason in the ledger cannot be read: \(json.canonicalText.prefix(200))",
      advice: "It was written by another version of Sluice.")
  }

  /// The text in which the ledger keeps a list of reasons.
  package static func text(_ reasons: [RunReason]) -> String { JSONValue.array(reasons.map(\.json)).canonicalText }

  /// Reads what `text` wrote.
  package static func list(_ text: String) throws -> [RunReason] {
    guard let list = try JSONValue(parsing: text).array else { throw unreadable(.string(text)) }
    return try list.map { try RunReason($0) }
  }

  /// The text, a line for each key component that changed.
  package var lines: [String] {
    if case .keyChanged(let changes) = self, !changes.isEmpty { return changes.map(\.text) }
    return [text]
  }
}
