import Foundations

/// What became of a text, as words that stayed, went and came: short enough for one line.
package struct WordChanges: Sendable, Hashable {
  package enum Piece: Sendable, Hashable {
    case same(String)
    case old(String)
    case new(String)
  }

  package let pieces: [Piece]

  /// A line that says something else than what became of a text.
  package init(_ line: String) { pieces = [.same(line)] }

  fileprivate init(_ pieces: [Piece]) { self.pieces = pieces }

  /// How many words around a change are shown.
  private static let around = 4
  /// How many changes are shown.
  private static let most = 3
  /// Words of one stretch that are shown.
  private static let longest = 30
  /// Texts of more words are not held against each other word by word: that would take too long.
  private static let limit = 4_000

  /// `nil` when both have the same words: then only white space or the form of letters differs.
  package init?(from old: String, to new: String) {
    func words(_ text: String) -> [ExactText] {
      text.unicodeScalars.split { $0.properties.isWhitespace }.map { ExactText(String(String.UnicodeScalarView($0))) }
    }
    let (old, new) = (words(old), words(new))
    if old == new { return nil }
    let start = zip(old, new).prefix { $0 == $1 }.count
    let end = zip(old.dropFirst(start).reversed(), new.dropFirst(start).reversed()).prefix { $0 == $1 }.count
    let (was, becomes) = (Array(old[start..<(old.count - end)]), Array(new[start..<(new.count - end)]))
    var pieces: [Piece] = []
    if start > 0 { pieces.append(.same(Self.text(old[..<start]))) }
    if max(was.count, becomes.count) > Self.limit {
      pieces += [.old(Self.text(was[...])), .new(Self.text(becomes[...]))]
    } else {
      pieces += Self.aligned(was, becomes)
    }
    if end > 0 { pieces.append(.same(Self.text(old.suffix(end)))) }
    self.pieces = Self.shortened(pieces)
  }

  private static func text(_ words: some Sequence<ExactText>) -> String { words.map(\.text).joined(separator: " ") }

  /// By the longest common subsequence (Myers, as the standard library has it).
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

  /// The first changes with some words around them.
  private static func shortened(_ pieces: [Piece]) -> [Piece] {
    var result: [Piece] = []
    var changes = 0
    for (index, piece) in pieces.enumerated() {
      switch piece {
      case .same(let text):
        if case .new? = result.last { changes += 1 } else if case .old? = result.last { changes += 1 }
        let words = text.split(separator: " ")
        let isFirst = index == 0
        let isLast = index == pieces.count - 1
        if isFirst && words.count > around {
          result.append(.same("… " + words.suffix(around).joined(separator: " ")))
        } else if (isLast || changes == most) && words.count > around {
          result.append(.same(words.prefix(around).joined(separator: " ") + " …"))
        } else if words.count > 2 * around {
          result.append(
            .same(
              words.prefix(around).joined(separator: " ") + " … " + words.suffix(around).joined(separator: " ")))
        } else {
          result.append(piece)
        }
        if changes == most && !isLast {
          result.append(.same("…"))
          return result
        }
      case .old(let text): result.append(.old(cut(text)))
      case .new(let text): result.append(.new(cut(text)))
      }
    }
    return result
  }

  private static func cut(_ text: String) -> String {
    let words = text.split(separator: " ")
    return words.count > longest ? words.prefix(longest).joined(separator: " ") + " …" : text
  }

  /// Without colours: `the [-old-] {+new+} word`, as `git diff --word-diff` writes it.
  package var plain: String {
    pieces.map { piece in
      switch piece {
      case .same(let text): text
      case .old(let text): "[-\(text)-]"
      case .new(let text): "{+\(text)+}"
      }
    }.joined(separator: " ")
  }
}

extension WordChanges {
  /// The same behind a word of ours.
  package func preceded(by start: String) -> WordChanges { WordChanges([.same(start)] + pieces) }
}
