import Foundations
import Manifest
import StageKit

/// What is wrong with a gate that only the stage can tell.
enum GateProblems {
  /// Measures and settings that the gate's stage does not know.
  static func of(_ gate: Gate, _ graph: StageGraph, _ stages: StageTable<PreparedStage>) -> [Diagnostic] {
    let common = CommonMeasures()
    let gated = graph.stages.indices.filter {
      graph.stages[$0].name == gate.stage || graph.stages[$0].name.hasPrefix(gate.stage + "@")
    }
    // Of a stage that cannot run here nobody knows what it measures.
    guard let id = gated.first, case .success(let body) = stages[id].stage else { return [] }
    let own = body.stage.gateMeasures
    let known = common.names + (own?.names ?? []) + (own?.settings ?? []) + ["run"]
    var problems = gate.bars.filter { !common.knows($0.measure) && !(own?.knows($0.measure) ?? false) }.map { bar in
      Diagnostic(
        graph.pipeline.source, bar.position, "the gate of '\(gate.stage)' has no measure '\(bar.measure)'",
        hint: Suggestion.hint(bar.measure, among: known, otherwise: "There are: \(known.joined(separator: ", "))."))
    }
    for bar in gate.bars where common.knows(bar.measure) || own?.knows(bar.measure) ?? false {
      let unit = own.flatMap { $0.knows(bar.measure) ? $0.unit(of: bar.measure) : nil } ?? common.unit(of: bar.measure)
      if let hint = mistake(in: bar.limit, unit) {
        problems.append(
          Diagnostic(
            graph.pipeline.source, bar.position, "'\(bar.measure)' cannot be held against '\(bar.limit.text)'",
            hint: hint))
      }
    }
    for name in gate.settings.keys.sorted() where !(own?.settings.contains(name) ?? false) {
      problems.append(
        Diagnostic(
          graph.pipeline.source, gate.position, "the gate of '\(gate.stage)' does not know '\(name)'",
          hint: "There are: \(known.joined(separator: ", "))."))
    }
    return problems
  }

  /// What is wrong with a limit for values of a unit: a gate that never bites must not look like one.
  private static func mistake(in limit: Gate.Limit, _ unit: MeasureUnit) -> String? {
    switch (unit, limit.unit) {
    case (.share, .share), (.share, .number):
      (0...1).contains(limit.value) ? nil : "It is a share: from 0% to 100%, such as \"<= 5%\"."
    case (.share, .seconds): "It is a share, such as \"<= 5%\"."
    case (.count, .number): nil
    case (.count, _): "It is a number, such as \">= 100\"."
    case (.seconds, .seconds): nil
    case (.seconds, _): "It is a duration, such as 3d."
    }
  }
}
