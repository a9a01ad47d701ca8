import Glibc
import Synchronization

/// Work split over threads of our own.
package enum Parallel {
  private final class Shared: Sendable {
    let next = Atomic<Int>(0)
    let failure = Mutex<(any Error)?>(nil)
  }

  /// Calls `body` for every index below `count`, on up to `threads` threads, in pieces of `grain`.
  /// After an error no new piece is begun; one of the errors is thrown once all threads have ended.
  package static func forEach(
    count: Int, threads: Int, grain: Int = 64, _ body: @escaping @Sendable (Int) throws -> Void
  ) throws {
    if threads <= 1 || count <= grain {
      for index in 0..<count { try body(index) }
      return
    }
    let shared = Shared()
    let loop: @Sendable () -> Void = {
      while shared.failure.withLock({ $0 == nil }) {
        let start = shared.next.add(grain, ordering: .relaxed).oldValue
        if start >= count { return }
        do {
          for index in start..<min(count, start + grain) { try body(index) }
        } catch {
          shared.failure.withLock { $0 = $0 ?? error }
        }
      }
    }
    let others = (1..<min(threads, (count + grain - 1) / grain)).map {
      BlockingThread("parallel-\($0)", loop)
    }
    loop()
    for thread in others { thread.join() }
    if let error = shared.failure.withLock({ $0 }) { throw error }
  }

  /// The number of processors that this process may use.
  package static let processors: Int = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
}
