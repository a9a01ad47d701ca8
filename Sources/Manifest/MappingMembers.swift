import Foundations

/// The keys that a mapping may have, by their names in the file, in the order in which messages list them.
protocol MappingKey: RawRepresentable<String>, CaseIterable, Hashable {}

/// The members of a mapping whose keys are known.
struct MappingMembers<Key: MappingKey> {
  typealias Pair = (key: YAMLNode, value: YAMLNode)

  private let pairs: [Key: Pair]
  private let collector: DiagnosticCollector

  /// Reports what is unknown, written twice, or not a mapping at all; `nil` has no members.
  init(_ node: YAMLNode?, of what: String, _ collector: DiagnosticCollector) {
    self.collector = collector
    var pairs: [Key: Pair] = [:]
    let found = node.map { collector.members($0, of: what, known: Key.allCases.map(\.rawValue)) } ?? [:]
    for (name, pair) in found {
      guard let key = Key(rawValue: name) else { preconditionFailure("only known keys are given") }
      pairs[key] = pair
    }
    self.pairs = pairs
  }

  subscript(key: Key) -> Pair? { pairs[key] }

  /// What is said of `key`; `nil` where nothing is, or null.
  func value(_ key: Key) -> YAMLNode? { pairs[key].flatMap { $0.value.isNull ? nil : $0.value } }

  /// Where a mistake in what is said of `key` is shown.
  func position(_ key: Key, else fallback: YAMLNode) -> SourcePosition {
    pairs[key]?.value.position ?? fallback.position
  }

  /// A text; anything else is reported.
  func text(_ key: Key) -> String? {
    guard let node = value(key) else { return nil }
    if let text = node.text { return text }
    collector.report(node.position, "'\(key.rawValue)' must be a text, this is \(node.kindName)")
    return nil
  }
}
