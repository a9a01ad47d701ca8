/// Byte strings and their numbers, for finding all that a text begins with.
struct ByteTrie: Sendable {
  /// A node and a byte to the next node, hashed; a key is the node's number times 256 plus the byte.
  private var keys: [UInt32]
  private var nexts: [UInt32]
  private var mask: Int
  private var values: [Int32] = [-1]
  private var count = 0
  private static let free = UInt32.max

  init(_ entries: [(bytes: [UInt8], value: Int32)]) {
    keys = Array(repeating: Self.free, count: 1 << 12)
    nexts = Array(repeating: 0, count: 1 << 12)
    mask = keys.count - 1
    for (bytes, value) in entries where !bytes.isEmpty {
      var node: UInt32 = 0
      for byte in bytes {
        if let next = step(node, byte) {
          node = next
        } else {
          values.append(-1)
          let next = UInt32(values.count - 1)
          insert(node << 8 | UInt32(byte), next)
          node = next
        }
      }
      if values[Int(node)] < 0 { values[Int(node)] = value }
    }
  }

  @inline(__always)
  private static func slot(_ key: UInt32, _ mask: Int) -> Int {
    Int(truncatingIfNeeded: (UInt64(key) &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
  }

  private mutating func insert(_ key: UInt32, _ next: UInt32) {
    if (count + 1) * 2 > keys.count {
      let (oldKeys, oldNexts) = (keys, nexts)
      keys = Array(repeating: Self.free, count: oldKeys.count * 2)
      nexts = Array(repeating: 0, count: oldKeys.count * 2)
      mask = keys.count - 1
      for (place, key) in oldKeys.enumerated() where key != Self.free { put(key, oldNexts[place]) }
    }
    put(key, next)
    count += 1
  }

  private mutating func put(_ key: UInt32, _ next: UInt32) {
    var slot = Self.slot(key, mask)
    while keys[slot] != Self.free { slot = (slot + 1) & mask }
    keys[slot] = key
    nexts[slot] = next
  }

  @inline(__always)
  private func step(_ node: UInt32, _ byte: UInt8) -> UInt32? {
    let key = node << 8 | UInt32(byte)
    var slot = Self.slot(key, mask)
    while keys[slot] != Self.free {
      if keys[slot] == key { return nexts[slot] }
      slot = (slot + 1) & mask
    }
    return nil
  }

  /// Calls `body` with the end and the number of each entry that stands at `start`, the shortest first.
  @inline(__always)
  func forEachPrefix(_ text: UnsafeBufferPointer<UInt8>, from start: Int, _ body: (Int, Int32) -> Void) {
    var node: UInt32 = 0
    var index = start
    while index < text.count, let next = step(node, text[index]) {
      node = next
      index += 1
      if values[Int(node)] >= 0 { body(index, values[Int(node)]) }
    }
  }
}
