import Graph
import Manifest

/// What the scheduler's own thread keeps.
struct SchedulerState {
  /// How many of a stage's needs have not ended.
  var waiting: [Int]
  var isStarted: [Bool]
  var results: [NodeResult?]
  var ready: [Int] = []
  var nextReady = 0
  var activeLimited = 0
  var limited: Set<Int> = []
  var openCount: Int

  init(_ graph: StageGraph) {
    waiting = graph.needs.map(\.count)
    isStarted = Array(repeating: false, count: graph.stages.count)
    results = Array(repeating: nil, count: graph.stages.count)
    openCount = graph.stages.count
  }
}
