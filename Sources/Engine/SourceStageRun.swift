import Foundations
import Glibc
import Manifest
import Planning
import StageKit
import Store
import Synchronization

/// One run of a source stage: lists, makes the records of what is new or changed, assembles.
struct SourceStageRun {
  let session: RunSession
  let index: Int
  let view: any SourceView
  let reasons: [RunReason]

  private var prepared: PreparedStage { session.prepared.stages[index] }
  private var name: String { prepared.declaration.name }

  func run() throws -> NodeResult {
    session.observe(.stageStarted(name: name, reasons: reasons))
    let start = MonotonicClock.now
    let listing = try view.list()
    if listing.contents.count == 0 && listing.failures.isEmpty {
      session.observe(
        .log(stage: name, level: .warning, message: "there is nothing: does its path match any file or row?"))
    }
    let record = session.prepared.records[name]
    var former: (input: Dataset, output: Dataset, derivation: Derivation)?
    if let record, record.stageKey == prepared.key, !session.options.forced.contains(index),
      let input = record.input,
      let derivation = record.derivation
    {
      former = (
        try session.dataset(input), try session.dataset(record.dataset),
        try Derivation(reading: session.store.get(derivation))
      )
    }
    try checkGuard(listing, record)
    let made = try makeRecords(listing, former)
    session.count(index) { $0.workSeconds += MonotonicClock.seconds(since: start) }
    return try assemble(listing, former, made, record)
  }

  private func checkGuard(_ listing: SourceListing, _ record: StageRecord?) throws {
    guard let record, let input = record.input else { return }
    let old = try session.dataset(input)
    if old.digest == listing.contents.digest { return }
    let removed = DatasetDifference(from: old, to: listing.contents).removed.count {
      listing.failures[old.id($0)] == nil
    }
    try Guard.check(
      session, stage: name, vanishing: removed, of: old.count, what: "items would leave the sources"
    )
  }

  private typealias Made = [Int: Result<Digest, ItemFailure>]

  private func makeRecords(
    _ listing: SourceListing, _ former: (input: Dataset, output: Dataset, derivation: Derivation)?
  ) throws -> Made {
    var missing: [(new: Int, before: Digest?)] = []
    DatasetDifference.merge(former?.input ?? .empty, listing.contents) { old, new, isEqual in
      guard let new else { return }
      if let old, isEqual, let derivation = former?.derivation, !derivation.isFailed(old) { return }
      missing.append((new, old.flatMap { former?.input.digest($0) }))
    }
    session.count(index) {
      $0.cached = listing.contents.count - missing.count
      $0.queued = missing.count
    }
    let work = missing
    let made = Mutex<Made>([:])
    try Parallel.forEach(count: work.count, threads: session.options.jobs) {
      [session, name, index] offset in
      if session.isStopping { throw SluiceError(.interrupted, "the run was interrupted") }
      let entry = work[offset]
      let result: Result<Digest, ItemFailure>
      do {
        result = .success(
          try session.store.put(listing.makeRecord(entry.new, session.store).canonicalBytes))
      } catch let failure as ItemFailure {
        result = .failure(failure)
      }
      made.withLock { $0[entry.new] = result }
      session.count(index) {
        $0.queued -= 1
        if case .success = result { $0.done += 1 }
      }
      if case .success = result {
        try session.recorder.record(
          LedgerEntries.itemRun(
            ItemRunRecord(
              run: session.run, stage: name, item: listing.contents.id(entry.new),
              reason: entry.before == nil ? .new : .changed,
              before: entry.before, after: listing.contents.digest(entry.new), seconds: 0)))
      }
    }
    return made.withLock { $0 }
  }

  private func assemble(
    _ listing: SourceListing, _ former: (input: Dataset, output: Dataset, derivation: Derivation)?,
    _ made: Made,
    _ record: StageRecord?
  ) throws -> NodeResult {
    let contents = listing.contents
    var failures = listing.failures
    let result: (output: Dataset, derivation: Derivation)
    if let patched = patch(listing, former, made) {
      result = patched
    } else {
      result = build(contents, former, made, &failures)
    }
    let (output, derivation) = result
    try StageQuarantine(session: session, index: index).set(
      failures, stale: listing.stale, of: contents.count + listing.failures.count)
    try session.keep(contents)
    try session.keep(output)
    let derivationDigest = try session.keep(derivation)
    let before = try record.map { try session.dataset($0.dataset) } ?? .empty
    try Guard.checkCollapse(session, stage: index, from: before, to: output, record: record)
    session.count(index) {
      $0.outputs = output.count
      $0.removed = DatasetDifference(from: before, to: output).removed.count
    }
    let new = StageRecord(
      stage: name, stageKey: prepared.key, inputs: [], input: contents.digest,
      dataset: output.digest,
      derivation: derivationDigest, fingerprint: listing.stale.isEmpty ? view.fingerprint : nil,
      failed: failures.count + listing.stale.count,
      count: output.count, type: prepared.outputType, run: session.run, recipe: session.prepared.recipe(index))
    let state = try Completion.sourceState(session, stage: name, view.state)
    try Completion.record(session, prepared, new, reasons: reasons, with: state.map { [$0] } ?? [])
    return NodeResult(summary: StageSummary(name: name, state: .done), record: new)
  }

  private typealias Former = (input: Dataset, output: Dataset, derivation: Derivation)

  /// The former result with the digests of what was made anew, where the ids are what they were and all is well.
  private func patch(_ listing: SourceListing, _ former: Former?, _ made: Made) -> (
    output: Dataset, derivation: Derivation
  )? {
    guard let former, listing.failures.isEmpty, listing.contents.hasSameIDs(as: former.input),
      former.output.count == former.input.count, !former.derivation.validUntil.contains(Derivation.failed)
    else { return nil }
    var replaced: [(position: Int, digest: Digest)] = []
    for (index, result) in made {
      guard case .success(let digest) = result, let position = former.derivation.outputs(ofInput: index).first else {
        return nil
      }
      replaced.append((Int(position), digest))
    }
    let output = former.output.replacing(replaced)
    return (
      output,
      Derivation(
        input: listing.contents.digest, output: output.digest, starts: former.derivation.starts,
        positions: former.derivation.positions, validUntil: former.derivation.validUntil)
    )
  }

  private func build(
    _ contents: Dataset, _ former: Former?, _ made: Made, _ failures: inout [String: ItemFailure]
  ) -> (output: Dataset, derivation: Derivation) {
    var builder = DatasetBuilder(capacity: contents.count)
    var starts: [UInt32] = [0]
    var validUntil: [Double] = []
    (former?.output ?? .empty).withEntries { outputs in
      contents.withEntries { entries in
        DatasetDifference.merge(former?.input ?? .empty, contents) { old, new, _ in
          guard let new else { return }
          switch made[new] {
          case .success(let digest)?:
            digest.withBytes { builder.append(id: entries.id(new), digest: $0) }
            validUntil.append(.infinity)
          case .failure(let failure)?:
            failures[contents.id(new)] = failure
            validUntil.append(Derivation.failed)
          case nil:
            if let old, let derivation = former?.derivation {
              for position in derivation.outputs(ofInput: old) {
                builder.append(
                  id: outputs.id(Int(position)), digest: outputs.digestBytes(Int(position)))
              }
            }
            validUntil.append(.infinity)
          }
          starts.append(UInt32(builder.count))
        }
      }
    }
    let (output, positions) = builder.buildWithPositions()
    return (
      output,
      Derivation(
        input: contents.digest, output: output.digest, starts: starts, positions: positions, validUntil: validUntil)
    )
  }
}
