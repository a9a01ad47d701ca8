import Foundations
import StageKit

/// Keeps items that fit, and of them some fields.
struct FilterStage: ItemStage {
  let implementationVersion = 2
  let keyComponents: JSONObject = [:]
  let projection = Projection.whole
  let parallelism = Parallelism.jobs
  private let conditions: [FilterCondition]
  private let keep: [FieldPath]
  private let drop: [FieldPath]

  init(_ configuration: StageConfiguration) throws {
    let parameters = configuration.parameters
    conditions = (parameters.values["where"]?.object?.members ?? []).map { FilterCondition($0.key, $0.value) }
    keep = try parameters.strings("keep").map { FieldPath($0) }
    drop = try parameters.strings("drop").map { FieldPath($0) }
  }

  func makeWorker(_ context: StageContext) throws -> any ItemWorker { Worker(self) }

  private func filtered(_ object: JSONObject) -> JSONObject? {
    guard conditions.allSatisfy({ $0.fits(object) }) else { return nil }
    var result = object
    if !keep.isEmpty {
      result = JSONObject()
      for path in keep { path.copy(from: object, to: &result) }
    }
    for path in drop { result = path.removed(from: result) }
    return result
  }

  private final class Worker: BatchWorker {
    let batchSize = 64
    private let stage: FilterStage

    init(_ stage: FilterStage) { self.stage = stage }

    func process(_ batch: [WorkItem]) throws -> [ItemOutcome] {
      try batch.map { work in
        guard let result = stage.filtered(try work.item.record.object()) else { return .done([]) }
        return .done([ItemOutput(id: .same, members: result)])
      }
    }
  }
}
