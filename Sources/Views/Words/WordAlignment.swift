import Foundations

/// Two texts as stretches of words that both have, that one has lost and that the other has won.
enum WordAlignment {
  typealias Piece = WordChanges.Piece

  /// More words, or sentences, are not held against each other one by one: time and room go with the square.
  private static let limit = 1_000
  /// Words that are taken for a sentence where none ends.
  private static let longestSentence = 30

  /// `nil` when both have the same words.
  static func pieces(_ old: String, _ new: String) -> [Piece]? {
    let (old, new) = (words(old), words(new))
    if old == new { return nil }
    let start = zip(old, new).prefix { $0 == $1 }.count
    let end = zip(old.dropFirst(start).reversed(), new.dropFirst(start).reversed()).prefix { $0 == $1 }.count
    let (was, becomes) = (Array(old[start..<(old.count - end)]), Array(new[start..<(new.count - end)]))
    var pieces: [Piece] = []
    if start > 0 { pieces.append(.same(text(old[..<start]))) }
    for piece in changes(was, becomes) { add(piece, to: &pieces) }
    if end > 0 { add(.same(text(old.suffix(end))), to: &pieces) }
    return pieces
  }

  private static func text(_ words: some Sequence<ExactText>) -> String { words.map(\.text).joined(separator: " ") }

  /// Word by word; of long texts sentence by sentence, and word by word within those that changed.
  private static func changes(_ old: [ExactText], _ new: [ExactText]) -> [Piece] {
    if max(old.count, new.count) <= limit { return aligned(old, new) }
    let (before, after) = (sentences(old), sentences(new))
    guard max(before.count, after.count) <= limit else { return [.old(text(old)), .new(text(new))] }
    var pieces: [Piece] = []
    for piece in aligned(before, after) {
      guard case .new(let new) = piece, case .old(let old)? = pieces.last else {
        add(piece, to: &pieces)
        continue
      }
      let (was, becomes) = (words(old), words(new))
      guard max(was.count, becomes.count) <= limit else {
        pieces.append(piece)
        continue
      }
      pieces.removeLast()
      for piece in aligned(was, becomes) { add(piece, to: &pieces) }
    }
    return pieces
  }

  /// What stayed the same stays one piece.
  private static func add(_ piece: Piece, to pieces: inout [Piece]) {
    if case .same(let more) = piece, case .same(let text)? = pieces.last {
      pieces[pieces.count - 1] = .same("\(text) \(more)")
    } else {
      pieces.append(piece)
    }
  }

  private static func sentences(_ words: [ExactText]) -> [ExactText] {
    var sentences: [ExactText] = []
    var start = 0
    for (index, word) in words.enumerated() {
      let isEnd = word.text.utf8.last.map { ".!?:".utf8.contains($0) } ?? false
      guard isEnd || index - start >= longestSentence || index == words.count - 1 else { continue }
      sentences.append(ExactText(text(words[start...index])))
      start = index + 1
    }
    return sentences
  }

  private static func words(_ text: String) -> [ExactText] {
    text.unicodeScalars.split { $0.properties.isWhitespace }.map { ExactText(String(String.UnicodeScalarView($0))) }
  }

  /// By the longestSentence common subsequence (Myers, as the standard library has it).
  private static func aligned(_ old: [ExactText], _ new: [ExactText]) -> [Piece] {
    let difference = new.difference(from: old)
    var gone: Set<Int> = []
    var come: Set<Int> = []
    for change in difference {
      switch change {
      case .remove(let offset, _, _): gone.insert(offset)
      case .insert(let offset, _, _): come.insert(offset)
      }
    }
    var pieces: [Piece] = []
    var (i, j) = (0, 0)
    while i < old.count || j < new.count {
      let (was, becomes) = (i, j)
      while gone.contains(i) { i += 1 }
      while come.contains(j) { j += 1 }
      if i > was { pieces.append(.old(text(old[was..<i]))) }
      if j > becomes { pieces.append(.new(text(new[becomes..<j]))) }
      let same = i
      while i < old.count, j < new.count, !gone.contains(i), !come.contains(j) {
        i += 1
        j += 1
      }
      if i > same { pieces.append(.same(text(old[same..<i]))) }
    }
    return pieces
  }
}
