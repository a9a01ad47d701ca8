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

  /// `nil` when both have the same words: then only white space or the form of letters differs.
  package init?(from old: String, to new: String) {
    guard let pieces = WordAlignment.pieces(old, new) else { return nil }
    self.pieces = Self.shortened(pieces)
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
