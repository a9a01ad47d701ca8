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
