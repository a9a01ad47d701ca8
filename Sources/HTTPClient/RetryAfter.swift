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
    return date(String(text)).map { max(0, $0 - now.seconds) }
  }

  /// A date as HTTP and mail write it, in seconds since 1970.
  package static func date(_ text: String) -> Double? {
    guard ccurl_load() == nil else { return nil }
    let date = ccurl_getdate(text)
    return date < 0 ? nil : Double(date)
  }
}
