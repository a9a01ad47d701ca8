import Foundations
import Synchronization

/// Until when an answer is waited for: sooner once the run is being stopped.
package final class WorkerDeadline: Sendable {
  /// Nanoseconds that an order may still take when the run is being stopped.
  private static let grace: UInt64 = 2_000_000_000

  private let limit: UInt64
  private let stopped = Mutex<UInt64?>(nil)
  private let isStopping: @Sendable () -> Bool

  package init(seconds: Double, isStopping: @escaping @Sendable () -> Bool) {
    limit = MonotonicClock.deadline(after: seconds)
    self.isStopping = isStopping
  }

  /// Whether the order's own time has run out.
  var isLate: Bool { MonotonicClock.now >= limit }

  /// Milliseconds to wait before asking again; `nil` when the time has run out.
  package var pause: Int32? {
    let now = MonotonicClock.now
    let end = stopped.withLock { stopped in
      if stopped == nil && isStopping() { stopped = now + Self.grace }
      return min(limit, stopped ?? .max)
    }
    return now >= end ? nil : Int32(clamping: min(200, (end - now) / 1_000_000 + 1))
  }
}
