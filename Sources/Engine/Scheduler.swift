import CSystem
import Foundations
import Manifest
import Planning
import StageKit
import Store

/// Decides which stage starts when.
struct Scheduler {
  /// Shared with the threads of the stages: who has ended.
  private struct Ended: Sendable {
    var results: [(index: Int, result: NodeResult)] = []
  }

  private let session: RunSession
  private let ended = Monitor(Ended())
  private let pool: ThreadPool

  init(_ session: RunSession) {
    self.session = session
    pool = ThreadPool(name: "stage")
  }

  private var graph: StageGraph { session.prepared.graph }

  /// Runs all selected stages; one result per stage, by index.
  func run() -> [NodeResult] {
    var state = SchedulerState(graph)
    state.toConsider = graph.order.filter { graph.needs[$0].isEmpty }
    while true {
      considerAll(&state)
      if state.openCount == 0 { break }
      startReady(&state)
      let finished = ended.wait(until: MonotonicClock.now + 50_000_000) {
        ended -> [(index: Int, result: NodeResult)]? in
        guard !ended.results.isEmpty else { return nil }
        defer { ended.results = [] }
        return ended.results
      }
      if csystem_interrupts() > 0, !session.isStopping {
        session.requestStop()
        session.observe(
          .log(
            stage: session.prepared.pipeline.name, level: .warning,
            message: "ending: what is at work may finish, for ten seconds at most; a second Ctrl-C does not wait"))
      }
      if session.recorder.failure != nil { session.requestStop() }
      for (index, result) in finished ?? [] {
        if state.limited.remove(index) != nil { state.activeLimited -= 1 }
        state.streaming.remove(index)
        finish(index, result, &state)
      }
    }
    pool.close()
    return state.results.enumerated().map { index, result in
      result
        ?? NodeResult(
          summary: StageSummary(name: graph.stages[index].name, state: .interrupted), record: nil)
    }
  }

  private func finish(_ index: Int, _ result: NodeResult, _ state: inout SchedulerState) {
    state.results[index] = result
    state.openCount -= 1
    record(result)
    if result.summary.state != .skipped { session.observe(.stageFinished(result.summary)) }
    if result.summary.state == .failed && !session.options.keepsGoing { session.requestStop() }
    for dependent in graph.dependents[index] {
      state.waiting[dependent] -= 1
      if state.waiting[dependent] == 0 && !state.isStarted[dependent] {
        state.toConsider.append(dependent)
      }
    }
  }

  /// In turn and not by recursion: a chain of thousands of stages that are up to date is as deep as long.
  private func considerAll(_ state: inout SchedulerState) {
    var next = 0
    while next < state.toConsider.count {
      let index = state.toConsider[next]
      next += 1
      if !state.isStarted[index] { consider(index, &state) }
    }
    state.toConsider.removeAll(keepingCapacity: true)
  }

  /// Writes down that a stage ran; what was up to date, and was so before, leaves no trace.
  private func record(_ result: NodeResult) {
    let summary = result.summary
    guard summary.state != .skipped else { return }
    if let standing = summary.standing, let before = session.prepared.records[summary.name], before.standing != standing
    {
      attempt(LedgerEntries.standing(standing, pipeline: session.prepared.pipeline.name, stage: summary.name))
    }
    guard summary.state != .upToDate else { return }
    let reasons = RunReason.text(session.reasons(of: summary.name))
    attempt(
      LedgerEntries.stageRun(
        StageRunRecord(
          run: session.run, stage: summary.name, state: summary.state.rawValue, reasons: reasons,
          done: summary.counts.done,
          cached: summary.counts.cached, failed: summary.counts.failed,
          removed: summary.counts.removed,
          outputs: summary.counts.outputs, seconds: summary.seconds,
          workSeconds: summary.counts.workSeconds,
          message: summary.message)))
  }

  /// An error here is the recorder's own, which ends the run (see `run`).
  private func attempt(_ entry: @escaping Recorder.Entry) { try? session.recorder.record(entry) }

  /// All that a stage needs has ended (or it needs nothing): settles it, or makes it ready to start.
  private func consider(_ index: Int, _ state: inout SchedulerState) {
    state.isStarted[index] = true
    let stage = session.prepared.stages[index]
    let name = stage.declaration.name
    let record = session.prepared.records[name]
    func settle(
      _ summary: StageSummary.State, _ message: String = "", _ record: StageRecord? = record
    ) {
      var result = NodeResult(summary: StageSummary(name: name, state: summary), record: record)
      result.summary.message = message
      result.summary.counts.outputs = record?.count ?? 0
      result.summary.counts.cached = record?.count ?? 0
      finish(index, result, &state)
    }
    guard session.options.selection.contains(index) else {
      if record == nil {
        return settle(.skipped)
      }
      return settle(.skipped)
    }
    if session.isStopping { return settle(.interrupted) }
    let needs = graph.needs[index].compactMap { state.results[$0] }
    if let missing = zip(graph.needs[index], needs).first(where: {
      $0.1.summary.state == .skipped && $0.1.record == nil
    }) {
      let other = graph.stages[missing.0].name
      return settle(
        .failed,
        "needs '\(other)', which was never run and was not chosen: choose it too (+\(name))")
    }
    guard needs.allSatisfy(\.isUsable) else {
      let culprits = zip(graph.needs[index], needs).filter { !$0.1.isUsable }.map {
        graph.stages[$0.0].name
      }
      return settle(.blocked, "waits for \(culprits.prefix(5).joined(separator: ", "))")
    }
    guard case .success(let body) = stage.stage else {
      if case .failure(let error) = stage.stage { settle(.failed, error.description) }
      return
    }
    let isForced = session.options.forced.contains(index)
    if case .source = body {
      state.ready.append(index)
      return
    }
    let inputs = needs.compactMap { $0.record.map { session.prepared.inputDigest($0, for: index) } }
    let reasons = session.prepared.reasons(
      index, inputs: inputs, now: session.now, isForced: isForced)
    if reasons.isEmpty { return settle(.upToDate) }
    session.setReasons(reasons, of: name)
    state.ready.append(index)
  }

  private func startReady(_ state: inout SchedulerState) {
    let limit = max(8, 2 * session.options.jobs)
    while state.nextReady < state.ready.count, state.activeLimited < limit {
      let index = state.ready[state.nextReady]
      state.nextReady += 1
      if state.nextReady > 1024 {
        state.ready.removeFirst(state.nextReady)
        state.nextReady = 0
      }
      state.activeLimited += 1
      state.limited.insert(index)
      start(index, &state)
    }
  }

  private func start(_ index: Int, _ state: inout SchedulerState) {
    guard case .success(let body) = session.prepared.stages[index].stage else { return }
    let name = graph.stages[index].name
    let needs = graph.needs[index].compactMap { state.results[$0]?.record }
    switch body {
    case .source(let source):
      pool.run { [self] in launch(index) { try runSource(source, index, name) } }
    case .collection(let collection):
      let run = CollectionStageRun(
        session: session, index: index, stage: collection, reasons: session.reasons(of: name),
        needs: needs)
      pool.run { [self] in launch(index) { try run.run() } }
    case .item(let item):
      let run = stream(index, item, &state)
      for (need, record) in needs.enumerated() {
        // A dataset that cannot be read fails this stage when it takes the message.
        let dataset = Result { try session.dataset(record.dataset) }
        switch dataset {
        case .success(let dataset):
          run.inbox.put(.carried(need: need, dataset, nil))
          run.inbox.put(.finished(need: need, dataset))
        case .failure(let error):
          session.observe(
            .log(stage: name, level: .error, message: SluiceError(wrapping: error).description))
          run.inbox.put(.finished(need: need, nil))
        }
      }
    }
  }

  /// Makes the run of an item stage and of all item stages below that can stream from it, as long as there is room
  /// (which bounds how deep this calls itself).
  private func stream(_ index: Int, _ stage: any ItemStage, _ state: inout SchedulerState)
    -> ItemStageRun
  {
    var streaming: [(index: Int, stage: any ItemStage)] = []
    for dependent in graph.dependents[index] where canStream(dependent, from: index, state) {
      guard case .success(.item(let item)) = session.prepared.stages[dependent].stage else {
        continue
      }
      state.isStarted[dependent] = true
      state.streaming.insert(dependent)
      let name = graph.stages[dependent].name
      let record = session.prepared.records[name]
      var reasons = session.prepared.reasons(
        dependent, inputs: record?.inputs ?? [], now: session.now,
        isForced: session.options.forced.contains(dependent))
      reasons.append(.upstreamRuns([graph.stages[index].name]))
      session.setReasons(reasons, of: name)
      streaming.append((dependent, item))
    }
    session.observe(
      .stageStarted(name: graph.stages[index].name, reasons: session.reasons(of: graph.stages[index].name)))
    let consumers = streaming.map { (run: stream($0.index, $0.stage, &state), need: 0) }
    let run = ItemStageRun(
      session: session, index: index, stage: stage,
      reasons: session.reasons(of: graph.stages[index].name),
      consumers: consumers)
    // A stage to which nothing has come yet has no thread.
    run.inbox.whenFirst { [self] in pool.run { launch(index) { run.run() } } }
    return run
  }

  /// A stage streams from its only need; with several it waits until all have ended.
  private func canStream(_ dependent: Int, from index: Int, _ state: SchedulerState) -> Bool {
    graph.needs[dependent] == [index] && session.options.selection.contains(dependent)
      && !state.isStarted[dependent] && state.hasRoomForStream
  }

  private func runSource(_ source: any SourceStage, _ index: Int, _ name: String) throws
    -> NodeResult
  {
    let record = session.prepared.records[name]
    let context = session.prepared.sourceContext(
      index, jobs: session.options.jobs,
      run: SourceRun(
        objects: session.store, isFrozen: session.options.isFrozen, isForced: session.options.forced.contains(index),
        log: { [session] level, message in
          session.observe(.log(stage: name, level: level, message: Secrets.redacted(message)))
        },
        isStopping: { [session] in session.isStopping }))
    let view = try source.look(context)
    let reasons = session.prepared.reasons(
      index, inputs: [], fingerprint: view.fingerprint, now: session.now,
      isForced: session.options.forced.contains(index))
    if reasons.isEmpty {
      // It looked, and all is as it was: that it looked is news nevertheless.
      if let state = try Completion.sourceState(session, stage: name, view.state) {
        try session.recorder.record(state)
      }
      var result = NodeResult(summary: StageSummary(name: name, state: .upToDate), record: record)
      result.summary.counts.cached = record?.count ?? 0
      result.summary.counts.outputs = record?.count ?? 0
      return result
    }
    session.setReasons(reasons, of: name)
    return try SourceStageRun(session: session, index: index, view: view, reasons: reasons).run()
  }

  /// Runs a stage's body, turns errors into results, and tells the scheduler.
  private func launch(_ index: Int, _ body: () throws -> NodeResult) {
    let name = graph.stages[index].name
    let start = MonotonicClock.now
    var result: NodeResult
    do {
      result = try body()
    } catch {
      let failure = SluiceError(wrapping: error)
      let state: StageSummary.State =
        failure.code == .guarded
        ? .guarded : failure.code == .interrupted || session.isStopping ? .interrupted : .failed
      result = NodeResult(
        summary: StageSummary(name: name, state: state), record: session.prepared.records[name])
      result.summary.message = Secrets.redacted(failure.description)
      if state == .failed { result.summary.failure = failure.code }
    }
    if result.summary.state != .upToDate {
      result.summary.counts = session.counts(index)
      result.summary.counts.queued = 0
    }
    result.summary.seconds = MonotonicClock.seconds(since: start)
    ended.update { $0.results.append((index, result)) }
  }
}
