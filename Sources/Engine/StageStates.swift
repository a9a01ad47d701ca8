import Manifest

/// Where all stages of a run stand.
struct StageStates {
  private var states: StageTable<StageState>
  private var readyStages: [StageID] = []
  private var nextReady = 0
  private var runningCount = 0
  private var streamingCount = 0
  private(set) var openCount: Int
  /// Stages whose needs have all ended, and of which nobody has decided what becomes of them.
  private var undecided: [StageID]
  private var nextUndecided = 0

  /// So many stages may stream at once: each may have threads of its own. What comes after them waits for a whole
  /// dataset and costs nothing meanwhile.
  private static let mostStreaming = 32
  var hasRoomForStream: Bool { streamingCount < Self.mostStreaming }

  init(_ graph: StageGraph) {
    states = graph.needs.mapped { .waiting(on: $0.count) }
    openCount = graph.stages.count
    undecided = graph.order.filter { graph.needs[$0].isEmpty }
  }

  subscript(id: StageID) -> StageState { states[id] }

  /// The result of a stage that has ended.
  func result(of id: StageID) -> NodeResult {
    guard let result = states[id].result else { preconditionFailure("a stage is looked at before it has ended") }
    return result
  }

  /// All results, when all have ended.
  var results: StageTable<NodeResult> {
    states.mapped { state in
      guard let result = state.result else { preconditionFailure("the run ended before all of its stages") }
      return result
    }
  }

  /// The next stage of which is to be decided what becomes of it. In turn and not by recursion: a chain of thousands of
  /// stages that are up to date is as deep as long.
  mutating func takeUndecided() -> StageID? {
    while nextUndecided < undecided.count {
      let id = undecided[nextUndecided]
      nextUndecided += 1
      if !states[id].isStarted { return id }
    }
    undecided.removeAll(keepingCapacity: true)
    nextUndecided = 0
    return nil
  }

  mutating func makeReady(_ scope: StageScope) {
    states[scope.id] = .ready(scope)
    readyStages.append(scope.id)
  }

  /// Starts the next stage that is ready, unless so many are at work.
  mutating func startNext(limit: Int) -> StageScope? {
    guard nextReady < readyStages.count, runningCount < limit else { return nil }
    let id = readyStages[nextReady]
    nextReady += 1
    if nextReady > 1024 {
      readyStages.removeFirst(nextReady)
      nextReady = 0
    }
    guard case .ready(let scope) = states[id] else { preconditionFailure("a stage in the queue is not ready") }
    states[id] = .running(.ofItsOwn)
    runningCount += 1
    return scope
  }

  mutating func startStreaming(_ id: StageID) {
    states[id] = .running(.streaming)
    streamingCount += 1
  }

  /// A stage has ended, from whatever state; those that waited for it alone are to be decided upon.
  mutating func end(_ id: StageID, _ result: NodeResult, _ graph: StageGraph) {
    switch states[id] {
    case .running(.ofItsOwn): runningCount -= 1
    case .running(.streaming): streamingCount -= 1
    case .waiting, .ready: break
    case .ended: preconditionFailure("a stage ends twice")
    }
    states[id] = .ended(result)
    openCount -= 1
    for dependent in graph.dependents[id] {
      guard case .waiting(let count) = states[dependent] else { continue }
      states[dependent] = .waiting(on: count - 1)
      if count == 1 { undecided.append(dependent) }
    }
  }
}
