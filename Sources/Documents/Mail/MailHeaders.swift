import Foundations

/// The header of a mail message or of one of its parts (RFC 5322, 2045, 2047).
struct MailHeaders {
  private var fields: [(name: String, value: String)] = []
  /// Where the body begins.
  private(set) var end = 0

  /// Reads the lines up to an empty one; no field when they are no header.
  init(_ text: ArraySlice<UInt8>) {
    var index = text.startIndex
    end = text.endIndex
    while index < text.endIndex {
      let stop = text[index...].firstIndex(of: 10) ?? text.endIndex
      var line = text[index..<stop]
      if line.last == 13 { line.removeLast() }
      index = min(stop + 1, text.endIndex)
      if line.isEmpty {
        end = index
        return
      }
      if line.first == 0x20 || line.first == 0x09 {
        guard !fields.isEmpty else { break }
        fields[fields.count - 1].value += " " + String(decoding: line.drop { $0 <= 0x20 }, as: UTF8.self)
        continue
      }
      // The line that mailboxes put before each message.
      if fields.isEmpty, line.starts(with: "From ".utf8) { continue }
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
        line[..<colon].allSatisfy({ $0 > 0x20 && $0 < 0x7F }), fields.count < 2_000
      else { break }
      let value = line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
      fields.append(
        (String(decoding: line[..<colon], as: UTF8.self).lowercased(), String(decoding: value, as: UTF8.self)))
    }
    // No empty line: a header only when nothing follows.
    if index < text.endIndex { fields = [] }
  }

  /// The value of a field as it stands; the first of a name counts.
  func raw(_ name: String) -> String? { fields.first { $0.name == name }?.value }

  /// The value of a field for people.
  func text(_ name: String) -> String? { raw(name).map(EncodedWords.decoded) }

  /// `text/html` of `Text/HTML; charset=utf-8`.
  var mediaType: String? { raw("content-type").map { Self.word($0) } }

  func parameter(_ name: String, of field: String) -> String? {
    guard let value = raw(field) else { return nil }
    for part in Self.parts(value).dropFirst() {
      guard let equals = part.firstIndex(of: "=") else { continue }
      let key = Self.word(String(part[..<equals]))
      let bare = Self.unquoted(String(part[part.index(after: equals)...]))
      if key == name { return EncodedWords.decoded(bare) }
      // RFC 2231: charset'language'percent-encoded.
      if key == name + "*", let text = bare.split(separator: "'", omittingEmptySubsequences: false).last {
        return String(decoding: PercentEncoding.decoded(text.utf8), as: UTF8.self)
      }
    }
    return nil
  }

  private static func word(_ text: String) -> String {
    text.prefix { $0 != ";" }.filter { !$0.isWhitespace }.lowercased()
  }

  private static func unquoted(_ text: String) -> String {
    let bare = text.drop { $0.isWhitespace }
    guard bare.first == "\"" else { return String(bare.prefix { !$0.isWhitespace }) }
    return String(bare.dropFirst().prefix { $0 != "\"" })
  }

  /// At semicolons outside quotes.
  private static func parts(_ value: String) -> [String] {
    var parts = [""]
    var isQuoted = false
    for character in value {
      if character == "\"" { isQuoted.toggle() }
      if character == ";", !isQuoted { parts.append("") } else { parts[parts.count - 1].append(character) }
    }
    return parts
  }

  /// Whether a text begins like a message: with a sender, and a subject, a date or a type.
  static func begins(_ text: [UInt8]) -> Bool {
    let headers = MailHeaders(text.prefix(65_536))
    guard headers.end < text.count || text.count < 65_536, headers.raw("from") != nil else { return false }
    return headers.raw("subject") != nil || headers.raw("date") != nil || headers.raw("mime-version") != nil
  }
}

/// Words of a header in other letters than ASCII (RFC 2047): `=?utf-8?Q?Gr=C3=BC=C3=9Fe?=`.
enum EncodedWords {
  static func decoded(_ text: String) -> String {
    guard text.contains("=?") else { return text }
    var out = ""
    var rest = text[...]
    var wasEncoded = false
    while let start = rest.firstRange(of: "=?") {
      let before = rest[..<start.lowerBound]
      let parts = rest[start.upperBound...].split(separator: "?", maxSplits: 3, omittingEmptySubsequences: false)
      guard parts.count == 4, parts[3].hasPrefix("="), let word = word(parts[0], parts[1], parts[2]) else {
        out += rest[..<start.upperBound]
        rest = rest[start.upperBound...]
        wasEncoded = false
        continue
      }
      // White space between two encoded words is none.
      if !wasEncoded || !before.allSatisfy(\.isWhitespace) { out += before }
      out += word
      rest = parts[3].dropFirst()
      wasEncoded = true
    }
    return out + rest
  }

  private static func word(_ charset: Substring, _ encoding: Substring, _ text: Substring) -> String? {
    let bytes: [UInt8]
    switch encoding {
    case "b", "B":
      bytes = TransferEncoding.base64(text.utf8)
    case "q", "Q":
      bytes = TransferEncoding.quotedPrintable(text.utf8.map { $0 == UInt8(ascii: "_") ? 0x20 : $0 })
    default: return nil
    }
    let name = charset.prefix { $0 != "*" }
    return String(decoding: TextDecoding.decode(bytes, declared: [String(name)]).text, as: UTF8.self)
  }
}

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
