import Foundations

/// Threads that are kept between pieces of work: starting one for each of ten thousand stages would
/// cost more than many of the stages.
final class ThreadPool: Sendable {
  private struct State: Sendable {
    var work: [@Sendable () -> Void] = []
    var idle = 0
    var isClosed = false
  }

  private let name: String
  private let state = Monitor(State())

  init(name: String) { self.name = name }

  /// Runs `body` on an idle thread, or on a new one when there is none: work here may wait for other
  /// work, so it must never queue behind it.
  func run(_ body: @escaping @Sendable () -> Void) {
    let mustStart = state.updateForOne { state -> Bool in
      state.work.append(body)
      return state.idle < state.work.count
    }
    guard mustStart else { return }
    _ = BlockingThread(name) { [state] in
      while true {
        state.read { $0.idle += 1 }
        let body = state.waitAlone { state -> (@Sendable () -> Void)?? in
          if let body = state.work.popLast() {
            state.idle -= 1
            return .some(body)
          }
          return state.isClosed ? .some(nil) : nil
        }
        guard let body else { return }
        body()
      }
    }
  }

  /// Lets the threads end once there is no work.
  func close() { state.update { $0.isClosed = true } }
}
