import Formats
import Foundations

/// A sentence of a chunk.
package struct EvidenceSentence: Sendable {
  /// The chunk that it stands in.
  package let evidence: EvidenceChunk
  /// As it stands there.
  package let text: String
  /// In bytes of the chunk's text.
  package let range: Range<Int>

  /// As one line.
  package var line: String { ChunkText.line(text) }

  /// The sentence as a statement that quotes itself.
  package var statement: Statement {
    let quote = Quote(evidence, range: range)
    // It says nothing but what it quotes.
    return Statement(text: line, quotes: [quote], confidence: 1)
  }

  /// The sentences of prose in a chunk that can stand alone: no breadcrumb, no table, no code, neither very short
  /// nor very long, none that leans on the one before.
  package static func sentences(of evidence: EvidenceChunk) -> [EvidenceSentence] {
    guard evidence.elementType == "text" else { return [] }
    var found: [EvidenceSentence] = []
    let all = Array(evidence.text.utf8)
    var offset = all.count - ChunkLayout.withoutBreadcrumb(evidence.text).utf8.count
    for paragraph in String(decoding: all[offset...], as: UTF8.self).split(
      separator: "\n\n", omittingEmptySubsequences: false)
    {
      let text = String(paragraph)
      for sentence in SentenceSplitter.sentences(text) {
        let start = offset + text.utf8.distance(from: text.startIndex, to: sentence.startIndex)
        var kept = sentence
        while kept.last?.isWhitespace == true { kept.removeLast() }
        if isProse(kept) {
          found.append(
            EvidenceSentence(evidence: evidence, text: String(kept), range: start..<start + kept.utf8.count))
        }
      }
      offset += text.utf8.count + 2
    }
    return found
  }

  /// First words of sentences that say little without the one before.
  private static let leaning: Set<String> = [
    "this", "these", "that", "those", "it", "its", "they", "their", "he", "she", "such", "but", "and", "or",
    "otherwise",
    "however", "moreover", "therefore", "thus", "hence", "so", "also", "then", "furthermore", "in", "both", "note",
    "for", "instead", "similarly", "here", "yes", "no",
  ]

  private static func isProse(_ sentence: Substring) -> Bool {
    let words = sentence.split(whereSeparator: \.isWhitespace)
    let start = words.first.map { $0.filter(\.isLetter).lowercased() } ?? ""
    guard (6...60).contains(words.count), !leaning.contains(start), let last = sentence.last,
      ".!?。！？)”\"".contains(last)
    else { return false }
    guard let first = sentence.unicodeScalars.first, first.properties.isUppercase || !first.isASCII else {
      return false
    }
    // Lists, listings and tables are full of marks.
    let letters = sentence.unicodeScalars.count { $0.properties.isAlphabetic || $0 == " " }
    return letters * 10 >= sentence.unicodeScalars.count * 8 && !sentence.contains("|")
  }
}
