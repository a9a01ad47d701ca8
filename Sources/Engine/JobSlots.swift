import Foundations

/// At most `--jobs` pieces of work that keep a processor busy.
final class JobSlots: Sendable {
  private let free: Monitor<Int>

  init(_ count: Int) { free = Monitor(max(1, count)) }

  /// Runs `body` when a slot is free, and holds the slot meanwhile.
  func whileHeld<R>(_ body: () throws -> R) rethrows -> R {
    acquire()
    defer { release() }
    return try body()
  }

  func acquire() {
    free.waitAlone { free -> Void? in
      guard free > 0 else { return nil }
      free -= 1
      return ()
    }
  }

  func release() { free.updateForOne { $0 += 1 } }
}
