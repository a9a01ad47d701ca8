import Foundations

/// Packs pieces of text into chunks of limited size that overlap.
struct ChunkPacker<Counter: TokenCounter> {
  let counter: Counter
  /// Tokens of one chunk without its breadcrumb.
  let budget: Int
  let overlap: Int
  /// What will stand before each chunk's text; `budget` is what it leaves.
  var prefix = ""

  /// Whether the pieces are too much as one text: tokenizers may see more in a text than in its parts.
  private func isOver(_ pieces: [ChunkPiece], _ limit: Int) -> Bool {
    counter.count(prefix + Self.join(pieces)) > limit
  }

  struct Packed {
    var text: String
    var page: Int?
    var isCode: Bool
  }

  func pack(_ pieces: [ChunkPiece]) -> [Packed] {
    var packed: [Packed] = []
    var queue = Array(pieces.reversed())
    var current: [ChunkPiece] = []
    var tokens = 0
    /// How many pieces of `current` repeat the end of the chunk before.
    var repeated = 0

    let limit = budget + counter.count(prefix)

    func emit() {
      // What is too much goes into the next.
      while current.count > repeated + 1, isOver(current, limit) {
        queue.append(current.removeLast())
      }
      // One piece and what is repeated before it: the repeated part begins later.
      while repeated > 0, isOver(current, limit) {
        let rest = current.removeFirst().split(counter)?.dropFirst() ?? []
        current.insert(contentsOf: rest, at: 0)
        repeated += rest.count - 1
      }
      if current.count == 1, isOver(current, limit), let parts = current[0].split(counter) {
        queue.append(contentsOf: parts.reversed())
        current = []
        tokens = 0
        return
      }
      packed.append(
        Packed(
          text: Self.join(current), page: current[min(repeated, current.count - 1)].page,
          isCode: current.dropFirst(repeated).allSatisfy(\.isCode)))
      current = tail(current)
      repeated = current.count
      tokens = current.reduce(0) { $0 + $1.tokens }
    }

    while true {
      guard let piece = queue.popLast() else {
        if current.count > repeated { emit() }
        if queue.isEmpty { return packed }
        continue
      }
      if tokens + piece.tokens <= budget {
        current.append(piece)
        tokens += piece.tokens
        continue
      }
      let fresh = tokens - current.prefix(repeated).reduce(0) { $0 + $1.tokens }
      let isFine = piece.grain.rawValue >= ChunkPiece.Grain.word.rawValue
      if current.count > repeated && (fresh * 2 >= budget || isFine) {
        queue.append(piece)
        emit()
      } else if let parts = piece.split(counter) {
        queue.append(contentsOf: parts.reversed())
      } else if current.count > repeated {
        queue.append(piece)
        emit()
      } else if repeated > 0 {
        // The repeated part leaves no room for a piece that cannot be divided: the text goes first.
        current.removeFirst()
        repeated -= 1
        tokens = current.reduce(0) { $0 + $1.tokens }
        queue.append(piece)
      } else {
        current.append(piece)
        tokens += piece.tokens
      }
    }
  }

  static func join(_ pieces: [ChunkPiece]) -> String {
    var text = ""
    for piece in pieces { text += (text.isEmpty ? "" : piece.separator) + piece.text }
    return text
  }

  /// The last pieces of a chunk, about `overlap` tokens: whole pieces while they fit, then parts of
  /// the one before them, so that there is always an overlap.
  private func tail(_ pieces: [ChunkPiece]) -> [ChunkPiece] {
    guard overlap > 0 else { return [] }
    var tail: [ChunkPiece] = []
    var room = overlap
    var stack = pieces
    while let piece = stack.popLast(), room > 0 {
      if piece.tokens <= room {
        tail.insert(piece, at: 0)
        room -= piece.tokens
      } else if tail.isEmpty || room * 4 > overlap, let parts = piece.split(counter) {
        stack.append(contentsOf: parts)
      } else {
        break
      }
    }
    // A chunk that is nothing but overlap says nothing new.
    return tail
  }
}
