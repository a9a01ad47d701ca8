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
    for name in gate.settings.keys.sorted() where !(own?.settings.contains(name) ?? false) {
      problems.append(
        Diagnostic(
          graph.pipeline.source, gate.position, "the gate of '\(gate.stage)' does not know '\(name)'",
          hint: "There are: \(known.joined(separator: ", "))."))
    }
    return problems
  }
}
