/// Texts as readers are shown them.
package enum ChunkText {
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
