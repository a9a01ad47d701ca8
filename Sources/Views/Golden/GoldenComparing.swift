import Foundations
import Manifest

/// A way to hold a result against a golden file.
///
/// What a volatile member is, which may differ from one run to the next without meaning anything, each decides by what
/// it puts into a recording: what is not in it is not compared.
protocol GoldenComparing: Sendable {
  /// What is held of a result.
  func record(_ stage: GoldenStage, _ holding: GoldenHolding) throws -> GoldenRecording

  /// For a comparison with `golden`.
  func holding(like golden: GoldenRecording) -> GoldenHolding

  /// How far `now` differs from `golden`, by what the rule allows. Both have the same head.
  func difference(_ golden: GoldenRecording, _ now: GoldenRecording) throws -> GoldenDifference

  /// The same with nothing allowed: what `accept` shows.
  var strict: Self { get }

  /// Members of the head that must be the same for entries to be comparable, with what they are called.
  var settings: [(member: String, name: String)] { get }
}

extension GoldenComparing {
  var settings: [(member: String, name: String)] { [] }

  func holding(like golden: GoldenRecording) -> GoldenHolding { .some(nil) }

  /// Why the two cannot be held against each other; `nil` when they can.
  func mismatch(_ golden: GoldenRecording, _ now: GoldenRecording) -> String? {
    for (member, name) in [("compare", "the comparator")] + settings where golden.head[member] != now.head[member] {
      func shown(_ value: JSONValue?) -> String { value.map { $0.string ?? $0.canonicalText } ?? "not said" }
      return
        "\(name) is another than when it was accepted: \(shown(golden.head[member])) → \(shown(now.head[member]))"
    }
    return nil
  }

  /// Added and removed entries, and what `compare` finds in those that both have.
  func entries(
    _ golden: GoldenRecording, _ now: GoldenRecording,
    added: (JSONObject) -> [WordChanges], removed: (JSONObject) -> [WordChanges] = { _ in [] },
    compare: (GoldenRecording.Entry, GoldenRecording.Entry) throws -> [WordChanges]
  ) rethrows -> [GoldenDifference.Entry] {
    let current = now.byID
    let former = golden.byID
    var found: [GoldenDifference.Entry] = []
    for entry in golden.entries {
      if let other = current[ExactText(entry.id)] {
        let details = try compare(entry, other)
        if !details.isEmpty { found.append(.init(change: .changed, id: entry.id, line: entry.line, details: details)) }
      } else {
        found.append(.init(change: .removed, id: entry.id, line: entry.line, details: removed(entry.value)))
      }
    }
    for entry in now.entries where former[ExactText(entry.id)] == nil {
      found.append(.init(change: .added, id: entry.id, line: nil, details: added(entry.value)))
    }
    return found
  }
}

extension GoldenRule {
  var comparing: any GoldenComparing {
    switch self {
    case .text(let rule): TextComparison(rule: rule)
    case .records(let rule): RecordComparison(rule: rule)
    case .vectors(let rule): VectorComparison(rule: rule)
    case .clusters(let rule): ClusterComparison(rule: rule)
    case .retrieval(let rule): RetrievalComparison(rule: rule)
    case .insights(let rule): InsightComparison(rule: rule)
    case .digest(let rule): DigestComparison(rule: rule)
    }
  }

  /// Of how many items a new golden file holds the content; `nil`: of all.
  var held: Int? {
    switch self {
    case .text(let rule): rule.held
    case .vectors(let rule): rule.held
    default: nil
    }
  }
}
