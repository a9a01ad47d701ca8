import Foundations
import StageKit
import Store
import Synchronization

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
    conditions = parameters.optionalMembers("where").map { FilterCondition($0.key, $0.value) }
    keep = try parameters.strings("keep").map { FieldPath($0) }
    drop = try parameters.strings("drop").map { FieldPath($0) }
  }

  func makeWorker(_ context: StageContext) throws -> any ItemWorker { Worker(self, context) }

  /// Every field that the file names, in its order.
  private var fields: [FieldPath] { conditions.map(\.path) + keep + drop }

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
    /// What was seen of the items of this run.
    private struct Seen {
      var items = 0
      var passed = 0
      var threads = 0
      /// Fields that no item had so far, by their place in `fields`.
      var missing: Set<Int>
      var names: Set<String> = []
    }

    let batchSize = 64
    private let stage: FilterStage
    private let context: StageContext
    private let seen: Mutex<Seen>

    init(_ stage: FilterStage, _ context: StageContext) {
      self.stage = stage
      self.context = context
      seen = Mutex(Seen(missing: Set(stage.fields.indices)))
    }

    func run(_ feed: any ItemFeed) throws {
      seen.withLock { $0.threads += 1 }
      while true {
        let batch = feed.next(max: batchSize, waiting: true)
        if batch.isEmpty { break }
        for (item, outcome) in zip(batch, try process(batch)) { feed.report(item, outcome) }
      }
      let last = seen.withLock { seen -> Seen? in
        seen.threads -= 1
        return seen.threads == 0 ? seen : nil
      }
      if let last { tell(last) }
    }

    func process(_ batch: [WorkItem]) throws -> [ItemOutcome] {
      try batch.map { work in
        let object = try work.item.record.object()
        let result = stage.filtered(object)
        note(object, passed: result != nil)
        return .done(result.map { [ItemOutput(id: .same, members: $0)] } ?? [])
      }
    }

    private func note(_ object: JSONObject, passed: Bool) {
      seen.withLock { seen in
        seen.items += 1
        if passed { seen.passed += 1 }
        if seen.names.count < 200 { seen.names.formUnion(object.keys) }
        if !seen.missing.isEmpty { seen.missing = seen.missing.filter { stage.fields[$0].values(in: object).isEmpty } }
      }
    }

    /// A name that no item has is most likely misspelt, and would empty everything without a word.
    private func tell(_ seen: Seen) {
      guard seen.items > 0 else { return }
      for index in seen.missing.sorted() {
        let name = stage.fields[index].name
        let guess = Suggestion.nearest(to: name, among: seen.names.sorted())
        context.log(
          .warning,
          "none of \(Units.counted(seen.items, "item")) has a field '\(name)'\(guess.map { ": did you mean '\($0)'?" } ?? "")"
        )
      }
      if seen.passed == 0 { context.log(.warning, "none of \(Units.counted(seen.items, "item")) passes") }
    }
  }
}
