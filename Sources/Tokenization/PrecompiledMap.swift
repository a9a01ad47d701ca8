import Foundations

/// The normalizer that SentencePiece compiles into a model: a double-array trie of what is replaced, and the texts that
/// take its place.
struct PrecompiledMap: Sendable {
  private let units: [UInt32]
  private let texts: [UInt8]

  /// - Returns: `nil` when the bytes are no such map.
  init?(_ bytes: [UInt8]) {
    func number(_ at: Int) -> UInt32 {
      UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
    }
    guard bytes.count >= 4 else { return nil }
    let size = Int(number(0))
    guard size % 4 == 0, size > 0, 4 + size <= bytes.count else { return nil }
    units = stride(from: 4, to: 4 + size, by: 4).map { number($0) }
    texts = Array(bytes[(4 + size)...])
  }

  /// Grapheme by grapheme, and where a grapheme is not in the map, scalar by scalar: as the PyPI package tokenizers does.
  func apply(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    for character in String(decoding: text, as: UTF8.self) {
      let bytes = Array(character.utf8)
      if bytes.count < 6, let replacement = replacement(bytes[...]) {
        result += replacement
        continue
      }
      var index = 0
      while index < bytes.count {
        var end = index + 1
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        result += replacement(bytes[index..<end]) ?? bytes[index..<end]
        index = end
      }
    }
    return result
  }

  /// What takes the place of the shortest entry that the bytes begin with.
  private func replacement(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard var unit = units.first else { return nil }
    var node = Self.offset(unit)
    for byte in bytes {
      if byte == 0 { return nil }
      node ^= Int(byte)
      guard node < units.count else { return nil }
      unit = units[node]
      guard unit & (1 << 31 | 0xFF) == UInt32(byte) else { return nil }
      node ^= Self.offset(unit)
      guard unit >> 8 & 1 == 1 else { continue }
      guard node < units.count else { return nil }
      let start = Int(units[node] & 0x7FFF_FFFF)
      guard start <= texts.count else { return nil }
      return texts[start...].prefix { $0 != 0 }
    }
    return nil
  }

  private static func offset(_ unit: UInt32) -> Int { Int((unit >> 10) << ((unit & 1 << 9) >> 6)) }
}
