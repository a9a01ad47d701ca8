import Foundations

/// How the bytes of a part are written (RFC 2045, 6).
enum TransferEncoding {
  static func decoded(_ bytes: ArraySlice<UInt8>, _ name: String?) -> [UInt8] {
    switch name?.lowercased().filter({ !$0.isWhitespace }) {
    case "base64": base64(bytes)
    case "quoted-printable": quotedPrintable(Array(bytes))
    default: Array(bytes)
    }
  }

  static func base64(_ text: some Sequence<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in text {
      let value: UInt32
      switch byte {
      case 65...90: value = UInt32(byte) - 65
      case 97...122: value = UInt32(byte) - 71
      case 48...57: value = UInt32(byte) + 4
      case UInt8(ascii: "+"), UInt8(ascii: "-"): value = 62
      case UInt8(ascii: "/"), UInt8(ascii: "_"): value = 63
      default: continue
      }
      bits = bits << 6 | value
      count += 6
      if count >= 8 {
        count -= 8
        out.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return out
  }

  static func quotedPrintable(_ text: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(text.count)
    var index = 0
    func digit(_ place: Int) -> UInt8? {
      guard place < text.count else { return nil }
      switch text[place] {
      case 48...57: return text[place] - 48
      case 65...70: return text[place] - 55
      case 97...102: return text[place] - 87
      default: return nil
      }
    }
    while index < text.count {
      guard text[index] == UInt8(ascii: "=") else {
        out.append(text[index])
        index += 1
        continue
      }
      if let high = digit(index + 1), let low = digit(index + 2) {
        out.append(high << 4 | low)
        index += 3
        continue
      }
      // A line end that is none, perhaps with white space before it.
      var end = index + 1
      while end < text.count, text[end] == 0x20 || text[end] == 0x09 || text[end] == 13 { end += 1 }
      if end >= text.count || text[end] == 10 {
        index = end + 1
      } else {
        out.append(text[index])
        index += 1
      }
    }
    return out
  }
}
