import Foundations

/// At most `--jobs` pieces of work that keep a processor busy.
final class JobSlots: Sendable {
  private let free: Monitor<Int>

  init(_ count: Int) { free = Monitor(max(1, count)) }

  func acquire() {
    _ = free.wait { free -> Bool? in
      guard free > 0 else { return nil }
      free -= 1
      return true
    }
  }

  func release() { free.update { $0 += 1 } }
}
