import Formats

/// Chooses the stretch of a text to show.
enum Snippet {
  /// At most `width` words of `text` in a row, those with the most different `words` in them (the first of
  /// equals), with … where something is left out. The breadcrumb (`Section: …`) is not shown.
  static func make(_ text: String, words: Set<String>, width: Int = 32) -> String {
    let body = ChunkLayout.withoutBreadcrumb(text)
    let parts = body.split(whereSeparator: { $0.isWhitespace })
    if body.count > width * longWord * 2, parts.count * longWord < body.count {
      return ofUnspaced(body, words: words, width: width * 6)
    }
    guard parts.count > width else { return parts.joined(separator: " ") }
    let found = parts.map { part -> [String] in
      words.isEmpty ? [] : QueryWords(String(part)).words.filter { words.contains($0) }
    }
    var counts: [String: Int] = [:]
    var best = (start: 0, score: -1)
    for end in parts.indices {
      for word in found[end] { counts[word, default: 0] += 1 }
      if end >= width {
        for word in found[end - width] {
          counts[word]! -= 1
          if counts[word] == 0 { counts[word] = nil }
        }
      }
      if end >= width - 1 && counts.count > best.score { best = (end - width + 1, counts.count) }
    }
    let shown = parts[best.start..<best.start + width].joined(separator: " ")
    return (best.start > 0 ? "… " : "") + shown + (best.start + width < parts.count ? " …" : "")
  }

  /// Text with so many letters a word is written without spaces.
  private static let longWord = 12

  /// About `width` letters, from a little before the first of the words on.
  private static func ofUnspaced(_ body: Substring, words: Set<String>, width: Int) -> String {
    let flat = String(body.map { $0.isNewline ? " " : $0 })
    let letters = Array(flat.lowercased())
    let first = words.sorted().compactMap { place(of: Array($0), in: letters) }.min() ?? 0
    let start = max(0, min(first - width / 4, letters.count - width))
    let shown = flat.dropFirst(start).prefix(width)
    return (start > 0 ? "… " : "") + shown + (start + width < letters.count ? " …" : "")
  }

  private static func place(of word: [Character], in letters: [Character]) -> Int? {
    guard !word.isEmpty, letters.count >= word.count else { return nil }
    return (0...(letters.count - word.count)).first { letters[$0..<($0 + word.count)].elementsEqual(word) }
  }
}
