import Foundations

/// Works on answers beside the transfers, on a thread of its own and in the order in which they came.
///
/// What waits is bounded: who brings more than is worked off waits.
final class AnswerLine: Sendable {
  typealias Work = @Sendable () throws -> Void

  private struct State: Sendable {
    var waiting: [(bytes: Int, work: Work)] = []
    /// Brought and not worked off.
    var count = 0
    var bytes = 0
    var isClosed = false
    /// Why nothing more is worked off.
    var failure: (any Error)?
  }

  private static let maxCount = 64
  private static let maxBytes = 32 << 20

  private let state = Monitor(State())
  private let thread = Monitor<BlockingThread?>(nil)

  /// Adds work on an answer of so many bytes.
  /// - Throws: what work before it threw.
  func add(bytes: Int, _ work: @escaping Work) throws {
    thread.read { thread in
      if thread == nil { thread = BlockingThread("answers") { [self] in run() } }
    }
    _ = try state.wait { state -> Bool? in
      if let failure = state.failure { throw failure }
      guard state.count == 0 || state.count < Self.maxCount && state.bytes < Self.maxBytes else { return nil }
      state.waiting.append((bytes, work))
      state.count += 1
      state.bytes += bytes
      return true
    }
  }

  /// Waits until all is worked off.
  /// - Throws: what the work threw.
  func drain() throws {
    _ = try state.wait { state -> Bool? in
      if let failure = state.failure { throw failure }
      return state.count == 0 ? true : nil
    }
  }

  /// Works off what is left and ends the thread.
  func close() {
    state.update { $0.isClosed = true }
    thread.read { $0 }?.join()
  }

  private func run() {
    while true {
      let batch = state.wait { state -> [(bytes: Int, work: Work)]? in
        if state.waiting.isEmpty { return state.isClosed ? [] : nil }
        defer { state.waiting = [] }
        return state.waiting
      }
      guard let batch, !batch.isEmpty else { return }
      for (bytes, work) in batch {
        do {
          if state.read({ $0.failure == nil }) { try work() }
          state.update { state in
            state.count -= 1
            state.bytes -= bytes
          }
        } catch {
          state.update { $0.failure = error }
        }
      }
    }
  }
}
