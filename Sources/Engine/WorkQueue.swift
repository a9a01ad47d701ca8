import Foundations
import StageKit

/// The items of one stage run that wait for a worker, now or after a pause.
final class WorkQueue: Sendable {
  private struct State: Sendable {
    /// Tried first: what is in quarantine from an earlier run.
    var urgent: [WorkItem] = []
    var ready: [WorkItem] = []
    var next = 0
    var delayed: [(due: UInt64, item: WorkItem)] = []
    var running: [Int: UInt64] = [:]
    var isClosed = false
    var isAborted = false

    var waiting: Int { urgent.count + ready.count - next }
    var isDrained: Bool { isClosed && waiting == 0 && delayed.isEmpty && running.isEmpty }

    mutating func take(_ max: Int) -> [WorkItem] {
      let now = MonotonicClock.now
      if !delayed.isEmpty {
        let due = delayed.filter { $0.due <= now }
        if !due.isEmpty {
          delayed.removeAll { $0.due <= now }
          urgent.append(contentsOf: due.map(\.item))
        }
      }
      var taken: [WorkItem] = []
      let first = min(max, urgent.count)
      if first > 0 {
        taken.append(contentsOf: urgent[..<first])
        urgent.removeFirst(first)
      }
      let second = min(max - taken.count, ready.count - next)
      if second > 0 {
        taken.append(contentsOf: ready[next..<(next + second)])
        next += second
        if next == ready.count {
          ready.removeAll(keepingCapacity: true)
          next = 0
        }
      }
      for item in taken { running[item.token] = now }
      return taken
    }
  }

  private static let capacity = 2048
  /// Who waits for room is woken when so many are left, not for each that is taken.
  private static let lowMark = capacity / 2
  private let state = Monitor(State())
  private let isStopping: @Sendable () -> Bool

  init(isStopping: @escaping @Sendable () -> Bool) { self.isStopping = isStopping }

  /// Adds an item; blocks while very many wait.
  func add(_ item: WorkItem, isUrgent: Bool) {
    // Once full, the queue has to become half empty: filling it item by item would cost a switch of threads for each.
    var limit = Self.capacity
    while !isStopping() {
      let added = state.wait(until: MonotonicClock.now + 100_000_000) { state -> Bool? in
        if state.isAborted { return true }
        guard state.waiting < limit else {
          limit = Self.lowMark
          return nil
        }
        if isUrgent { state.urgent.append(item) } else { state.ready.append(item) }
        return true
      }
      if added == true { return }
    }
  }

  /// Nothing will be added any more (but retries).
  func close() { state.update { $0.isClosed = true } }

  /// Forgets what waits; what is being worked on is finished.
  func abort() {
    state.update { state in
      state.isClosed = true
      state.isAborted = true
      state.urgent = []
      state.ready = []
      state.next = 0
      state.delayed = []
    }
  }

  var isExhausted: Bool {
    isStopping() || state.read { $0.isAborted || ($0.isClosed && $0.waiting == 0 && $0.delayed.isEmpty) }
  }

  var isFinished: Bool { isStopping() || state.read { $0.isDrained || $0.isAborted } }

  /// Takes up to `max` items.
  func next(max: Int, waiting: Bool) -> [WorkItem] {
    guard waiting else {
      if isStopping() { return [] }
      let (taken, hasRoom) = state.read { state in
        let before = state.waiting
        let taken = state.take(max)
        return (taken, before >= Self.lowMark && state.waiting < Self.lowMark)
      }
      if hasRoom { state.update { _ in } }
      return taken
    }
    while !isStopping() {
      let deadline = state.read { state in
        min(MonotonicClock.now + 100_000_000, state.delayed.map(\.due).min() ?? .max)
      }
      let taken = state.wait(until: deadline) { state -> [WorkItem]? in
        let taken = state.take(max)
        return taken.isEmpty && !state.isDrained && !state.isAborted ? nil : taken
      }
      if let taken { return taken }
    }
    return []
  }

  /// Seconds that the item was being worked on. With `retryAfter` it comes back after so many seconds.
  func finish(_ item: WorkItem, retryAfter: Double? = nil) -> Double {
    let (started, isWaitedFor) = state.read { state -> (UInt64?, Bool) in
      let started = state.running.removeValue(forKey: item.token)
      if let retryAfter, !state.isAborted {
        let again = WorkItem(
          token: item.token, item: item.item, attempt: item.attempt + 1, previous: item.previous)
        // A server may ask for any number of seconds: what is beyond a year must not overflow.
        let pause = UInt64(clamping: min(max(retryAfter, 0), 31_536_000) * 1e9)
        state.delayed.append((MonotonicClock.now + pause, again))
      }
      return (started, !state.delayed.isEmpty || state.isDrained)
    }
    if isWaitedFor { state.update { _ in } }
    return started.map { MonotonicClock.seconds(since: $0) } ?? 0
  }
}
