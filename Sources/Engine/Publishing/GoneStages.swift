import Foundations
import Manifest
import Store

/// Published stages that the pipeline file no longer has.
///
/// They leave with the next generation, but not while something that hangs together with them stays as it is published:
/// a stage that was renamed and fails under its new name must not take what readers have with it.
struct GoneStages {
  /// By name.
  let stages: [String: GenerationStage]
  private let graph: StageGraph
  private let published: [String: GenerationStage]

  init(_ graph: StageGraph, _ published: [String: GenerationStage]) {
    self.graph = graph
    self.published = published
    stages = published.filter { graph.id(of: $0.key) == nil }
  }

  /// Those that were made from, or are what was made from, stages that stay or failed, at however many removes.
  func needed(by held: [StageID]) -> Set<String> {
    guard !stages.isEmpty, !held.isEmpty else { return [] }
    var makers: [Digest: [String]] = [:]
    for stage in published.values {
      for digest in Set([stage.record.dataset, stage.record.inputDigest]) {
        makers[digest, default: []].append(stage.record.stage)
      }
    }
    var neighbours: [String: Set<String>] = [:]
    for stage in published.values {
      for maker in stage.record.inputs.flatMap({ makers[$0] ?? [] }) where maker != stage.record.stage {
        neighbours[maker, default: []].insert(stage.record.stage)
        neighbours[stage.record.stage, default: []].insert(maker)
      }
    }
    var queue = Set(held.map { graph.stages[$0].name }).filter { published[$0] != nil }.sorted()
    var reached = Set(queue)
    while let name = queue.popLast() {
      for next in neighbours[name] ?? [] where reached.insert(next).inserted { queue.append(next) }
    }
    return reached.intersection(stages.keys)
  }
}
