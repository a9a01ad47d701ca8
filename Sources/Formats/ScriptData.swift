import Foundations

/// Data inside a `<script>` of a page.
package enum ScriptData {
  /// A value as JavaScript reads it. Nothing in it can end the element or begin a comment: `<`, `>` and `&` are
  /// written by their numbers, and so are the two line ends that JSON knows and older JavaScript does not.
  package static func json(_ value: JSONValue) -> String {
    var out: [UInt8] = []
    let bytes = value.canonicalBytes
    out.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "<"): out += "\\u003c".utf8
      case UInt8(ascii: ">"): out += "\\u003e".utf8
      case UInt8(ascii: "&"): out += "\\u0026".utf8
      case 0xE2 where index + 2 < bytes.count && bytes[index + 1] == 0x80 && bytes[index + 2] & 0xFE == 0xA8:
        out += (bytes[index + 2] == 0xA8 ? "\\u2028" : "\\u2029").utf8
        index += 2
      default: out.append(bytes[index])
      }
      index += 1
    }
    return String(decoding: out, as: UTF8.self)
  }
}
