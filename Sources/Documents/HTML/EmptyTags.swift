import Formats
import Foundations

/// XHTML closes any element with `/>`; HTML does not know that: a page's `<title/>` or `<script src="a"/>` would
/// swallow all that follows. Nor does it know sections of plain text (CDATA).
enum EmptyTags {
  /// The page with `<a id="x"></a>` for `<a id="x"/>`, when it is XML; as it is otherwise.
  /// - Parameter isXML: whether that is known; otherwise the page's own declaration says so.
  static func opened(_ page: [UInt8], isXML: Bool = false) -> [UInt8] {
    let start = page.prefix(256).drop { $0 <= 0x20 || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF }
    guard isXML || start.starts(with: "<?xml".utf8),
      ByteSearch.range(of: Array("/>".utf8), in: page) != nil
        || ByteSearch.range(of: Array("<![CDATA[".utf8), in: page) != nil
    else { return page }
    var opened: [UInt8] = []
    opened.reserveCapacity(page.count + page.count / 16)
    var copied = 0
    var index = 0
    while index + 1 < page.count {
      guard page[index] == UInt8(ascii: "<") else {
        index += 1
        continue
      }
      if page[index...].starts(with: "<!--".utf8) {
        index = ByteSearch.range(of: Array("-->".utf8), in: page, from: index + 4)?.upperBound ?? page.count
        continue
      }
      if page[index...].starts(with: "<![CDATA[".utf8) {
        let end = ByteSearch.range(of: Array("]]>".utf8), in: page, from: index + 9) ?? page.count..<page.count
        opened += page[copied..<index]
        let text = page[min(index + 9, end.lowerBound)..<end.lowerBound]
        opened += Markup.escaped(String(decoding: text, as: UTF8.self)).utf8
        index = end.upperBound
        copied = index
        continue
      }
      guard page[index + 1] | 0x20 >= 97 && page[index + 1] | 0x20 <= 122 else {
        index += 1
        continue
      }
      let nameEnd = page[index...].firstIndex { $0 <= 0x20 || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ">") }
      guard let nameEnd, let end = end(ofTag: page, from: nameEnd) else { break }
      let name = page[(index + 1)..<nameEnd]
      if page[end - 1] == UInt8(ascii: "/"), !void.contains(String(decoding: name, as: UTF8.self).lowercased()) {
        opened += page[copied..<(end - 1)]
        opened += Array("></".utf8) + name + [UInt8(ascii: ">")]
        copied = end + 1
      }
      index = end + 1
    }
    return opened + page[copied...]
  }

  /// The place of the `>` that ends a tag; those in quotes do not.
  private static func end(ofTag page: [UInt8], from start: Int) -> Int? {
    var quote: UInt8?
    for index in start..<page.count {
      let byte = page[index]
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      } else if byte == UInt8(ascii: ">") {
        return index
      }
    }
    return nil
  }

  private static let void: Set<String> = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
  ]
}
