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
  fileprivate let budget: Int

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
    var packing = Packing(packer: self, queue: pieces.reversed())
    while packing.step() {}
    return packing.packed
  }

  static func join(_ pieces: [ChunkPiece]) -> String {
    var text = ""
    for piece in pieces { text += (text.isEmpty ? "" : piece.separator) + piece.text }
    return text
  }

  /// The last pieces of a chunk, about `overlap` tokens: whole pieces while they fit, then parts of
  /// the one before them, so that there is always an overlap.
  fileprivate func tail(_ pieces: [ChunkPiece]) -> [ChunkPiece] {
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

/// Pieces on their way into chunks.
private struct Packing<Counter: TokenCounter> {
  let packer: ChunkPacker<Counter>
  /// What is still to come, the last first.
  var queue: [ChunkPiece]
  var packed: [ChunkPacker<Counter>.Packed] = []
  /// The chunk that is being filled.
  private var current: [ChunkPiece] = []
  private var tokens = 0
  /// How many pieces of `current` repeat the end of the chunk before.
  private var repeated = 0

  init(packer: ChunkPacker<Counter>, queue: [ChunkPiece]) {
    self.packer = packer
    self.queue = queue
  }

  /// Takes the next piece.
  /// - Returns: whether there is more to do.
  mutating func step() -> Bool {
    guard let piece = queue.popLast() else {
      if current.count > repeated { emit() }
      return !queue.isEmpty
    }
    if tokens + piece.tokens <= packer.budget { take(piece) } else { makeRoom(for: piece) }
    return true
  }

  private mutating func take(_ piece: ChunkPiece) {
    current.append(piece)
    tokens += piece.tokens
  }

  /// What to do with a piece that does not fit any more.
  private mutating func makeRoom(for piece: ChunkPiece) {
    let fresh = tokens - Self.tokens(current.prefix(repeated))
    let isFine = piece.grain.rawValue >= ChunkPiece.Grain.word.rawValue
    if current.count > repeated && (fresh * 2 >= packer.budget || isFine) {
      queue.append(piece)
      emit()
    } else if let parts = piece.split(packer.counter) {
      queue.append(contentsOf: parts.reversed())
    } else if current.count > repeated {
      queue.append(piece)
      emit()
    } else if repeated > 0 {
      // The repeated part leaves no room for a piece that cannot be divided: the text goes first.
      current.removeFirst()
      repeated -= 1
      tokens = Self.tokens(current)
      queue.append(piece)
    } else {
      take(piece)
    }
  }

  private static func tokens(_ pieces: some Sequence<ChunkPiece>) -> Int { pieces.reduce(0) { $0 + $1.tokens } }

  /// Ends the chunk that is being filled, and begins the next one with what it repeats.
  private mutating func emit() {
    let (text, count) = fitted()
    if current.count == 1, count > packer.maximum, let parts = current[0].split(packer.counter) {
      queue.append(contentsOf: parts.reversed())
      current = []
      tokens = 0
      return
    }
    packed.append(
      ChunkPacker.Packed(
        text: text, tokens: count, page: current[min(repeated, current.count - 1)].page,
        isCode: current.dropFirst(repeated).allSatisfy(\.isCode)))
    current = packer.tail(current)
    repeated = current.count
    tokens = Self.tokens(current)
  }

  /// The text of the chunk and its tokens. Tokenizers may see more in a text than in its parts: what is too much goes
  /// back into the queue.
  private mutating func fitted() -> (text: String, count: Int) {
    var made = measured()
    while current.count > repeated + 1, made.count > packer.maximum {
      queue.append(current.removeLast())
      made = measured()
    }
    // One piece and what is repeated before it: the repeated part begins later.
    while repeated > 0, made.count > packer.maximum {
      let rest = current.removeFirst().split(packer.counter)?.dropFirst() ?? []
      current.insert(contentsOf: rest, at: 0)
      repeated += rest.count - 1
      made = measured()
    }
    return made
  }

  private func measured() -> (text: String, count: Int) {
    let text = packer.prefix + ChunkPacker<Counter>.join(current)
    return (text, packer.counter.count(text))
  }
}
