import Foundations

/// Reads `gates:` of a pipeline file.
struct GateReader {
  private static let command = "run"
  /// What is no measure but says how to measure.
  private static let settings: Set<String> = ["queries"]

  let collector: DiagnosticCollector

  /// - Parameter stages: the names that the file gives its stages, families by their own.
  func read(_ node: YAMLNode?, stages: [String]) -> [Gate] {
    guard let node, !node.isNull else { return [] }
    return collector.members(node, of: "'gates'").sorted { $0.value.key.position < $1.value.key.position }.compactMap {
      name, pair in
      guard stages.contains(name) else {
        collector.report(
          pair.key.position, "'gates' names a stage '\(name)' that does not exist",
          hint: Suggestion.hint(name, among: stages))
        return nil
      }
      return gate(name, pair)
    }
  }

  private func gate(_ stage: String, _ pair: (key: YAMLNode, value: YAMLNode)) -> Gate {
    var gate = Gate(stage: stage, position: pair.key.position, bars: [], settings: [:], command: nil)
    let members = collector.members(pair.value, of: "the gate of '\(stage)'")
    for (name, member) in members.sorted(by: { $0.value.key.position < $1.value.key.position }) {
      guard let text = member.value.text, !member.value.isNull else {
        collector.report(
          member.value.position, "'\(name)' must be a text such as \"<= 5%\", this is \(member.value.kindName)")
        continue
      }
      if name == Self.command {
        gate.command = text
      } else if Self.settings.contains(name) {
        gate.settings[name] = text
      } else if let limit = Gate.Limit(text) {
        gate.bars.append(Gate.Bar(measure: name, limit: limit, position: member.key.position))
      } else {
        collector.report(
          member.value.position, "'\(name)' must be a limit, this is '\(text)'",
          hint: "For example: \"<= 5%\", \">= 100\", or 3d for at most so old.")
      }
    }
    if members.isEmpty {
      collector.report(
        pair.value.position, "the gate of '\(stage)' measures nothing",
        hint: "For example: \(stage): {count: \">= 100\"}")
    }
    return gate
  }
}
