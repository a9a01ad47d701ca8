import Evidence
import Foundations

/// A piece of running text that can be split further.
struct ChunkPiece {
  /// What kind of boundary pieces end at, from coarse to fine.
  enum Grain: Int { case paragraph, function, line, sentence, word, character }

  var text: String
  var tokens: Int
  var grain: Grain
  /// What stands between this piece and the one before it, when both are in one chunk.
  var separator: String
  var isCode: Bool
  var page: Int?

  /// The piece in parts of the next finer grain that divides it; `nil` for a single character.
  func split(_ counter: some TokenCounter) -> [ChunkPiece]? {
    var finer = Grain(rawValue: grain.rawValue + 1)
    while let next = finer {
      if isCode, next == .function || next == .line, let parts = codeParts(next, counter) { return parts }
      let parts = isCode && (next == .line || next == .sentence) ? [] : Self.parts(text, next)
      if parts.count > 1 {
        return parts.enumerated().map { index, part in
          // What stood side by side stays so: Chinese sentences, the letters of a word.
          let gap = index > 0 && parts[index - 1].endIndex == part.startIndex ? "" : next == .line ? "\n" : " "
          return ChunkPiece(
            text: String(part), tokens: counter.count(String(part)), grain: next,
            separator: index == 0 ? separator : gap, isCode: isCode, page: page)
        }
      }
      finer = Grain(rawValue: next.rawValue + 1)
    }
    return grain == .character ? halves(counter) : nil
  }

  /// Sixteen characters can be two hundred tokens: emoji of several scalars.
  private func halves(_ counter: some TokenCounter) -> [ChunkPiece]? {
    let count = text.count
    guard count > 1 else { return nil }
    return [text.prefix(count / 2), text.dropFirst(count / 2)].enumerated().map { index, part in
      ChunkPiece(
        text: String(part), tokens: counter.count(String(part)), grain: .character,
        separator: index == 0 ? separator : "", isCode: isCode, page: page)
    }
  }

  /// Code in functions, or in lines, each with the line ends that stand before it.
  private func codeParts(_ grain: Grain, _ counter: some TokenCounter) -> [ChunkPiece]? {
    let parts = grain == .function ? CodeSplitter.functions(text) : CodeSplitter.lines(text)
    guard parts.count > 1 else { return nil }
    return parts.enumerated().map { index, part in
      ChunkPiece(
        text: part.text, tokens: counter.count(part.separator + part.text), grain: grain,
        separator: index == 0 ? separator : part.separator, isCode: true, page: page)
    }
  }

  private static func parts(_ text: String, _ grain: Grain) -> [Substring] {
    switch grain {
    case .paragraph, .function: [Substring(text)]
    case .line: text.split(separator: "\n", omittingEmptySubsequences: true)
    case .sentence: SentenceSplitter.sentences(text)
    case .word: text.split(separator: " ", omittingEmptySubsequences: true)
    case .character: characters(text)
    }
  }

  /// Runs of 16 characters: what has no spaces is no prose.
  private static func characters(_ text: String) -> [Substring] {
    var parts: [Substring] = []
    var rest = Substring(text)
    while !rest.isEmpty {
      parts.append(rest.prefix(16))
      rest = rest.dropFirst(16)
    }
    return parts.count > 1
      ? parts : text.count > 1 ? text.indices.map { text[$0...$0] } : [Substring(text)]
  }
}
