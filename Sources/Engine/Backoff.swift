import Foundations
import StageKit

/// When a failed item is tried again: exponential backoff with full jitter
/// (`random(0 … min(cap, base · 2ⁿ))`), and never before the other side asked for.
package struct Backoff: Sendable, Equatable {
  /// How often an item is tried at all.
  package var maxAttempts: Int
  /// Seconds.
  package var base: Double
  /// The longest pause, in seconds.
  package var cap: Double

  /// Reads `max_attempts`, `backoff` and `max_backoff` of a stage that declares them.
  package init(_ parameters: JSONObject) {
    maxAttempts = max(1, parameters["max_attempts"]?.int ?? 3)
    base = parameters["backoff"]?.double ?? 1
    cap = parameters["max_backoff"]?.double ?? 60
  }

  /// Seconds until the next try, or `nil` when there is none.
  /// - Parameter attempt: the try that failed, from 1.
  package func wait(
    after failure: ItemFailure, attempt: Int, using random: inout some RandomNumberGenerator
  ) -> Double? {
    guard failure.isTransient, attempt < maxAttempts else { return nil }
    // 2^30 seconds is beyond every cap; the exponent must not overflow.
    let ceiling = min(cap, base * Double(1 << min(attempt - 1, 30)))
    let jittered = ceiling > 0 ? Double.random(in: 0...ceiling, using: &random) : 0
    return max(jittered, failure.retryAfter ?? 0)
  }
}
