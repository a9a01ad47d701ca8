import Foundations

/// Packs pieces of text into chunks of limited size that overlap.
struct ChunkPacker<Counter: TokenCounter> {
  let counter: Counter
  /// What every chunk begins with, up to where its text begins.
  let prefix: String
  /// Tokens of one chunk, the prefix included.
  let maximum: Int
  let overlap: Int
  /// Tokens that pieces may have together.
  private let budget: Int

  init(counter: Counter, prefix: String, maximum: Int, overlap: Int) {
    self.counter = counter
    self.prefix = prefix
    self.maximum = maximum
    budget = maximum - counter.count(prefix)
    self.overlap = min(overlap, max(0, budget / 2))
  }

  struct Packed {
    /// With the prefix.
    var text: String
    var tokens: Int
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

    func emit() {
      var text = ""
      var count = 0
      func measure() {
        text = prefix + Self.join(current)
        count = counter.count(text)
      }
      measure()
      // Tokenizers may see more in a text than in its parts: what is too much goes into the next.
      while current.count > repeated + 1, count > maximum {
        queue.append(current.removeLast())
        measure()
      }
      // One piece and what is repeated before it: the repeated part begins later.
      while repeated > 0, count > maximum {
        let rest = current.removeFirst().split(counter)?.dropFirst() ?? []
        current.insert(contentsOf: rest, at: 0)
        repeated += rest.count - 1
        measure()
      }
      if current.count == 1, count > maximum, let parts = current[0].split(counter) {
        queue.append(contentsOf: parts.reversed())
        current = []
        tokens = 0
        return
      }
      packed.append(
        Packed(
          text: text, tokens: count, page: current[min(repeated, current.count - 1)].page,
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
