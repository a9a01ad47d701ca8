import Foundations
import Planning
import StageKit
import Store
import Synchronization

/// One run of a source stage: looks, lists, makes the records of what is new or changed, assembles.
struct SourceStageRun {
  private let source: any SourceStage
  private var scope: StageScope

  init(_ scope: StageScope, _ source: any SourceStage) {
    self.scope = scope
    self.source = source
  }

  private var session: RunSession { scope.session }

  func run() throws -> NodeResult {
    let view = try source.look(
      session.prepared.sourceContext(
        scope.id, jobs: session.options.jobs,
        run: SourceRun(
          objects: session.store, isFrozen: session.options.isFrozen, isForced: scope.isForced,
          log: { [scope] level, message in scope.log(level, message) },
          isStopping: { [session] in session.isStopping })))
    let reasons = session.prepared.reasons(
      scope.id, inputs: [], fingerprint: view.fingerprint, now: session.now, isForced: scope.isForced)
    if reasons.isEmpty {
      // It looked, and all is as it was: that it looked is news nevertheless.
      if let state = view.state { try session.recorder.record(scope.entry(for: state)) }
      return scope.settled(.upToDate)
    }
    var run = self
    run.scope.reasons = reasons
    return run.scope.run { try run.read(view) }
  }

  private func read(_ view: any SourceView) throws -> NodeResult {
    session.observe(.stageStarted(name: scope.name, reasons: scope.reasons))
    let start = MonotonicClock.now
    let (listing, forgotten) = try view.list().without(session.prepared.tombstones)
    if forgotten > 0 { scope.log(.info, Tombstones.note(forgotten)) }
    if listing.contents.count == 0 && listing.failures.isEmpty {
      scope.log(.warning, view.emptyNote)
    }
    try checkGuard(listing)
    let former = try scope.verdicts()
    let made = try makeRecords(listing, former)
    scope.count { $0.workSeconds += MonotonicClock.seconds(since: start) }
    return try finish(view, listing, former.former, made)
  }

  private func checkGuard(_ listing: SourceListing) throws {
    guard let origin = scope.last?.result.origin else { return }
    let old = try session.dataset(origin.input)
    if old.digest == listing.contents.digest { return }
    let removed = DatasetDifference(from: old, to: listing.contents).removed.map { old.id($0) }.filter {
      listing.failures[$0] == nil
    }
    try Guard(scope).check(
      vanishing: removed.count, of: old.count, what: "items would leave the sources", names: removed)
  }

  private typealias Made = [Int: Result<Digest, ItemFailure>]

  private func makeRecords(_ listing: SourceListing, _ verdicts: ItemVerdicts) throws -> Made {
    let (carried, work) = verdicts.part(listing.contents)
    scope.count {
      $0.cached = carried.count
      $0.queued = work.count
    }
    let made = Mutex<Made>([:])
    try Parallel.forEach(count: work.count, threads: session.options.jobs) { [self] offset in
      try scope.checkStopping()
      let (position, before) = work[offset]
      let result = try record(position, before: before, of: listing, verdicts)
      if case .success = result { scope.count { $0.done += 1 } }
      made.withLock { $0[position] = result }
      scope.count { $0.queued -= 1 }
    }
    return made.withLock { $0 }
  }

  private func record(_ position: Int, before: Digest?, of listing: SourceListing, _ verdicts: ItemVerdicts) throws
    -> Result<Digest, ItemFailure>
  {
    let made: Digest
    do {
      made = try session.store.put(listing.makeRecord(position, session.store).canonicalBytes)
    } catch let failure as ItemFailure {
      return .failure(failure)
    }
    let digest = listing.contents.digest(position)
    try session.recorder.record(
      LedgerEntries.itemRun(
        ItemRunRecord(
          run: session.run, stage: scope.name, item: listing.contents.id(position),
          reason: reason(before, digest, verdicts), before: before, after: digest, seconds: 0)))
    return .success(made)
  }

  private func reason(_ before: Digest?, _ now: Digest, _ verdicts: ItemVerdicts) -> ItemRunRecord.Reason {
    guard let before else { return .new }
    if before != now { return .changed }
    return scope.isForced ? .forced : verdicts.former == nil ? .key : .retry
  }

  private func finish(_ view: any SourceView, _ listing: SourceListing, _ former: DerivedDataset?, _ made: Made)
    throws -> NodeResult
  {
    let contents = listing.contents
    var failures = listing.failures
    var results = [ResultAssembly.Made?](repeating: nil, count: contents.count)
    for (position, result) in made {
      switch result {
      case .success(let digest):
        results[position] = .init(outputs: [(contents.id(position), digest)], validity: .forever)
      case .failure(let failure):
        results[position] = .failed
        failures[contents.id(position)] = failure
      }
    }
    let derived = try ResultAssembly(stage: scope.name, input: contents, former: former, made: results).assemble()
    try StageQuarantine(scope).set(failures, stale: listing.stale, of: contents.count + listing.failures.count)
    try session.keep(contents)
    try session.keep(derived.output)
    let before = try scope.lastDataset()
    scope.count {
      $0.outputs = derived.output.count
      $0.removed = DatasetDifference.removedCount(from: before, to: derived.output)
    }
    let record = StageRecord(
      stage: scope.name, stageKey: scope.prepared.key, dataset: derived.output.digest, count: derived.output.count,
      type: scope.prepared.outputType, failed: failures.count + listing.stale.count, run: session.run,
      recipe: scope.recipe,
      result: .source(
        SourceResult(
          origin: ItemOrigin(input: contents.digest, derivation: try session.keep(derived.derivation)),
          fingerprint: listing.stale.isEmpty ? view.fingerprint : nil)))
    return try scope.completed(record, with: view.state.map { [try scope.entry(for: $0)] } ?? [])
  }
}
