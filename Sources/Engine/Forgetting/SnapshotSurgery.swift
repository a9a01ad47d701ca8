import Foundations
import Store

/// What becomes of the results of one line, or of one generation, when items leave.
struct SnapshotSurgery {
  /// What a stage has after it.
  enum Outcome {
    case same(StageRecord)
    /// Without the items.
    case without(StageRecord)
    /// It was made of a dataset that they were in: it has to be made anew, or goes.
    case gone
  }

  private let removal: Removal
  private let reader: ResultReader
  private let stages: [String: StageRecord]
  /// A result that was made anew of inputs that are as these.
  private let replacement: (StageRecord, [Digest]) -> StageRecord?
  /// The stages that made what others name as their input: a dataset, or with it the stage and its files.
  private let makers: [Digest: [StageRecord]]
  private var outcomes: [String: Outcome] = [:]
  private var open: Set<String> = []

  init(
    _ stages: [String: StageRecord], _ removal: Removal, _ reader: ResultReader,
    replacement: @escaping (StageRecord, [Digest]) -> StageRecord? = { _, _ in nil }
  ) {
    self.stages = stages
    self.removal = removal
    self.reader = reader
    self.replacement = replacement
    var makers: [Digest: [StageRecord]] = [:]
    for record in stages.values {
      makers[record.dataset, default: []].append(record)
      makers[record.inputDigest, default: []].append(record)
    }
    self.makers = makers
  }

  mutating func run(_ surgery: inout ResultSurgery) throws -> [String: Outcome] {
    for stage in stages.keys.sorted() { _ = try outcome(stage, &surgery) }
    return outcomes
  }

  private mutating func outcome(_ stage: String, _ surgery: inout ResultSurgery) throws -> Outcome {
    if let known = outcomes[stage] { return known }
    guard let record = stages[stage] else { preconditionFailure("a stage of the snapshot") }
    open.insert(stage)
    defer { open.remove(stage) }
    let made: Outcome
    switch record.result {
    case .source: made = try .compared(record, surgery.record(record))
    case .items: made = try items(record, &surgery)
    case .collection: made = try collection(record, &surgery)
    }
    outcomes[stage] = made
    return made
  }

  private mutating func items(_ record: StageRecord, _ surgery: inout ResultSurgery) throws -> Outcome {
    var inputs: [Digest] = []
    var isRemade = false
    for input in record.inputs {
      let makers = (makers[input] ?? []).filter { !open.contains($0.stage) }
      let outcomes = try makers.map { try outcome($0.stage, &surgery) }
      if !outcomes.isEmpty, outcomes.allSatisfy(\.isGone) { return .gone }
      // What was made anew is another dataset, whatever its items are called.
      let remade = outcomes.lazy.compactMap { outcome -> StageRecord? in
        guard case .without(let new) = outcome, case .collection = new.result else { return nil }
        return new
      }.first
      isRemade = isRemade || remade != nil
      inputs.append(try remade?.dataset ?? surgery.dataset(input))
    }
    guard isRemade else { return try .compared(record, surgery.record(record)) }
    return replacement(record, inputs).map { .without($0) } ?? .gone
  }

  private mutating func collection(_ record: StageRecord, _ surgery: inout ResultSurgery) throws -> Outcome {
    var inputs: [Digest] = []
    var isGone = false
    for input in record.inputs {
      guard let maker = makers[input]?.first else {
        inputs.append(input)
        continue
      }
      switch try outcome(maker.stage, &surgery) {
      case .same: inputs.append(input)
      case .without(let new): inputs.append(new.inputDigest)
      case .gone: isGone = true
      }
    }
    let reads = try reader.readDatasets(record).contains { !removal[$0].isEmpty }
    if !isGone, !reads, inputs == record.inputs { return .same(record) }
    guard !isGone, let new = replacement(record, inputs) else { return .gone }
    return .without(new)
  }
}

extension SnapshotSurgery.Outcome {
  var isGone: Bool { if case .gone = self { true } else { false } }

  fileprivate static func compared(_ old: StageRecord, _ new: StageRecord) -> Self {
    old.saysTheSame(as: new) ? .same(old) : .without(new)
  }
}
