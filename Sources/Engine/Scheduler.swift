import CSystem
import Foundations
import Manifest
import Planning
import StageKit
import Store

/// Decides which stage starts when.
struct Scheduler {
  private let session: RunSession
  private let starter: StageStarter
  private var states: StageStates

  init(_ session: RunSession) {
    self.session = session
    starter = StageStarter(session)
    states = StageStates(session.prepared.graph)
  }

  private var graph: StageGraph { session.prepared.graph }

  /// Runs all selected stages to their ends.
  mutating func run() -> StageTable<NodeResult> {
    while true {
      while let id = states.takeUndecided() { decide(id) }
      if states.openCount == 0 { break }
      let limit = max(8, 2 * session.options.jobs)
      while let scope = states.startNext(limit: limit) { starter.start(scope, &states) }
      let ended = starter.waitForEnded(until: MonotonicClock.now + 50_000_000)
      lookAfterInterruptions()
      for (id, result) in ended { finish(id, result) }
    }
    starter.close()
    return states.results
  }

  private func lookAfterInterruptions() {
    if csystem_interrupts() > 0, !session.isStopping {
      session.requestStop()
      session.observe(
        .log(
          stage: session.prepared.pipeline.name, level: .warning,
          message: "ending: what is at work may finish, for ten seconds at most; a second Ctrl-C does not wait"))
    }
    if session.recorder.failure != nil { session.requestStop() }
  }

  private mutating func finish(_ id: StageID, _ result: NodeResult) {
    states.end(id, result, graph)
    record(result)
    if result.summary.outcome != .skipped { session.observe(.stageFinished(result.summary)) }
    if result.summary.outcome == .failed && !session.options.keepsGoing { session.requestStop() }
  }

  /// Writes down that a stage ran; what was up to date, and was so before, leaves no trace.
  private func record(_ result: NodeResult) {
    let summary = result.summary
    if let standing = summary.outcome.standing, let before = session.prepared.records[summary.name],
      before.standing != standing
    {
      attempt(LedgerEntries.standing(standing, pipeline: session.prepared.line.key, stage: summary.name))
    }
    guard summary.outcome != .upToDate, summary.outcome != .skipped else { return }
    attempt(
      LedgerEntries.stageRun(
        StageRunRecord(
          run: session.run, stage: summary.name, outcome: summary.outcome, reasons: RunReason.text(result.reasons),
          done: summary.counts.done, cached: summary.counts.cached, failed: summary.counts.failed,
          removed: summary.counts.removed, outputs: summary.counts.outputs, seconds: summary.seconds,
          workSeconds: summary.counts.workSeconds, message: summary.message)))
  }

  /// An error here is the recorder's own, which ends the run (see `lookAfterInterruptions`).
  private func attempt(_ entry: @escaping Recorder.Entry) { try? session.recorder.record(entry) }

  /// All that a stage needs has ended (or it needs nothing): it ends as well, or is ready to start.
  private mutating func decide(_ id: StageID) {
    var scope = StageScope(session: session, id: id)
    guard session.options.selection.contains(id) else { return finish(id, scope.settled(.skipped)) }
    if session.isStopping { return finish(id, scope.settled(.interrupted)) }
    let needs = graph.needs[id].map { (name: graph.stages[$0].name, result: states.result(of: $0)) }
    if let missing = needs.first(where: { $0.result.summary.outcome == .skipped && $0.result.record == nil }) {
      return finish(
        id,
        scope.settled(
          .failed, "needs '\(missing.name)', which was never run and was not chosen: choose it too (+\(scope.name))"))
    }
    let culprits = needs.filter { !$0.result.isUsable }.map(\.name)
    guard culprits.isEmpty else {
      return finish(id, scope.settled(.blocked, "waits for \(culprits.prefix(5).joined(separator: ", "))"))
    }
    switch scope.prepared.stage {
    case .failure(let error): finish(id, scope.settled(.failed, error.description))
    // Whether it has to run is known when it has looked.
    case .success(.source): states.makeReady(scope)
    case .success(.item), .success(.collection):
      let inputs = needs.compactMap(\.result.record).map { session.prepared.inputDigest($0, for: id) }
      scope.reasons = session.prepared.reasons(id, inputs: inputs, now: session.now, isForced: scope.isForced)
      if scope.reasons.isEmpty { finish(id, scope.settled(.upToDate)) } else { states.makeReady(scope) }
    }
  }
}
