import Foundations
import Manifest
import Store

/// Which results make the next generation: only such as were made from one another.
///
/// Each stage comes in with its newest result or stays as it is published. Wherever the results of two stages that are
/// connected do not fit (one was run alone, or one failed), both stay, and with them what would not fit then.
struct ConsistentSet {
  private let graph: StageGraph
  private let newest: StageTable<StageRecord?>
  private let published: StageTable<StageRecord?>
  private let failed: Set<StageID>
  private let inputDigest: (StageRecord, StageID) -> Digest
  /// Whether a stage stays as it is published.
  private var stays: StageTable<Bool>

  /// - Parameters:
  ///   - failed: stages that did not succeed in this run.
  ///   - inputDigest: what a stage depends on in the result of one that it needs.
  init(
    _ graph: StageGraph, newest: StageTable<StageRecord?>, published: StageTable<StageRecord?>, failed: Set<StageID>,
    inputDigest: @escaping (StageRecord, StageID) -> Digest
  ) {
    self.graph = graph
    self.newest = newest
    self.published = published
    self.failed = failed
    self.inputDigest = inputDigest
    stays = StageTable(zip(newest, published).map(Self.areInterchangeable))
    settle(from: Array(graph.stages.indices))
    // What is published was made along the edges that the file had then.
    while case let strayed = strayed(), !strayed.isEmpty {
      for id in strayed { stays[id] = true }
      settle(from: strayed + strayed.flatMap { graph.dependents[$0] })
    }
  }

  /// What the generation holds of a stage.
  subscript(id: StageID) -> StageRecord? { stays[id] ? published[id] : newest[id] }

  /// The stages whose newest results are not in it.
  var behind: [StageID] {
    graph.stages.indices.filter { stays[$0] && !Self.areInterchangeable(newest[$0], published[$0]) }
  }

  /// Whether it makes no difference which of two results comes in.
  private static func areInterchangeable(_ one: StageRecord?, _ other: StageRecord?) -> Bool {
    guard let one, let other else { return one == nil && other == nil }
    return one.isInterchangeable(with: other)
  }

  /// Stages that would move on though what stays was made from their published results.
  private func strayed() -> [StageID] {
    guard stays.contains(false) else { return [] }
    var held: Set<Digest> = []
    for id in graph.stages.indices {
      if let record = self[id] { held.formUnion([record.dataset, record.inputDigest]) }
    }
    var missing: Set<Digest> = []
    for id in graph.stages.indices where stays[id] {
      missing.formUnion((published[id]?.inputs ?? []).filter { !held.contains($0) })
    }
    guard !missing.isEmpty else { return [] }
    return graph.stages.indices.filter { id in
      guard !stays[id], let record = published[id] else { return false }
      return missing.contains(record.dataset) || missing.contains(record.inputDigest)
    }
  }

  private mutating func settle(from start: [StageID]) {
    var queue = start
    while let id = queue.popLast() {
      for need in graph.needs[id] where !fit(need, id) {
        for end in [need, id] where !stays[end] {
          stays[end] = true
          // Its other neighbours have to be looked at again.
          queue.append(end)
          queue.append(contentsOf: graph.dependents[end])
        }
      }
    }
  }

  /// Whether what is chosen of two connected stages was made from one another.
  private func fit(_ need: StageID, _ id: StageID) -> Bool {
    // What is published stands, whatever became of the pipeline file since.
    if stays[need] && stays[id] { return true }
    guard let record = self[id] else { return newest[id] == nil && !failed.contains(id) }
    guard let above = self[need], let place = graph.needs[id].firstIndex(of: need), place < record.inputs.count else {
      return false
    }
    return record.inputs[place] == inputDigest(above, id)
  }
}
