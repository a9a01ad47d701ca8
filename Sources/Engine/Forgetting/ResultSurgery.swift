import Foundations
import Store

/// Makes results again without some items, of the stored results alone: no stage runs.
struct ResultSurgery {
  private let removal: Removal
  private let reader: ResultReader
  /// Old dataset → the one without what leaves.
  private var datasets: [Digest: Dataset] = [:]
  private var derivations: [Digest: Derivation] = [:]
  private var records: [Key: StageRecord] = [:]
  private let isDryRun: Bool

  private struct Key: Hashable {
    let stage: String
    let run: Int
    let origin: [Digest]
    let inputs: [Digest]
    let released: Int
  }

  /// - Parameter isDryRun: whether nothing that is made is kept.
  init(_ removal: Removal, _ reader: ResultReader, isDryRun: Bool = false) {
    self.removal = removal
    self.reader = reader
    self.isDryRun = isDryRun
  }

  private func keep(_ bytes: [UInt8], _ digest: Digest) throws {
    if !isDryRun { _ = try reader.store.put(bytes, digest: digest, compressing: false) }
  }

  /// The dataset without what leaves.
  mutating func dataset(_ old: Digest) throws -> Digest {
    let leaving = removal[old]
    if leaving.isEmpty { return old }
    return try rest(of: reader.dataset(old), leaving).digest
  }

  private mutating func rest(of old: Dataset, _ leaving: Set<String>) throws -> Dataset {
    if let known = datasets[old.digest] { return known }
    let positions = Set(leaving.compactMap { old.index(of: $0) })
    if positions.isEmpty {
      datasets[old.digest] = old
      return old
    }
    var builder = DatasetBuilder(capacity: old.count)
    old.withEntries { entries in
      for position in 0..<entries.count where !positions.contains(position) {
        builder.append(id: entries.id(position), digest: entries.digestBytes(position))
      }
    }
    let dataset = builder.build()
    try keep(dataset.bytes, dataset.digest)
    datasets[old.digest] = dataset
    return dataset
  }

  /// A result that was made item by item, without what leaves.
  /// - Parameter released: how many of the items that failed leave.
  mutating func record(_ old: StageRecord, released: Int = 0) throws -> StageRecord {
    guard let origin = old.result.origin else { return old }
    let key = Key(
      stage: old.stage, run: old.run, origin: [old.dataset, origin.input, origin.derivation], inputs: old.inputs,
      released: released)
    if let known = records[key] { return known }
    let made = try make(old, origin, released)
    records[key] = made
    return made
  }

  private mutating func make(_ old: StageRecord, _ origin: ItemOrigin, _ released: Int) throws -> StageRecord {
    guard let derived = try reader.derived(old) else { return old }
    let inputs = try old.inputs.map { try dataset($0) }
    let input = try rest(of: derived.input, removal[origin.input])
    let output = try rest(of: derived.output, removal[old.dataset])
    if input.digest == origin.input, output.digest == old.dataset, inputs == old.inputs, released == 0 { return old }
    let derivation = try derivation(derived, origin.derivation, input, output)
    let bytes = derivation.bytes
    let made = ItemOrigin(input: input.digest, derivation: Digest(of: bytes))
    try keep(bytes, made.derivation)
    let failed: Int
    let result: StageResult
    switch old.result {
    case .source(let source):
      failed = max(0, old.failed - released)
      result = .source(SourceResult(origin: made, fingerprint: source.fingerprint))
    case .items(let items):
      failed = derivation.failedCount
      result = .items(
        ItemsResult(
          inputs: inputs, origin: made, freshnessPolicy: items.freshnessPolicy, validity: derivation.validity))
    case .collection: preconditionFailure("a stage that reads whole datasets has no derivation")
    }
    return StageRecord(
      stage: old.stage, stageKey: old.stageKey, dataset: output.digest, count: output.count, type: old.type,
      failed: failed, run: old.run, recipe: old.recipe, result: result, standing: old.standing, recorded: old.recorded)
  }

  private mutating func derivation(_ old: DerivedDataset, _ digest: Digest, _ input: Dataset, _ output: Dataset) throws
    -> Derivation
  {
    if let known = derivations[digest] { return known }
    // Where each entry of the old output stands in the new one.
    var moved = [UInt32?](repeating: nil, count: old.output.count)
    DatasetDifference.merge(old.output, output) { before, after, _ in
      if let before, let after { moved[before] = UInt32(after) }
    }
    var starts: [UInt32] = [0]
    var positions: [UInt32] = []
    var validities = Derivation.Validities(capacity: input.count)
    DatasetDifference.merge(old.input, input) { before, after, _ in
      guard let before, after != nil else { return }
      for position in old.derivation.outputs(ofInput: before) {
        if let place = moved[Int(position)] { positions.append(place) }
      }
      starts.append(UInt32(positions.count))
      validities.append(old.derivation.validity(before))
    }
    let derivation = Derivation(
      input: input.digest, output: output.digest, starts: starts, positions: positions, validities: validities)
    derivations[digest] = derivation
    return derivation
  }
}
