import Foundations

/// What stands in a chunk's text.
package enum ChunkText {
  /// The text without the line that says which section it stands in.
  package static func withoutBreadcrumb(_ text: String) -> Substring {
    guard text.hasPrefix("Section: "), let end = text.utf8.firstIndex(of: UInt8(ascii: "\n")) else { return text[...] }
    return text[text.index(after: end)...]
  }

  /// The bytes that the summarize stage put over a table: they stand in no source, so nobody may quote them.
  package static func summaryRange(_ text: String) -> Range<Int>? {
    let bytes = Array(text.utf8)
    guard let table = ByteSearch.range(of: Array("\n\nTable:\n".utf8), in: bytes),
      let start = ByteSearch.range(of: Array("\nSummary: ".utf8), in: Array(bytes[..<table.lowerBound]))
    else { return nil }
    return start.lowerBound..<table.lowerBound
  }

  /// On one line, white space as single spaces.
  package static func line(_ text: some StringProtocol) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// On one line, at most about `limit` characters, cut between words.
  package static func snippet(_ text: some StringProtocol, limit: Int = 240) -> String {
    var line = ""
    var length = 0
    for word in text.split(whereSeparator: \.isWhitespace) {
      length += word.count + 1
      if length > limit && !line.isEmpty { return line + " …" }
      line += (line.isEmpty ? "" : " ") + word.prefix(limit)
    }
    return line
  }
}
