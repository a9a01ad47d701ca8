import Foundations
import StageKit
import Store

/// What flows from a stage to one that needs it.
enum StreamMessage: Sendable {
  /// Entries of a dataset that are known to be in the final one; `nil` means all.
  case carried(need: Int, Dataset, [UInt32]?)
  /// New items with their records.
  case items(need: Int, [Item])
  /// The stage has ended: with its dataset, or without one when it did not succeed.
  case finished(need: Int, Dataset?)
}

/// Where a stage's messages wait; the sender blocks while too much is in it.
final class Inbox: Sendable {
  private struct State: Sendable {
    var messages: [StreamMessage] = []
    var next = 0
    var items = 0
    var bytes = 0
    /// Nobody reads any more: what is put is dropped, and nobody waits for room.
    var isClosed = false
    /// Called once, when the first message comes.
    var start: (@Sendable () -> Void)?
  }

  private static let maxItems = 4096
  private static let maxBytes = 64 << 20

  private let state = Monitor(State())

  private static func cost(_ message: StreamMessage) -> (items: Int, bytes: Int) {
    guard case .items(_, let items) = message else { return (0, 0) }
    return (items.count, items.reduce(0) { $0 + $1.record.bytes.count })
  }

  /// The reader has ended, for whatever reason.
  func close() { state.update { $0 = State(isClosed: true) } }

  /// Says who is to be started when the first message comes; set before anything is put.
  func whenFirst(_ start: @escaping @Sendable () -> Void) { state.update { $0.start = start } }

  /// Never blocks.
  func put(_ message: StreamMessage) {
    let cost = Self.cost(message)
    let start = state.update { state -> (@Sendable () -> Void)? in
      guard !state.isClosed else { return nil }
      state.messages.append(message)
      state.items += cost.items
      state.bytes += cost.bytes
      defer { state.start = nil }
      return state.start
    }
    start?()
  }

  /// Waits until there is room, or `isStopping`.
  func waitForRoom(_ isStopping: () -> Bool) {
    while !isStopping() {
      let deadline = MonotonicClock.now + 100_000_000
      let hasRoom = state.wait(until: deadline) { state -> Bool? in
        state.isClosed || (state.items < Self.maxItems && state.bytes < Self.maxBytes) ? true : nil
      }
      if hasRoom == true { return }
    }
  }

  /// The next message; `nil` when the run is being stopped.
  func take(_ isStopping: () -> Bool) -> StreamMessage? {
    while !isStopping() {
      let deadline = MonotonicClock.now + 100_000_000
      let message = state.wait(until: deadline) { state -> StreamMessage? in
        guard state.next < state.messages.count else { return nil }
        let message = state.messages[state.next]
        state.next += 1
        if state.next == state.messages.count {
          state.messages.removeAll(keepingCapacity: true)
          state.next = 0
        }
        let cost = Self.cost(message)
        state.items -= cost.items
        state.bytes -= cost.bytes
        return message
      }
      if let message { return message }
    }
    return nil
  }
}

/// A stage to which another one sends its items, and which of its needs that one is.
struct StreamConsumer: Sendable {
  let inbox: Inbox
  let need: Int

  func put(_ message: StreamMessage) { inbox.put(message) }
  func waitForRoom(_ isStopping: () -> Bool) { inbox.waitForRoom(isStopping) }
}
