import Foundations

/// The tags of a page's head, one after another, without a tree. What a browser that runs scripts does not see is left
/// out (comments, `noscript`, the insides of scripts and styles).
struct HeadScan {
  struct Tag {
    /// In lower case.
    let name: String
    fileprivate let attributes: [(name: String, value: String)]

    /// The value of an attribute, by its name in lower case.
    subscript(name: String) -> String? { attributes.first { $0.name == name }?.value }
  }

  private let bytes: [UInt8]
  private var index = 0

  private static let opaque: Set = ["script", "style", "noscript", "template", "title", "textarea", "svg", "iframe"]

  init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  mutating func next() -> Tag? {
    while let open = bytes[index...].firstIndex(of: UInt8(ascii: "<")) {
      index = open + 1
      if bytes[index...].starts(with: "!--".utf8) {
        index = ByteSearch.range(of: Array("-->".utf8), in: bytes, from: index + 2)?.upperBound ?? bytes.count
        continue
      }
      let name = String(decoding: bytes[index...].prefix(while: Self.isLetter), as: UTF8.self).lowercased()
      guard !name.isEmpty else { continue }
      index += name.utf8.count
      let attributes = attributes()
      if Self.opaque.contains(name) { skip(name) }
      return Tag(name: name, attributes: attributes)
    }
    index = bytes.count
    return nil
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    byte | 0x20 >= 97 && byte | 0x20 <= 122 || byte >= 48 && byte <= 57 || byte == UInt8(ascii: "-")
  }

  private mutating func skip(_ name: String) {
    let closing = Array("</\(name)".utf8)
    while let open = bytes[index...].firstIndex(of: UInt8(ascii: "<")) {
      index = open + 1
      if bytes[open...].prefix(closing.count).map({ $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }) == closing { return }
    }
    index = bytes.count
  }

  /// Reads to the end of the tag.
  private mutating func attributes() -> [(name: String, value: String)] {
    var found: [(name: String, value: String)] = []
    while index < bytes.count, bytes[index] != UInt8(ascii: ">") {
      guard bytes[index] > 0x20, bytes[index] != UInt8(ascii: "/") else {
        index += 1
        continue
      }
      let name = bytes[index...].prefix { $0 > 0x20 && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ">") }
      index += max(name.count, bytes[index] == UInt8(ascii: "=") ? 1 : 0)
      skipBlanks()
      guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else {
        found.append((String(decoding: name, as: UTF8.self).lowercased(), ""))
        continue
      }
      index += 1
      skipBlanks()
      found.append((String(decoding: name, as: UTF8.self).lowercased(), value()))
    }
    return found
  }

  private mutating func skipBlanks() { while index < bytes.count, bytes[index] <= 0x20 { index += 1 } }

  private mutating func value() -> String {
    guard index < bytes.count else { return "" }
    let quote = bytes[index]
    let raw: ArraySlice<UInt8>
    if quote == 0x22 || quote == 0x27 {
      raw = bytes[(index + 1)...].prefix { $0 != quote }
      index = min(bytes.count, index + raw.count + 2)
    } else {
      raw = bytes[index...].prefix { $0 > 0x20 && $0 != UInt8(ascii: ">") }
      index += raw.count
    }
    // Bytes that are no UTF-8 are part of an address, if of anything: they go on as they are.
    let text =
      String(validating: raw, as: UTF8.self)
      ?? String(decoding: raw.flatMap { $0 < 0x80 ? [$0] : PercentEncoding.escape($0) }, as: UTF8.self)
    return text.contains("&") ? HTMLPlainText.unescaped(text) : text
  }
}
