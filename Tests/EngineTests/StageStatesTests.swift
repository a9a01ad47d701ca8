import Foundations
import Manifest
import Planning
import Store
import Testing

@testable import Engine

/// Where stages stand, without running any.
@Suite struct StageStatesTests {
  /// `d` needs `b` and `c`, which need `a`.
  private func states() throws -> (StageStates, RunSession, StageGraph) {
    let world = try EngineWorld(
      "a: {uses: import, with: {path: x}}", "b: {uses: gathered, needs: a}", "c: {uses: gathered, needs: a}",
      "d: {uses: gathered, needs: [b, c]}")
    try world.layout.create()
    let ledger = try Ledger.openForWriting(world.layout)
    let store = try ObjectStore(world.layout)
    let recorder = Recorder(ledger, store: store)
    let reader = try world.reader()
    let prepared = try world.prepare(reader: reader, store: store)
    let session = RunSession(
      prepared: prepared, options: RunOptions(selection: [], jobs: 1), store: store, recorder: recorder, reader: reader,
      run: 1, observe: { _ in })
    return (StageStates(prepared.graph), session, prepared.graph)
  }

  private func name(_ id: StageID?, _ graph: StageGraph) -> String? { id.map { graph.stages[$0].name } }

  @Test func aStageIsDecidedUponWhenAllThatItNeedsHasEnded() throws {
    var (states, session, graph) = try states()
    func id(_ name: String) throws -> StageID { try #require(graph.id(of: name)) }
    func end(_ name: String) throws {
      let scope = StageScope(session: session, id: try id(name))
      states.end(scope.id, scope.ended(.done), graph)
    }
    #expect(name(states.takeUndecided(), graph) == "a")
    #expect(states.takeUndecided() == nil)
    try end("a")
    #expect(name(states.takeUndecided(), graph) == "b")
    #expect(name(states.takeUndecided(), graph) == "c")
    #expect(states.takeUndecided() == nil)
    try end("b")
    #expect(states.takeUndecided() == nil, "d still waits for c")
    try end("c")
    #expect(name(states.takeUndecided(), graph) == "d")
    #expect(states.openCount == 1)
    try end("d")
    #expect(states.openCount == 0 && states.results.count == 4)
  }

  @Test func soManyAreAtWorkAtOnce() throws {
    var (states, session, graph) = try states()
    for id in graph.stages.indices { states.makeReady(StageScope(session: session, id: id)) }
    #expect(name(states.startNext(limit: 2)?.id, graph) == "a")
    #expect(name(states.startNext(limit: 2)?.id, graph) == "b")
    #expect(states.startNext(limit: 2) == nil)
    let first = StageScope(session: session, id: StageID(0))
    states.end(first.id, first.ended(.done), graph)
    #expect(name(states.startNext(limit: 2)?.id, graph) == "c")
    #expect(states.startNext(limit: 2) == nil)
  }

  @Test func whatStreamsTakesNoPlace() throws {
    var (states, session, graph) = try states()
    states.startStreaming(StageID(1))
    #expect(states[StageID(1)].isStarted && states.hasRoomForStream)
    states.makeReady(StageScope(session: session, id: StageID(0)))
    #expect(states.startNext(limit: 1) != nil)
    // One that streams is not decided upon again when what it needs has ended.
    let first = StageScope(session: session, id: StageID(0))
    states.end(first.id, first.ended(.done), graph)
    #expect(name(states.takeUndecided(), graph) == "c")
    #expect(states.takeUndecided() == nil)
  }
}
