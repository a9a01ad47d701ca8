import CCurl
import Foundations

/// Reads `Retry-After`: seconds or a date (RFC 9110, 10.2.3).
package enum RetryAfter {
  /// The longest wait that is believed: what asks for more is a mistake far more often than it is meant.
  package static let longest = 86_400.0

  /// What a field asks for.
  package struct Reading: Sendable, Equatable {
    /// From now on, never negative, a day at most.
    package let seconds: Double
    /// What it asks for where that is more than is believed.
    package var distrusted: Double?
  }

  /// `nil` for what is neither a number nor a date. Some servers write the time itself as seconds (or milliseconds)
  /// since 1970: no wait is that long.
  package static func reading(_ field: String, now: Timestamp) -> Reading? {
    let text = field.filter { $0 != "\t" }.drop { $0 == " " }
    let asked: Double
    if let number = Double(text.filter { $0 != " " }), number.isFinite, !text.contains(":") {
      asked = number >= 1e12 ? number / 1000 - now.seconds : number >= 1e9 ? number - now.seconds : number
    } else if let date = date(String(text)) {
      asked = date - now.seconds
    } else {
      return nil
    }
    guard asked > longest else { return Reading(seconds: max(0, asked)) }
    return Reading(seconds: longest, distrusted: asked)
  }

  /// Seconds from `now` on, never negative, a day at most.
  package static func seconds(_ field: String, now: Timestamp) -> Double? { reading(field, now: now)?.seconds }

  /// A date as HTTP and mail write it, in seconds since 1970.
  package static func date(_ text: String) -> Double? {
    guard ccurl_load() == nil else { return nil }
    let date = ccurl_getdate(text)
    return date < 0 ? nil : Double(date)
  }
}
