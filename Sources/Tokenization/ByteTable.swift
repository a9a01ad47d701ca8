/// Byte strings and their numbers: open addressing over one pool of bytes.
struct ByteTable: Sendable {
  private var pool: [UInt8] = []
  /// Start and length in the pool, and the number, a slot; length 0 is free.
  private var slots: [(start: Int32, length: Int32, value: Int32)]
  private let mask: Int
  private(set) var longest = 0

  /// Of two entries with the same bytes the first one counts; empty ones are left out.
  init(_ entries: some Collection<(bytes: [UInt8], value: Int32)>) {
    var capacity = 16
    while capacity < entries.count * 2 { capacity *= 2 }
    mask = capacity - 1
    slots = Array(repeating: (0, 0, 0), count: capacity)
    for (bytes, value) in entries where !bytes.isEmpty {
      longest = max(longest, bytes.count)
      var slot = bytes.withUnsafeBufferPointer { Self.hash($0) } & mask
      var isKnown = false
      while slots[slot].length != 0 {
        if Int(slots[slot].length) == bytes.count,
          pool[Int(slots[slot].start)..<(Int(slots[slot].start) + bytes.count)].elementsEqual(bytes)
        {
          isKnown = true
          break
        }
        slot = (slot + 1) & mask
      }
      if isKnown { continue }
      slots[slot] = (Int32(pool.count), Int32(bytes.count), value)
      pool += bytes
    }
  }

  @inline(__always)
  static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return Int(truncatingIfNeeded: hash ^ (hash >> 29))
  }

  /// The number of a byte string; `nil` when it is not there.
  func value(_ bytes: UnsafeBufferPointer<UInt8>) -> Int32? {
    slots.withUnsafeBufferPointer { slots in
      pool.withUnsafeBufferPointer { pool in
        var slot = Self.hash(bytes) & mask
        while slots[slot].length != 0 {
          if Int(slots[slot].length) == bytes.count {
            let start = Int(slots[slot].start)
            var index = 0
            while index < bytes.count, pool[start + index] == bytes[index] { index += 1 }
            if index == bytes.count { return slots[slot].value }
          }
          slot = (slot + 1) & mask
        }
        return nil
      }
    }
  }
}
