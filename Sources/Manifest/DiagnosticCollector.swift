import Foundations

/// Gathers all mistakes of a file, so that they are reported at once.
final class DiagnosticCollector {
  let source: SourceText
  private(set) var found: [Diagnostic] = []

  init(_ source: SourceText) { self.source = source }

  func report(_ position: SourcePosition, _ message: String, hint: String = "") {
    found.append(Diagnostic(source, position, message, hint: hint))
  }

  func report(_ diagnostic: Diagnostic) { found.append(diagnostic) }

  /// The members of a mapping by their keys; reports what is not in `known` (nothing there: whatever is written),
  /// written twice, or not a mapping at all. For keys that are known beforehand, take `MappingMembers`.
  func members(_ node: YAMLNode, of what: String, known: [String] = []) -> [String: (
    key: YAMLNode, value: YAMLNode
  )] {
    guard let pairs = node.mapping else {
      if !node.isNull {
        report(node.position, "\(what) must be a mapping (key: value), this is \(node.kindName)")
      }
      return [:]
    }
    var result: [String: (key: YAMLNode, value: YAMLNode)] = [:]
    for pair in pairs {
      guard let key = pair.key.text else {
        report(pair.key.position, "a key must be a text, this is \(pair.key.kindName)")
        continue
      }
      guard known.isEmpty || known.contains(key) else {
        unknown(key, pair.key.position, in: what, known: known)
        continue
      }
      if let first = result[key] {
        report(
          pair.key.position, "the key '\(key)' stands twice in \(what)",
          hint: "It first stands at line \(first.key.position.line); keep one of the two.")
        continue
      }
      result[key] = pair
    }
    return result
  }

  func unknown(_ key: String, _ position: SourcePosition, in what: String, known: [String]) {
    report(
      position, "\(what) has no key '\(key)'",
      hint: Suggestion.hint(key, among: known, otherwise: "Known here: \(known.joined(separator: ", ")).")
    )
  }
}
