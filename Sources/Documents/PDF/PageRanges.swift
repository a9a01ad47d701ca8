import Foundations

/// Some pages of a document, written `1-20,25,30-`: numbers from 1, ranges with both ends, open ones to the
/// last page.
package struct PageRanges: Sendable, Hashable, CustomStringConvertible {
  private let ranges: [ClosedRange<Int>]

  /// - Throws: `SluiceError.usage` for anything else than such ranges.
  package init(_ text: String) throws(SluiceError) {
    var ranges: [ClosedRange<Int>] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        .map { $0.drop { $0 == " " } }.map { $0.prefix { $0 != " " } }
      guard let first = Int(ends[0]), first >= 1 else { throw Self.wrong(text, part) }
      if ends.count == 1 {
        ranges.append(first...first)
      } else if ends[1].isEmpty {
        ranges.append(first...Int.max)
      } else {
        guard let last = Int(ends[1]) else { throw Self.wrong(text, part) }
        guard last >= first else {
          throw SluiceError(
            .usage, "'\(text)' are no pages: '\(part)' ends before it begins", advice: "Write \(last)-\(first).")
        }
        ranges.append(first...last)
      }
    }
    self.ranges = ranges
  }

  private static func wrong(_ text: String, _ part: some StringProtocol) -> SluiceError {
    SluiceError(
      .usage, "'\(text)' are no pages: '\(part)' is neither a number from 1 nor a range",
      advice: "Write for example 1-20,25,30- (the last means: from 30 to the end).")
  }

  /// The pages of a document of `count` pages, in order, each once.
  package func pages(of count: Int) -> [Int] {
    var chosen: Set<Int> = []
    for range in ranges where range.lowerBound <= count {
      chosen.formUnion(range.lowerBound...min(count, range.upperBound))
    }
    return chosen.sorted()
  }

  /// The same pages, the same text.
  package var description: String {
    ranges.map {
      $0.lowerBound == $0.upperBound
        ? "\($0.lowerBound)" : $0.upperBound == .max ? "\($0.lowerBound)-" : "\($0.lowerBound)-\($0.upperBound)"
    }.joined(separator: ",")
  }
}

// As it is written.
extension PageRanges: Codable {
  package init(from decoder: any Decoder) throws {
    self = try PageRanges(decoder.singleValueContainer().decode(String.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
