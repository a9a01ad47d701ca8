/// The tokens of a WordPiece model, found by their bytes.
///
/// Open addressing over one pool of bytes. Tokens that begin a word and those that go on with one
/// (written `##ing`, kept as `ing`) differ by the hash that they start from.
struct Vocabulary: Sendable {
  let unknown: Int32
  /// In scalars; longer words are unknown.
  let longestWord: Int
  private let pool: [UInt8]
  /// Four numbers a slot: start and length in the pool (length 0: free), id, 1 if it goes on with a word.
  private let slots: [Int32]
  private let mask: Int
  /// Bytes of the longest token.
  private let longestToken: Int

  /// - Parameter continuation: what marks a token that goes on with a word: `##`.
  init(
    entries: [(token: String, id: Int32)], continuation: String, unknown: Int32, longestWord: Int
  ) {
    self.unknown = unknown
    self.longestWord = longestWord
    var capacity = 16
    while capacity < entries.count * 4 { capacity *= 2 }
    mask = capacity - 1
    var pool: [UInt8] = []
    var slots = [Int32](repeating: 0, count: capacity * 4)
    var longest = 0
    let mark = Array(continuation.utf8)
    for (token, id) in entries {
      var bytes = Array(token.utf8)
      let goesOn = !mark.isEmpty && bytes.count > mark.count && bytes.starts(with: mark)
      if goesOn { bytes.removeFirst(mark.count) }
      if bytes.isEmpty { continue }
      longest = max(longest, bytes.count)
      var hash = Self.seed(goesOn: goesOn)
      for byte in bytes { hash = Self.mix(hash, byte) }
      var slot = Self.slot(hash, mask)
      while slots[slot * 4 + 1] != 0 { slot = (slot + 1) & mask }
      slots[slot * 4] = Int32(pool.count)
      slots[slot * 4 + 1] = Int32(bytes.count)
      slots[slot * 4 + 2] = id
      slots[slot * 4 + 3] = goesOn ? 1 : 0
      pool += bytes
    }
    self.pool = pool
    self.slots = slots
    longestToken = longest
  }

  /// FNV-1a, which grows byte by byte: one pass over a word gives the hash of each of its prefixes.
  @inline(__always) private static func seed(goesOn: Bool) -> UInt64 {
    goesOn ? 0x9E37_79B9_7F4A_7C15 : 0xCBF2_9CE4_8422_2325
  }
  @inline(__always) private static func mix(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte)) &* 0x100_0000_01B3
  }
  @inline(__always) private static func slot(_ hash: UInt64, _ mask: Int) -> Int {
    Int(truncatingIfNeeded: hash ^ (hash >> 32)) & mask
  }

  /// Appends the tokens of one word: greedily the longest that fits, `unknown` when none does.
  /// - Parameter scalars: how many Unicode scalars the word has.
  func append(_ word: UnsafeBufferPointer<UInt8>, scalars: Int, to tokens: inout [Int32]) {
    guard scalars <= longestWord else { return tokens.append(unknown) }
    let first = tokens.count
    pool.withUnsafeBufferPointer { pool in
      slots.withUnsafeBufferPointer { slots in
        var start = 0
        while start < word.count {
          let found = longest(word, start, pool, slots)
          if found.length == 0 {
            tokens.removeSubrange(first...)
            tokens.append(unknown)
            return
          }
          tokens.append(found.id)
          start += found.length
        }
      }
    }
  }

  /// The longest token at `start`; length 0 when there is none.
  private func longest(
    _ word: UnsafeBufferPointer<UInt8>, _ start: Int, _ pool: UnsafeBufferPointer<UInt8>,
    _ slots: UnsafeBufferPointer<Int32>
  ) -> (id: Int32, length: Int) {
    var best: (id: Int32, length: Int) = (0, 0)
    var hash = Self.seed(goesOn: start > 0)
    let goesOn: Int32 = start > 0 ? 1 : 0
    let end = min(word.count, start + longestToken)
    var index = start
    while index < end {
      hash = Self.mix(hash, word[index])
      index += 1
      // Only at the ends of scalars.
      if index < word.count && word[index] & 0xC0 == 0x80 { continue }
      var slot = Self.slot(hash, mask)
      let length = index - start
      while slots[slot * 4 + 1] != 0 {
        if slots[slot * 4 + 1] == length, slots[slot * 4 + 3] == goesOn,
          Self.equal(pool, Int(slots[slot * 4]), word, start, length)
        {
          best = (slots[slot * 4 + 2], length)
          break
        }
        slot = (slot + 1) & mask
      }
    }
    return best
  }

  @inline(__always) private static func equal(
    _ a: UnsafeBufferPointer<UInt8>, _ aStart: Int, _ b: UnsafeBufferPointer<UInt8>, _ bStart: Int,
    _ count: Int
  ) -> Bool {
    var index = 0
    while index < count {
      if a[aStart + index] != b[bStart + index] { return false }
      index += 1
    }
    return true
  }
}
