import CSystem
import Foundations
import Glibc
import Manifest
import Planning
import StageKit
import Store

/// Carries a prepared pipeline out.
///
/// Stages are started when what they need is there: item stages as soon as the stages above them have
/// started (items stream), all others when those have ended. The calling thread schedules and looks
/// after interruptions; every stage has threads of its own.
package struct PipelineRun {
  private let session: RunSession

  /// Live numbers of all stages, by their index in the graph.
  package var counts: [StageCounts] { session.allCounts }

  /// Begins a run in the ledger. The caller holds the pipeline's lease.
  package init(
    prepared: PreparedPipeline, options: RunOptions, store: ObjectStore, recorder: Recorder,
    reader: LedgerReader,
    observe: @escaping @Sendable (RunEvent) -> Void
  ) throws {
    let run = try recorder.immediately { connection in
      try LedgerEntries.beginRun(
        pipeline: prepared.line.key, arguments: options.arguments, pid: Int(getpid()),
        started: Timestamp.now.seconds, on: connection)
    }
    session = RunSession(
      prepared: prepared, options: options, store: store, recorder: recorder, reader: reader,
      run: run, observe: observe)
  }

  /// Runs to the end.
  package func execute() -> RunResult {
    let start = MonotonicClock.now
    session.observe(.started(run: session.run))
    var scheduler = Scheduler(session)
    var results = scheduler.run()
    var failure = session.recorder.failure
    var code: ExitCode
    var publication = Publication()
    do {
      try forgetRemovedStages()
      try session.recorder.flush()
      code = Self.exitCode(results)
      if session.options.publishes { publication = try Publisher(session).publish(results) }
      if publication.verdict == .refused, code == .success || code == .quarantined { code = .gated }
      if !publication.lagging.isEmpty, code == .success || code == .quarantined { code = .stageFailed }
      try record(results, code)
      try session.recorder.flush()
      // Without the cache the next run reads a few files again; this run is recorded and published.
      try? session.prepared.files.save()
      try? session.store.saveChecks()
    } catch {
      let wrapped = SluiceError(wrapping: error)
      failure = failure ?? wrapped
      for id in results.indices where results[id].summary.outcome == .done {
        results[id].summary.outcome = .failed
        results[id].summary.message = wrapped.message
      }
      session.scratch.removeAll()
      return RunResult(
        run: session.run, stages: results.map(\.summary),
        exitCode: wrapped.code == .interrupted ? .interrupted : .stageFailed,
        seconds: MonotonicClock.seconds(since: start), error: failure)
    }
    session.scratch.removeAll()
    return RunResult(
      run: session.run, stages: results.map(\.summary), exitCode: code,
      seconds: MonotonicClock.seconds(since: start), error: nil, publication: publication)
  }

  private static func exitCode(_ results: StageTable<NodeResult>) -> ExitCode {
    let states = Set(results.map(\.summary.outcome))
    // A run that was stopped because a stage failed (--fail-fast) failed; one that a person stopped did not.
    if states.contains(.interrupted) && csystem_interrupts() > 0 { return .interrupted }
    if states.contains(.guarded) { return .guarded }
    let failures = results.filter { $0.summary.outcome == .failed }
    if !failures.isEmpty, failures.allSatisfy({ $0.summary.failure == .budget }) { return .budget }
    // Under --fail-fast a failure interrupts the other stages: it is what the run ended with.
    if states.contains(.failed) || states.contains(.blocked) { return .stageFailed }
    if states.contains(.interrupted) { return .interrupted }
    if results.contains(where: { $0.summary.counts.failed > 0 || $0.summary.counts.stale > 0 }) { return .quarantined }
    return .success
  }

  private func forgetRemovedStages() throws {
    let pipeline = session.prepared.line.key
    let names = Set(session.prepared.graph.stages.map(\.name))
    let known = try session.reader.quarantinedStages(of: pipeline).union(session.prepared.records.keys)
    guard !known.isSubset(of: names) else { return }
    try session.recorder.record(LedgerEntries.forgetStages(pipeline: pipeline, except: names))
  }

  private func record(_ results: StageTable<NodeResult>, _ code: ExitCode) throws {
    var totals = RunCounts()
    for summary in results.map(\.summary) {
      totals.done += summary.counts.done
      totals.cached += summary.counts.cached
      totals.failed += summary.counts.failed
      totals.removed += summary.counts.removed
      if summary.outcome == .done { totals.stagesRun += 1 }
    }
    try session.recorder.record(
      LedgerEntries.endRun(session.run, code: code, counts: totals, ended: Timestamp.now.seconds))
  }
}
