import Foundations

/// Looks for the encoding that a page declares in its first 1,024 bytes.
package enum HTMLCharset {
  package static func declared(in bytes: [UInt8]) -> String? {
    let start = Array(bytes.prefix(1024)).map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }
    var from = 0
    while let meta = ByteSearch.range(of: Array("<meta".utf8), in: start, from: from) {
      let end = start[meta.upperBound...].firstIndex(of: UInt8(ascii: ">")) ?? start.count
      if let name = value(of: "charset", in: Array(start[meta.upperBound..<end])) {
        return canonical(name)
      }
      from = meta.upperBound
    }
    if start.starts(with: Array("<?xml".utf8)) {
      let end = start.firstIndex(of: UInt8(ascii: ">")) ?? start.count
      if let name = value(of: "encoding", in: Array(start[..<end])) { return canonical(name) }
    }
    return nil
  }

  /// A page that could be read this far is not UTF-16, whatever it says (WHATWG).
  private static func canonical(_ name: String) -> String {
    name.hasPrefix("utf-16") ? "utf-8" : name
  }

  private static func value(of name: String, in text: [UInt8]) -> String? {
    guard let found = ByteSearch.range(of: Array(name.utf8), in: text) else { return nil }
    var rest = text[found.upperBound...].drop { $0 <= 0x20 }
    guard rest.first == UInt8(ascii: "=") else { return nil }
    rest = rest.dropFirst().drop {
      $0 <= 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'")
    }
    let stop: Set<UInt8> = [0x20, 0x22, 0x27, 0x2F, 0x3B, 0x3E, 0x3F]
    let word = rest.prefix { !stop.contains($0) && $0 > 0x20 }
    return word.isEmpty ? nil : String(decoding: word, as: UTF8.self)
  }
}
