import Foundations

/// A quote with the sentence that it stands in: words that were cut off may turn its sense round.
package struct QuotedSentence: Sendable {
  /// What is quoted.
  package let quote: String
  /// The whole of its sentence, or sentences.
  package let sentence: String
  /// The part of that between marks and conjunctions that begin something new.
  let clause: String

  /// A quote of which nothing more is known.
  package init(_ quote: String) { (self.quote, sentence, clause) = (quote, quote, quote) }

  /// - Parameter range: of the quote, in bytes of the text.
  package init(in text: String, _ range: Range<Int>) {
    let bytes = Array(text.utf8)
    quote = String(decoding: bytes[range], as: UTF8.self)
    var span = range
    for sentence in Self.sentences(of: text) where sentence.overlaps(range) {
      span = min(span.lowerBound, sentence.lowerBound)..<max(span.upperBound, sentence.upperBound)
    }
    sentence = ChunkText.line(String(decoding: bytes[span], as: UTF8.self))
    let front = String(decoding: bytes[span.lowerBound..<range.lowerBound], as: UTF8.self)
    let back = String(decoding: bytes[range.upperBound..<span.upperBound], as: UTF8.self)
    clause = ChunkText.line(Self.tail(front) + quote + Self.head(back))
  }

  /// In bytes; lines of lists and tables are sentences of their own.
  private static func sentences(of text: String) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    for paragraph in text.split(separator: "\n\n", omittingEmptySubsequences: true) {
      for sentence in SentenceSplitter.sentences(String(paragraph)) {
        // Where the piece begins in the whole text.
        let offset = text.utf8.distance(from: text.startIndex, to: paragraph.startIndex)
        let base = String(paragraph)
        guard let place = base.range(of: String(sentence), from: ranges.last, offset: offset) else { continue }
        ranges.append(place)
      }
    }
    return ranges
  }

  private static let borders = [
    "; ", ": ", " — ", " – ", ", but ", ", and ", ", or ", ", which ", ", while ", ", whereas ", ", although ",
    ", though ",
    ", because ", ", so ", ", aber ", ", und ", ", während ", ", obwohl ", ", weil ", ", sondern ", ", mais ", ", et ",
    ", car ",
    " when ", " while ", " because ", " although ", " wenn ", " weil ", " während ", " quand ", ", tandis ", "；", "，但",
    "，而", "，因为", "，所以",
  ]

  /// What stands behind the last border.
  private static func tail(_ text: String) -> String {
    var start = text.startIndex
    for border in borders {
      if let found = text.ranges(of: border).last, found.upperBound > start { start = found.upperBound }
    }
    return String(text[start...])
  }

  /// What stands before the first border.
  private static func head(_ text: String) -> String {
    var end = text.endIndex
    for border in borders {
      if let found = text.firstRange(of: border), found.lowerBound < end { end = found.lowerBound }
    }
    return String(text[..<end])
  }
}

extension String {
  /// Where a piece of this text stands, behind the last one that was found; in bytes of a text in which this begins at
  /// `offset`.
  fileprivate func range(of piece: String, from last: Range<Int>?, offset: Int) -> Range<Int>? {
    let bytes = Array(utf8)
    let start = max(0, (last?.upperBound ?? 0) - offset)
    guard start <= bytes.count, let found = ByteSearch.range(of: Array(piece.utf8), in: Array(bytes[start...])) else {
      return nil
    }
    return (found.lowerBound + start + offset)..<(found.upperBound + start + offset)
  }
}
