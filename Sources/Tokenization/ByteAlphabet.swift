/// The characters that byte-level BPE writes bytes as, so that every token is printable (GPT-2's bytes_to_unicode).
enum ByteAlphabet {
  private static let bytes: [UInt32: UInt8] = {
    var table: [UInt32: UInt8] = [:]
    var next: UInt32 = 256
    for byte in UInt8.min...UInt8.max {
      let isPrintable = (33...126).contains(byte) || (161...172).contains(byte) || byte >= 174
      if isPrintable {
        table[UInt32(byte)] = byte
      } else {
        table[next] = byte
        next += 1
      }
    }
    return table
  }()

  /// The bytes of a token; `nil` for one that is not written in this alphabet.
  static func bytes(of token: String) -> [UInt8]? {
    var result: [UInt8] = []
    for scalar in token.unicodeScalars {
      guard let byte = bytes[scalar.value] else { return nil }
      result.append(byte)
    }
    return result
  }
}
