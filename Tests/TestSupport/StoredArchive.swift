/// ZIP archives without compression.
package enum StoredArchive {
  package static func bytes(_ members: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    var out: [UInt8] = []
    var directory: [UInt8] = []
    func put(_ number: Int, _ width: Int, _ to: inout [UInt8]) {
      for index in 0..<width { to.append(UInt8(truncatingIfNeeded: number >> (8 * index))) }
    }
    for (name, bytes) in members {
      let start = out.count
      func fields(_ to: inout [UInt8]) {
        for (number, width) in [
          (20, 2), (0x800, 2), (0, 2), (0, 4), (Int(checksum(bytes)), 4), (bytes.count, 4), (bytes.count, 4),
        ] {
          put(number, width, &to)
        }
        put(name.utf8.count, 2, &to)
        put(0, 2, &to)
      }
      put(0x0403_4B50, 4, &out)
      fields(&out)
      out += Array(name.utf8) + bytes
      put(0x0201_4B50, 4, &directory)
      put(20, 2, &directory)
      fields(&directory)
      for (number, width) in [(0, 2), (0, 2), (0, 2), (0, 4), (start, 4)] { put(number, width, &directory) }
      directory += Array(name.utf8)
    }
    let start = out.count
    out += directory
    put(0x0605_4B50, 4, &out)
    for (number, width) in [
      (0, 2), (0, 2), (members.count, 2), (members.count, 2), (directory.count, 4), (start, 4), (0, 2),
    ] {
      put(number, width, &out)
    }
    return out
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ ($0 >> 8) }
  }
}
