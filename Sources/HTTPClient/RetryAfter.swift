import CCurl
import Foundations

/// Reads `Retry-After`: seconds or a date (RFC 9110, 10.2.3).
package enum RetryAfter {
  /// Seconds from `now` on, never negative; `nil` for what is neither a number nor a date.
  package static func seconds(_ field: String, now: Timestamp) -> Double? {
    let text = field.filter { $0 != "\t" }.drop { $0 == " " }
    if let number = Double(text.filter { $0 != " " }), number.isFinite, !text.contains(":") {
      return max(0, number)
    }
    guard ccurl_load() == nil else { return nil }
    let date = ccurl_getdate(String(text))
    return date < 0 ? nil : max(0, Double(date) - now.seconds)
  }
}
