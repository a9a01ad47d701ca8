/// Pairs of tokens to the rank of their joining and the token that they make.
struct PairTable: Sendable {
  private var keys: [UInt64]
  private var values: [(rank: Int32, joined: Int32)]
  private let mask: Int
  private static let free = UInt64.max

  /// Left, right, rank, and the joined token. Of two with the same tokens the lower rank counts.
  init(_ entries: [(Int32, Int32, Int32, Int32)]) {
    var capacity = 16
    while capacity < entries.count * 2 { capacity *= 2 }
    mask = capacity - 1
    keys = Array(repeating: Self.free, count: capacity)
    values = Array(repeating: (.max, -1), count: capacity)
    for (left, right, rank, joined) in entries {
      let key = Self.key(left, right)
      var slot = Self.slot(key, mask)
      while keys[slot] != Self.free && keys[slot] != key { slot = (slot + 1) & mask }
      keys[slot] = key
      if rank < values[slot].rank { values[slot] = (rank, joined) }
    }
  }

  @inline(__always)
  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  @inline(__always)
  private static func slot(_ key: UInt64, _ mask: Int) -> Int {
    Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
  }

  /// `.max` and -1 when the two are not joined.
  @inline(__always)
  subscript(left: Int32, right: Int32) -> (Int32, Int32) {
    keys.withUnsafeBufferPointer { keys in
      let key = Self.key(left, right)
      var slot = Self.slot(key, mask)
      while keys[slot] != Self.free {
        if keys[slot] == key { return values[slot] }
        slot = (slot + 1) & mask
      }
      return (.max, -1)
    }
  }
}
