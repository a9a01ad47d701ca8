import Manifest

/// What the scheduler's own thread keeps.
struct SchedulerState {
  /// How many of a stage's needs have not ended.
  var waiting: [Int]
  var isStarted: [Bool]
  var results: [NodeResult?]
  /// Stages whose needs have all ended.
  var toConsider: [Int] = []
  var ready: [Int] = []
  var nextReady = 0
  var activeLimited = 0
  var limited: Set<Int> = []
  var openCount: Int
  /// Stages that stream from one another and have not ended.
  var streaming: Set<Int> = []

  /// So many stages may stream at once: each may have threads of its own. What comes after them waits for a whole
  /// dataset and costs nothing meanwhile.
  private static let mostStreaming = 32
  var hasRoomForStream: Bool { streaming.count < Self.mostStreaming }

  init(_ graph: StageGraph) {
    waiting = graph.needs.map(\.count)
    isStarted = Array(repeating: false, count: graph.stages.count)
    results = Array(repeating: nil, count: graph.stages.count)
    openCount = graph.stages.count
  }
}
