import Glibc

/// Nanoseconds of a clock that never goes back.
package enum MonotonicClock {
  /// The moment.
  package static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// The moment in so many seconds, at most a hundred years ahead.
  package static func deadline(after seconds: Double) -> UInt64 {
    now + UInt64(clamping: min(max(seconds.isNaN ? 0 : seconds, 0), 3.15e9) * 1e9)
  }

  /// Seconds since `start`.
  package static func seconds(since start: UInt64) -> Double { Double(now - start) / 1e9 }
}

/// A moment of the calendar, in seconds since 1970 (UTC).
package struct Timestamp: Hashable, Sendable, Comparable {
  /// Since 1970, in UTC.
  package var seconds: Double
  package init(seconds: Double) { self.seconds = seconds }

  /// By the clock of this machine, which may be wrong.
  package static var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(seconds: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
  }

  package static func < (a: Timestamp, b: Timestamp) -> Bool { a.seconds < b.seconds }

  /// RFC 3339 in UTC, to the second: `2026-11-21T08:30:00Z`. What lies beyond the years 1 to 9999 is shown as their end.
  package var rfc3339: String {
    var whole = time_t(clamping: seconds.rounded(.down), to: -62_135_596_800...253_402_300_799)
    var parts = tm()
    gmtime_r(&whole, &parts)
    func pad(_ number: Int32, _ width: Int = 2) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(pad(parts.tm_year + 1900, 4))-\(pad(parts.tm_mon + 1))-\(pad(parts.tm_mday))"
      + "T\(pad(parts.tm_hour)):\(pad(parts.tm_min)):\(pad(parts.tm_sec))Z"
  }
}
