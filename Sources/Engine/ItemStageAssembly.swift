import Foundations
import Manifest
import Planning
import StageKit
import Store

/// The end of an item stage's run: old and new results become the new dataset, if its rules allow.
struct ItemStageAssembly {
  let session: RunSession
  let index: Int
  let results: ItemResults
  let reasons: [RunReason]

  private var prepared: PreparedStage { session.prepared.stages[index] }
  private var name: String { prepared.declaration.name }

  func finish(
    input: Dataset, inputs: [Digest],
    former: (input: Dataset, output: Dataset, derivation: Derivation)?,
    record: StageRecord?
  ) throws -> NodeResult {
    let counts = session.counts(index)
    try Tolerance(prepared.declaration).check(failed: counts.failed, stale: counts.stale, of: input.count)
    try Guard.check(
      session, stage: name, vanishing: results.goneCount, of: former?.input.count ?? 0,
      what: "items are gone from where they were fetched")
    // By position, so that the walk over all entries makes no strings.
    var fresh = [ItemResults.Result?](repeating: nil, count: input.count)
    for (id, result) in results.all { if let position = input.index(of: id.text) { fresh[position] = result } }
    let (output, derivation) = try patch(input, former, fresh) ?? build(input, former, fresh)
    try checkGuard(input, output, former, record, fresh)
    try session.keep(output)
    let derivationDigest = try session.keep(derivation)
    results.finalDataset = output
    let before = try record.map { try session.dataset($0.dataset) } ?? .empty
    let removed = before.digest == output.digest ? 0 : DatasetDifference(from: before, to: output).removed.count
    session.count(index) {
      $0.removed = removed
      $0.outputs = output.count
    }
    let due = derivation.validUntil.lazy.filter { $0 != Derivation.failed && $0 != .infinity }.min()
    let new = StageRecord(
      stage: name, stageKey: prepared.key, inputs: inputs, input: input.digest,
      dataset: output.digest,
      derivation: derivationDigest, fingerprint: freshnessPolicy, validUntil: due,
      failed: derivation.validUntil.count { $0 == Derivation.failed }, count: output.count,
      type: prepared.outputType, run: session.run, recipe: session.prepared.recipe(index))
    try releaseVanished(input)
    if let record, counts.done == 0, isSame(new, record) {
      return NodeResult(summary: StageSummary(name: name, state: .upToDate), record: record)
    }
    try Completion.record(session, prepared, new, reasons: reasons)
    return NodeResult(summary: StageSummary(name: name, state: .done), record: new)
  }

  private typealias Former = (input: Dataset, output: Dataset, derivation: Derivation)

  /// The new result as the former one with some digests replaced, where the ids of inputs and outputs are
  /// what they were: one changed page of very many costs two copies of bytes, not a walk over all entries.
  private func patch(_ input: Dataset, _ former: Former?, _ fresh: [ItemResults.Result?]) -> (Dataset, Derivation)? {
    guard let former, input.hasSameIDs(as: former.input) else { return nil }
    var replaced: [(position: Int, digest: Digest)] = []
    var validUntil = former.derivation.validUntil
    var fits = true
    DatasetDifference.merge(former.input, input) { old, _, isEqual in
      guard fits, let old else { return }
      guard let result = fresh[old] else {
        // What neither is the same nor has a result is an error that `build` reports.
        if !isEqual { fits = false }
        return
      }
      let outputs = former.derivation.outputs(ofInput: old)
      guard outputs.count == result.outputs.count else {
        fits = false
        return
      }
      for (position, output) in zip(outputs, result.outputs) {
        // By bytes: texts that only look alike are different ids.
        if !former.output.id(Int(position)).utf8.elementsEqual(output.id.utf8) { fits = false }
        replaced.append((Int(position), output.digest))
      }
      validUntil[old] = result.validUntil
    }
    guard fits else { return nil }
    let output = former.output.replacing(replaced)
    return (
      output,
      Derivation(
        input: input.digest, output: output.digest, starts: former.derivation.starts,
        positions: former.derivation.positions, validUntil: validUntil)
    )
  }

  private func build(_ input: Dataset, _ former: Former?, _ fresh: [ItemResults.Result?]) throws -> (
    Dataset, Derivation
  ) {
    var builder = DatasetBuilder(capacity: max(former?.output.count ?? 0, input.count))
    var starts: [UInt32] = [0]
    var validUntil: [Double] = []
    starts.reserveCapacity(input.count + 1)
    validUntil.reserveCapacity(input.count)
    var missing: String?
    let oldInput = former?.input ?? .empty
    let oldOutput = former?.output ?? .empty
    oldOutput.withEntries { outputs in
      DatasetDifference.merge(oldInput, input) { old, new, isEqual in
        guard let new else { return }
        if let result = fresh[new] {
          for output in result.outputs { builder.append(id: output.id, digest: output.digest) }
          validUntil.append(result.validUntil)
        } else if let old, isEqual, let derivation = former?.derivation {
          for position in derivation.outputs(ofInput: old) {
            builder.append(id: outputs.id(Int(position)), digest: outputs.digestBytes(Int(position)))
          }
          validUntil.append(derivation.validUntil[old])
        } else {
          missing = missing ?? input.id(new)
        }
        starts.append(UInt32(builder.count))
      }
    }
    if let missing {
      throw SluiceError(
        .corrupt, "\(name): the item '\(missing)' came out of the stage without a result",
        advice: "This is a mistake in the stage or in Sluice: run again with --verbose and report it.")
    }
    let (output, positions) = builder.buildWithPositions()
    if output.count != builder.count { try reportCollision(output, input, starts, positions) }
    return (
      output,
      Derivation(
        input: input.digest, output: output.digest, starts: starts, positions: positions, validUntil: validUntil)
    )
  }

  private var freshnessPolicy: Digest? { results.stage.freshnessPolicy.map { Digest(of: $0) } }

  /// Whether the ledger says just this already.
  private func isSame(_ new: StageRecord, _ old: StageRecord) -> Bool {
    new.stageKey == old.stageKey && new.inputs == old.inputs && new.dataset == old.dataset
      && new.derivation == old.derivation && new.failed == old.failed
      && new.validUntil == old.validUntil && new.fingerprint == old.fingerprint
  }

  /// Items that are in quarantine and no longer in the input leave it.
  private func releaseVanished(_ input: Dataset) throws {
    for item in results.quarantinedBefore() where input.index(of: item) == nil {
      try session.recorder.record(
        LedgerEntries.release(pipeline: session.prepared.pipeline.name, stage: name, item: item))
    }
  }

  private func checkGuard(
    _ input: Dataset, _ output: Dataset, _ former: Former?, _ record: StageRecord?, _ fresh: [ItemResults.Result?]
  ) throws {
    let before = try record.map { try session.dataset($0.dataset) } ?? .empty
    var lostToFailure = 0
    if let former {
      for (position, result) in fresh.enumerated() where result?.validUntil == Derivation.failed {
        if let old = former.input.index(of: input.id(position)) {
          lostToFailure += former.derivation.outputs(ofInput: old).count
        }
      }
    }
    try Guard.check(session, stage: index, from: before, to: output, record: record, failed: lostToFailure)
    try Guard.checkCollapse(session, stage: index, from: before, to: output, record: record)
  }

  private func reportCollision(
    _ dataset: Dataset, _ input: Dataset, _ starts: [UInt32], _ positions: [UInt32]
  ) throws {
    var owner: [UInt32: Int] = [:]
    for position in 0..<input.count {
      for output in positions[Int(starts[position])..<Int(starts[position + 1])] {
        guard let other = owner.updateValue(position, forKey: output) else { continue }
        throw SluiceError(
          .badInput,
          "\(name): '\(input.id(other))' and '\(input.id(position))' both made an item '\(dataset.id(Int(output)))'",
          advice: "Ids must be unique in a dataset.")
      }
    }
  }
}
