import CLexbor
import Documents
import Formats
import Foundations

/// Makes of a listing that is not well-formed XML one that is, where the flaw costs no meaning: something before the
/// declaration, a declaration that is wrong, entities of HTML, a bare `&` or `<`, control characters, prefixes that
/// nobody declared, something behind the end.
///
/// What is cut off stays cut off: half a listing must not pass for one.
enum ListingRepair {
  /// - Parameter charset: what the server says of the encoding.
  static func repaired(_ bytes: [UInt8], charset: String?) -> [UInt8] {
    var text = TextDecoding.decode(bytes, declared: [HTMLCharset.declared(in: bytes), charset]).text[...]
    text = withoutDeclaration(text)
    let prefixes = undeclaredPrefixes(text)
    var out: [UInt8] = []
    out.reserveCapacity(text.count + text.count / 16)
    var root: [UInt8] = []
    var closing: [UInt8] = []
    var depth = 0
    while let byte = text.first {
      if byte == UInt8(ascii: "<") {
        if let data = data(text) {
          out.append(contentsOf: data.filter { !isControl($0) })
          text = text.dropFirst(data.count)
          continue
        }
        guard beginsTag(text) else {
          out.append(contentsOf: Markup.escaped("<").utf8)
          text = text.dropFirst()
          continue
        }
        let next = text.dropFirst().first ?? 0
        if root.isEmpty, next != UInt8(ascii: "!"), next != UInt8(ascii: "?") {
          let name = text.prefix { $0 > 0x20 && $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "/") || $0 == byte }
          root = Array(name)
          closing = Array("</".utf8) + root.dropFirst()
          depth = 1
          out.append(contentsOf: name)
          out.append(
            contentsOf: prefixes.map { " xmlns:\($0)=\"\(spaces[$0] ?? "urn:undeclared:\($0)")\"" }.joined().utf8)
          text = text.dropFirst(name.count)
          continue
        }
        if !root.isEmpty, named(text, closing) {
          depth -= 1
          // What a server adds behind the end of the root is no part of it.
          if depth == 0 { return out + closing + Array(">".utf8) }
        } else if !root.isEmpty, named(text, root) {
          depth += 1
        }
      } else if byte == UInt8(ascii: "&") {
        let (reference, count) = reference(text)
        out.append(contentsOf: reference)
        text = text.dropFirst(count)
        continue
      }
      out.append(isControl(byte) ? 0x20 : byte)
      text = text.dropFirst()
    }
    return out
  }

  /// Whether a tag of this name begins here.
  private static func named(_ text: ArraySlice<UInt8>, _ tag: [UInt8]) -> Bool {
    text.starts(with: tag)
      && text.dropFirst(tag.count).first.map { !isNameByte($0) && $0 != UInt8(ascii: ":") } ?? false
  }

  /// Whether entities stand there that XML does not know and that the document does not declare: read strictly, they
  /// would leave a hole.
  static func hasForeignEntities(_ bytes: [UInt8]) -> Bool {
    guard ByteSearch.range(of: Array("<!DOCTYPE".utf8), in: bytes) != nil,
      ByteSearch.range(of: Array("<!ENTITY".utf8), in: bytes) == nil
    else { return false }
    var rest = bytes[...]
    while let place = rest.firstIndex(of: UInt8(ascii: "&")) {
      let name = rest[(place + 1)...].prefix(while: isNameByte)
      if !name.isEmpty, !known.contains(String(decoding: name, as: UTF8.self)),
        rest[(place + 1 + name.count)...].first == UInt8(ascii: ";")
      {
        return true
      }
      rest = rest[(place + 1)...]
    }
    return false
  }

  private static let known: Set = ["amp", "lt", "gt", "quot", "apos"]

  private static let spaces = [
    "media": "http://search.yahoo.com/mrss/", "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "dc": "http://purl.org/dc/elements/1.1/", "dcterms": "http://purl.org/dc/terms/",
    "content": "http://purl.org/rss/1.0/modules/content/", "atom": "http://www.w3.org/2005/Atom",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
  ]

  /// From the first tag that means something on.
  private static func withoutDeclaration(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var text = text
    if let first = text.firstIndex(of: UInt8(ascii: "<")) { text = text[first...] }
    guard text.starts(with: "<?xml".utf8),
      let end = ByteSearch.range(of: Array("?>".utf8), in: Array(text.prefix(1024)))
    else { return text }
    text = text.dropFirst(end.upperBound)
    return text.drop { $0 <= 0x20 }
  }

  /// A comment, a processing instruction, a CDATA section or a document type that begins here.
  private static func data(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    for (opening, closing) in [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")]
    where text.starts(with: opening.utf8) {
      let mark = Array(closing.utf8)
      var at = text.startIndex + opening.utf8.count
      while let next = text[at...].firstIndex(of: mark[0]) {
        if text[next...].starts(with: mark) { return text[..<(next + mark.count)] }
        at = next + 1
      }
      return text
    }
    return nil
  }

  private static func beginsTag(_ text: ArraySlice<UInt8>) -> Bool {
    guard let next = text.dropFirst().first else { return false }
    if next == UInt8(ascii: "/") { return text.dropFirst(2).first.map(isNameStart) ?? false }
    return next == UInt8(ascii: "!") || isNameStart(next)
  }

  /// A reference that begins here, as XML knows it, and how many bytes it takes the place of.
  private static func reference(_ text: ArraySlice<UInt8>) -> (bytes: [UInt8], count: Int) {
    let bare = (Array("&amp;".utf8), 1)
    let rest = text.dropFirst()
    if rest.first == UInt8(ascii: "#") {
      let isHex = rest.dropFirst().first.map { $0 | 0x20 == UInt8(ascii: "x") } ?? false
      let digits = rest.dropFirst(isHex ? 2 : 1).prefix { isHex ? isHexDigit($0) : $0 >= 48 && $0 <= 57 }
      let count = 1 + (isHex ? 2 : 1) + digits.count
      guard !digits.isEmpty, text.dropFirst(count).first == UInt8(ascii: ";") else { return bare }
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: isHex ? 16 : 10)
      guard let value, let scalar = Unicode.Scalar(value), value >= 0x20 || [9, 10, 13].contains(value),
        value & 0xFFFE != 0xFFFE
      else { return ([0x20], count + 1) }
      return (Array("&#\(scalar.value);".utf8), count + 1)
    }
    let name = rest.prefix(while: isNameByte)
    let word = String(decoding: name, as: UTF8.self)
    guard !name.isEmpty, name.count < 40, text.dropFirst(1 + name.count).first == UInt8(ascii: ";") else { return bare }
    if known.contains(word) { return (Array("&\(word);".utf8), name.count + 2) }
    let meant = HTMLPlainText.unescaped("&\(word);")
    guard !meant.hasPrefix("&") else { return bare }
    return (meant.unicodeScalars.flatMap { Array("&#\($0.value);".utf8) }, name.count + 2)
  }

  /// Prefixes of elements and attributes without a declaration.
  private static func undeclaredPrefixes(_ text: ArraySlice<UInt8>) -> [String] {
    var used: Set<String> = []
    var declared: Set<String> = ["xml", "xmlns"]
    var rest = text
    while let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
      let before = rest[..<colon].suffix(40)
      let name = before.reversed().prefix(while: isNameByte).reversed()
      let prefix = String(decoding: Array(name), as: UTF8.self)
      let lead = before.dropLast(name.count).last
      if prefix == "xmlns" {
        declared.insert(String(decoding: rest[(colon + 1)...].prefix(while: isNameByte), as: UTF8.self))
      } else if let first = name.first, isNameStart(first), rest[(colon + 1)...].first.map(isNameStart) == true,
        lead == UInt8(ascii: "<") || lead == UInt8(ascii: "/")
      {
        used.insert(prefix)
      }
      rest = rest[(colon + 1)...]
    }
    return used.subtracting(declared).sorted()
  }

  private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 && byte != 9 && byte != 10 && byte != 13 }
  private static func isNameStart(_ byte: UInt8) -> Bool {
    byte | 0x20 >= 97 && byte | 0x20 <= 122 || byte == UInt8(ascii: "_") || byte >= 0x80
  }
  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte | 0x20 >= 97 && byte | 0x20 <= 122 || byte >= 48 && byte <= 57 || [0x2D, 0x2E, 0x5F].contains(byte)
  }
  private static func isHexDigit(_ byte: UInt8) -> Bool {
    byte >= 48 && byte <= 57 || byte | 0x20 >= 97 && byte | 0x20 <= 102
  }
}
