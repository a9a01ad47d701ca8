/// Words and the bits that they stand for, found by the FNV-1a hash of their bytes: looked up for every word of every
/// class of a page.
struct HintTable: Sendable {
  private var slots: [(hash: UInt64, bits: UInt32)] = Array(repeating: (0, 0), count: 4096)

  static let seed: UInt64 = 0xcbf2_9ce4_8422_2325

  @inline(__always)
  static func add(_ byte: UInt8, to hash: UInt64) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }

  /// Groups of words, a space between two; the bit of a group is its place.
  init(_ groups: [String]) {
    for (bit, group) in groups.enumerated() {
      for word in group.split(separator: " ") {
        let hash = word.utf8.reduce(Self.seed) { Self.add($1, to: $0) }
        let place = self.place(of: hash)
        slots[place] = (hash, slots[place].bits | 1 << UInt32(bit))
      }
    }
  }

  @inline(__always)
  private func place(of hash: UInt64) -> Int {
    var place = Int(truncatingIfNeeded: hash & 4095)
    while slots[place].bits != 0 && slots[place].hash != hash { place = (place + 1) & 4095 }
    return place
  }

  /// The bits of the word with this hash; 0 for one that is not in the table.
  @inline(__always)
  subscript(hash: UInt64) -> UInt32 { slots[place(of: hash)].bits }
}
