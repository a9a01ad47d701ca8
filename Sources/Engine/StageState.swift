import Manifest

/// Where a stage of a run stands, for the scheduler.
enum StageState {
  /// It waits for so many of the stages that it needs to end.
  case waiting(on: Int)
  /// All that it needs has ended; it waits for its turn.
  case ready(StageScope)
  case running(Place)
  case ended(NodeResult)

  /// What a stage at work counts against.
  enum Place {
    /// It was ready and has one of the places for stages at work.
    case ofItsOwn
    /// It streams from another one, and costs nothing until something comes.
    case streaming
  }

  var isStarted: Bool { if case .waiting = self { false } else { true } }
  var result: NodeResult? { if case .ended(let result) = self { result } else { nil } }
}
