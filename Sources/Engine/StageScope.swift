import Foundations
import Manifest
import Planning
import StageKit
import Store

/// One stage of one run: what all parts of its run need to know of it, and how they speak of it.
struct StageScope: Sendable {
  let session: RunSession
  let id: StageID
  /// Why it runs.
  var reasons: [RunReason] = []

  var prepared: PreparedStage { session.prepared.stages[id] }
  var declaration: StageDeclaration { prepared.declaration }
  var name: String { declaration.name }
  /// The key of the line that the run is of.
  var pipeline: String { session.prepared.line.key }
  /// The last complete result.
  var last: StageRecord? { session.prepared.records[name] }
  /// What it needs, in the order of `needs`.
  var needs: [StageID] { session.prepared.graph.needs[id] }
  var isForced: Bool { session.options.forced.contains(id) }
  var recipe: Digest { session.prepared.recipe(id) }

  var counts: StageCounts { session.counts(id) }
  func count(_ body: (inout StageCounts) -> Void) { session.count(id, body) }

  func log(_ level: LogLevel, _ message: String) {
    session.observe(.log(stage: name, level: level, message: message))
  }

  func failed(_ item: String, _ failure: ItemFailure, attempt: Int = 1, wait: Double? = nil) {
    session.observe(.itemFailed(stage: name, item: item, failure: failure, attempt: attempt, wait: wait))
  }

  func verdicts() throws -> ItemVerdicts {
    try ItemVerdicts(session.prepared, id, isForced: isForced, now: session.now, load: session.dataset)
  }

  /// The last complete dataset; empty when there is none.
  func lastDataset() throws -> Dataset { try last.map { try session.dataset($0.dataset) } ?? .empty }

  /// - Throws: `.interrupted` when the run is being stopped.
  func checkStopping() throws(SluiceError) {
    if session.isStopping { throw SluiceError(.interrupted, "the run was interrupted") }
  }

  /// Whether an error may be nothing but the run being stopped. An item stage says for itself that it was interrupted.
  private var isCutOff: Bool {
    if case .success(.item) = prepared.stage { return false }
    return session.isStopping
  }

  // MARK: Ends

  /// Runs the body of the stage: what it throws is how the stage ended, and its last result stays.
  func run(_ body: () throws -> NodeResult) -> NodeResult {
    let start = MonotonicClock.now
    var result: NodeResult
    do {
      result = try body()
    } catch {
      let failure = SluiceError(wrapping: error)
      let outcome: StageOutcome =
        failure.code == .guarded
        ? .guarded : failure.code == .interrupted || isCutOff ? .interrupted : .failed
      result = ended(outcome, failure.description)
      if outcome == .failed { result.summary.failure = failure.code }
    }
    if !result.isSettled {
      result.summary.counts = counts
      result.summary.counts.queued = 0
    }
    result.summary.seconds = MonotonicClock.seconds(since: start)
    return result
  }

  /// The stage ends and keeps the result that it had.
  func ended(_ outcome: StageOutcome, _ message: String = "") -> NodeResult {
    NodeResult(summary: StageSummary(name: name, outcome: outcome, message: message), record: last, reasons: reasons)
  }

  /// The stage ends without having begun: all that it had is taken as it is.
  func settled(_ outcome: StageOutcome, _ message: String = "") -> NodeResult {
    var result = ended(outcome, message)
    result.isSettled = true
    result.summary.counts.cached = last?.count ?? 0
    result.summary.counts.outputs = last?.count ?? 0
    return result
  }

  /// A new complete result, recorded with everything that it rests on in one transaction.
  func completed(_ record: StageRecord, with more: [Recorder.Entry] = []) throws -> NodeResult {
    let entries =
      [
        LedgerEntries.stageKey(prepared.key, components: prepared.components.canonicalBytes),
        LedgerEntries.stage(record, pipeline: pipeline),
      ] + more
    try session.recorder.record { connection in for entry in entries { try entry(connection) } }
    return NodeResult(summary: StageSummary(name: name, outcome: .done), record: record, reasons: reasons)
  }

  /// The entry for what a source knows of the world; its object is put before.
  func entry(for state: SourceState) throws -> Recorder.Entry {
    LedgerEntries.sourceState(
      pipeline: pipeline, stage: name, identity: state.identity, state: try session.store.put(state.bytes),
      run: session.run)
  }
}
