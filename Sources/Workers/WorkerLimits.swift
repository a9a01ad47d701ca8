import Foundations

/// What one order may take.
package struct WorkerLimits: Sendable, Hashable {
  /// Seconds of wall time.
  package var timeout: Double = 30
  /// Bytes of address space of the child.
  package var memory: UInt64 = 2 << 30
  /// Bytes of the order.
  package var maxBytes: Int = 100_000_000
  /// Bytes of an answer, whatever the order's size. A larger order may have one twice its own size.
  package var maxAnswer: Int = 64_000_000
  /// A child is replaced after so many orders: what libraries leak stays small.
  package var ordersPerChild: Int = 500

  package init() {}

  /// The most bytes that the answer to an order of `count` bytes may have.
  package func answer(to count: Int) -> Int { max(maxAnswer, count.multiplied(clamping: 2)) }
}
