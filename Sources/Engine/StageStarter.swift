import Foundations
import Manifest
import Planning
import StageKit
import Store

/// Starts stages on threads of their own, and hears of their ends.
struct StageStarter: Sendable {
  private let session: RunSession
  private let ended = Monitor([(id: StageID, result: NodeResult)]())
  private let pool = ThreadPool(name: "stage")

  init(_ session: RunSession) { self.session = session }

  private var graph: StageGraph { session.prepared.graph }

  /// Lets the threads end once there is no work.
  func close() { pool.close() }

  /// The stages that have ended since the last call; waits for one until `deadline`.
  func waitForEnded(until deadline: UInt64) -> [(id: StageID, result: NodeResult)] {
    ended.wait(until: deadline) { ended in
      guard !ended.isEmpty else { return nil }
      defer { ended = [] }
      return ended
    } ?? []
  }

  /// Starts a stage of which all needs have ended.
  func start(_ scope: StageScope, _ states: inout StageStates) {
    let needs = scope.needs.map { id in
      guard let record = states.result(of: id).record else {
        preconditionFailure("a stage starts before all that it needs has a result")
      }
      return record
    }
    switch scope.prepared.stage {
    case .failure: preconditionFailure("a stage starts that cannot run here")
    case .success(.source(let source)):
      pool.run { [self] in launch(scope) { try SourceStageRun(scope, source).run() } }
    case .success(.collection(let stage)):
      let run = CollectionStageRun(scope: scope, stage: stage, needs: needs)
      pool.run { [self] in launch(scope) { try run.run() } }
    case .success(.item(let stage)):
      let inbox = stream(scope, stage, &states)
      for (need, record) in needs.enumerated() { feed(inbox, need, record, of: scope) }
    }
  }

  /// Gives a stage the whole result of one that it needs. A dataset that cannot be read blocks it.
  private func feed(_ inbox: Inbox, _ need: Int, _ record: StageRecord, of scope: StageScope) {
    do {
      let dataset = try session.dataset(record.dataset)
      inbox.put(.carried(need: need, dataset, nil))
      inbox.put(.finished(need: need, dataset))
    } catch {
      scope.log(.error, SluiceError(wrapping: error).description)
      inbox.put(.finished(need: need, nil))
    }
  }

  /// Makes the run of an item stage and of all item stages below that can stream from it, as long as there is room
  /// (which bounds how deep this calls itself). Returns where the run takes what comes in.
  private func stream(_ scope: StageScope, _ stage: any ItemStage, _ states: inout StageStates) -> Inbox {
    var below: [(scope: StageScope, stage: any ItemStage)] = []
    for dependent in graph.dependents[scope.id] where canStream(dependent, from: scope.id, states) {
      guard case .success(.item(let stage)) = session.prepared.stages[dependent].stage else { continue }
      states.startStreaming(dependent)
      var other = StageScope(session: session, id: dependent)
      other.reasons =
        session.prepared.reasons(
          dependent, inputs: other.last?.inputs ?? [], now: session.now, isForced: other.isForced)
        + [.upstreamRuns([scope.name])]
      below.append((other, stage))
    }
    session.observe(.stageStarted(name: scope.name, reasons: scope.reasons))
    // A stage streams from its only need: that is the first.
    let consumers = below.map { StreamConsumer(inbox: stream($0.scope, $0.stage, &states), need: 0) }
    let run = ItemStageRun(scope, stage, consumers: consumers)
    // A stage to which nothing has come yet has no thread.
    run.inbox.whenFirst { [self] in pool.run { launch(scope) { try run.run() } } }
    return run.inbox
  }

  /// A stage streams from its only need; with several it waits until all have ended.
  private func canStream(_ dependent: StageID, from id: StageID, _ states: StageStates) -> Bool {
    graph.needs[dependent] == [id] && session.options.selection.contains(dependent)
      && !states[dependent].isStarted && states.hasRoomForStream
  }

  /// Runs a stage's body and tells how it ended.
  private func launch(_ scope: StageScope, _ body: () throws -> NodeResult) {
    let result = scope.run(body)
    ended.update { $0.append((scope.id, result)) }
  }
}
