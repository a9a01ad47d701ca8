import Foundations
import StageKit

/// Keeps items that fit, and of them some fields.
struct FilterStage: ItemStage {
  let implementationVersion = 1
  let keyComponents: JSONObject = [:]
  let projection = Projection.whole
  let parallelism = Parallelism.jobs
  private let conditions: [(path: [String], values: [JSONValue])]
  private let keep: Set<String>
  private let drop: Set<String>

  init(_ configuration: StageConfiguration) throws {
    let parameters = configuration.parameters
    conditions = (parameters.values["where"]?.object?.members ?? []).map { member in
      (member.key.split(separator: ".").map(String.init), member.value.array ?? [member.value])
    }
    keep = Set(try parameters.strings("keep"))
    drop = Set(try parameters.strings("drop"))
  }

  func makeWorker(_ context: StageContext) throws -> any ItemWorker { Worker(self) }

  private final class Worker: BatchWorker {
    let batchSize = 64
    private let stage: FilterStage

    init(_ stage: FilterStage) { self.stage = stage }

    func process(_ batch: [WorkItem]) throws -> [ItemOutcome] {
      try batch.map { work in
        let object = try work.item.record.object()
        let fits = stage.conditions.allSatisfy { condition in
          JSONValue.object(object)[path: condition.path].map { condition.values.contains($0) }
            ?? false
        }
        guard fits else { return .done([]) }
        let members = object.members.lazy.filter { member in
          (self.stage.keep.isEmpty || self.stage.keep.contains(member.key))
            && !self.stage.drop.contains(member.key)
        }
        return .done([
          ItemOutput(id: .same, members: JSONObject(members.map { ($0.key, $0.value) }))
        ])
      }
    }
  }
}
