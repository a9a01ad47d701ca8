/// Text inside HTML, SVG and XML: between tags, and in attributes that stand in quotes.
package enum Markup {
  package static func escaped(_ text: String) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): out += "&amp;".utf8
      case UInt8(ascii: "<"): out += "&lt;".utf8
      case UInt8(ascii: ">"): out += "&gt;".utf8
      case UInt8(ascii: "\""): out += "&quot;".utf8
      case UInt8(ascii: "'"): out += "&#39;".utf8
      case 0x09, 0x0A: out.append(byte)
      // Control characters have no place in XML, and a page shows nothing for them.
      case 0..<0x20, 0x7F: out.append(0x20)
      default: out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
