/// The tokens of pieces seen before: most words of a text come again.
struct WordCache {
  private var slots = [(hash: Int, bytes: Int32, length: Int32, tokens: Int32, count: Int32)](
    repeating: (0, 0, 0, 0, 0), count: 1 << 15)
  private var pool: [UInt8] = []
  private var tokens: [Int32] = []
  /// Longer pieces are rare.
  private static let longest = 48
  private static let mostBytes = 1 << 21

  /// Appends the tokens of `piece`, which `make` gives when they are not known.
  mutating func append(
    _ piece: UnsafeBufferPointer<UInt8>, to all: inout [Int32], _ make: (inout [Int32]) -> Void
  ) {
    guard piece.count <= Self.longest, !piece.isEmpty else { return make(&all) }
    let hash = ByteTable.hash(piece)
    let place = hash & (slots.count - 1)
    let slot = slots[place]
    if slot.hash == hash, Int(slot.length) == piece.count, isEqual(piece, Int(slot.bytes)) {
      for index in Int(slot.tokens)..<Int(slot.tokens + slot.count) { all.append(tokens[index]) }
      return
    }
    let first = all.count
    make(&all)
    if pool.count > Self.mostBytes {
      self = WordCache()
    }
    slots[place] = (hash, Int32(pool.count), Int32(piece.count), Int32(tokens.count), Int32(all.count - first))
    pool.append(contentsOf: piece)
    tokens.append(contentsOf: all[first...])
  }

  @inline(__always)
  private func isEqual(_ piece: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
    pool.withUnsafeBufferPointer { pool in
      var index = 0
      while index < piece.count, pool[start + index] == piece[index] { index += 1 }
      return index == piece.count
    }
  }
}
