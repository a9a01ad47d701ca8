import Foundations
import Glibc
import Store

/// A generation by the words of a person: `12`, `@current`, `@-1` (the one before the current), `@candidate`,
/// `@yesterday`, `2026-11-29`, `2026-11-29T06:00:00Z`.
package struct GenerationSelector {
  /// What may be written, for messages.
  package static let forms = "a number, @current, @-1, @candidate, @yesterday, or a date such as 2026-11-29"

  private let text: String

  package init(_ text: String) { self.text = text }

  /// Whether a word looks like one; numbers and dates do, too.
  package var isOne: Bool {
    text.hasPrefix("@") || Int(text) != nil || Self.moment(text, now: .now) != nil
  }

  /// - Parameter generations: those of a line, the newest first.
  /// - Throws: `.usage` for what is none of the forms or names none that is kept, `.missing` when there is none at all.
  package func resolve(_ generations: [GenerationRecord], of line: PipelineLine, now: Timestamp = .now)
    throws(SluiceError) -> GenerationRecord
  {
    guard !generations.isEmpty else {
      throw SluiceError(
        .missing, "\(line.key) has no generation yet", advice: "`sluice run` publishes the first one.")
    }
    // Words of time mean what readers were to see: what somebody went back from is told by its number.
    let published = generations.filter { $0.state == .current || $0.state == .superseded }
    let found: GenerationRecord?
    if let number = Int(text), number > 0 {
      found = generations.first { $0.number == number }
    } else if text == "@current" {
      found = generations.first { $0.state == .current }
    } else if text == "@candidate" {
      found = generations.first { $0.state == .candidate }
    } else if text.hasPrefix("@-"), let back = Int(text.dropFirst(2)), back > 0 {
      let current = generations.first { $0.state == .current }?.number ?? .max
      found = Array(published.filter { $0.number < current }.prefix(back)).dropFirst(back - 1).first
    } else if let moment = Self.moment(text, now: now) {
      found = published.first { $0.created <= moment }
    } else {
      throw SluiceError(.usage, "'\(text)' is no generation", advice: "It may be \(Self.forms).")
    }
    guard let found else {
      let known = generations.map { "\($0.number)" }.prefix(20).joined(separator: ", ")
      throw SluiceError(
        .usage, "\(line.key) has no generation '\(text)'",
        advice: "There are: \(known). `sluice history` lists them; `keep:` in the pipeline file says how many stay.")
    }
    return found
  }

  /// The last moment that a date means, by the clock of this machine; `nil` for what is no date.
  private static func moment(_ text: String, now: Timestamp) -> Timestamp? {
    if text == "@yesterday" { return Timestamp(seconds: midnight(before: now).seconds - 0.001) }
    // 2026-11-29, or 2026-11-29T06:00:00Z.
    let fields = text.split { "-T:Z".contains($0) }.map { Int32($0) }
    guard fields.allSatisfy({ $0 != nil }) else { return nil }
    let numbers = fields.compactMap { $0 }
    guard let pattern = [3: "####-##-##", 6: "####-##-##T##:##:##Z"][numbers.count],
      String(text.map { $0.isNumber ? "#" : $0 }) == pattern
    else { return nil }
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (numbers[0] - 1900, numbers[1] - 1, numbers[2])
    // 30 February would become 2 March.
    var day = parts
    guard timegm(&day) != -1, day.tm_mon == parts.tm_mon, day.tm_mday == parts.tm_mday else { return nil }
    guard numbers.count == 6 else {
      parts.tm_isdst = -1
      parts.tm_mday += 1
      return Timestamp(seconds: Double(mktime(&parts)) - 0.001)
    }
    (parts.tm_hour, parts.tm_min, parts.tm_sec) = (numbers[3], numbers[4], numbers[5])
    return Timestamp(seconds: Double(timegm(&parts)) + 0.999)
  }

  private static func midnight(before now: Timestamp) -> Timestamp {
    var seconds = time_t(clamping: now.seconds.rounded(.down), to: -62_135_596_800...253_402_300_799)
    var parts = tm()
    localtime_r(&seconds, &parts)
    (parts.tm_hour, parts.tm_min, parts.tm_sec, parts.tm_isdst) = (0, 0, 0, -1)
    return Timestamp(seconds: Double(mktime(&parts)))
  }
}
