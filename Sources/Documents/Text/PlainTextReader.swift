import Foundations

/// Reads plain text: paragraphs between empty lines, titles where they are underlined or numbered,
/// lists by their markers, deeply indented blocks as code.
package enum PlainTextReader {
  package static func read(_ bytes: [UInt8], charset: String?) -> ParsedDocument {
    let text = TextDecoding.decode(bytes, declared: [charset]).text
    let mail = MailHeader(text)
    let lines = ByteSearch.lines(Array(text[mail.end...]))
    var elements: [DocumentElement] = mail.summary.map { [DocumentElement(.text, $0)] } ?? []
    var block: [ArraySlice<UInt8>] = []
    for line in lines {
      if line.allSatisfy({ $0 <= 0x20 }) {
        add(block, to: &elements)
        block = []
      } else {
        block.append(line)
      }
    }
    add(block, to: &elements)
    var document = ParsedDocument(elements: elements)
    document.title = mail.subject ?? elements.first { $0.kind == .title }?.text
    document.fillSectionPaths()
    return document
  }

  private static func add(_ block: [ArraySlice<UInt8>], to elements: inout [DocumentElement]) {
    guard !block.isEmpty else { return }
    var lines = block
    // A line with a line of `=` or `-` below it, perhaps with text following at once.
    if lines.count >= 2, let level = underline(lines[1]), lines[0].count <= 120 {
      elements.append(DocumentElement(.title, string(trim(lines[0])), level: level))
      lines.removeFirst(2)
      if lines.isEmpty { return }
    }
    if lines.count == 1, let level = Numbering.level(string(trim(lines[0]))) {
      elements.append(DocumentElement(.title, string(trim(lines[0])), level: level))
      return
    }
    let indents = lines.map { line in
      line.prefix { $0 == 0x20 || $0 == 0x09 }.reduce(0) { $0 + ($1 == 9 ? 8 : 1) }
    }
    let least = indents.min() ?? 0
    if marker(trim(lines[0])) != nil {
      addList(lines, indents, to: &elements)
    } else if least >= 4 && looksLikeCode(lines) {
      let text = lines.map { string($0) }.joined(separator: "\n")
      elements.append(DocumentElement(.code, text))
    } else {
      elements.append(DocumentElement(.text, joined(lines)))
    }
  }

  private static func addList(
    _ lines: [ArraySlice<UInt8>], _ indents: [Int], to elements: inout [DocumentElement]
  ) {
    var item: [ArraySlice<UInt8>] = []
    var depth = 1
    let base = indents.min() ?? 0
    func end() {
      if !item.isEmpty { elements.append(DocumentElement(.listItem, joined(item), level: depth)) }
      item = []
    }
    for (line, indent) in zip(lines, indents) {
      if marker(trim(line)) != nil {
        end()
        depth = 1 + (indent - base) / 2
      }
      item.append(line)
    }
    end()
  }

  /// The length of a list marker (`- `, `* `, `• `, `1. `, `2) `) at the start of a line.
  static func marker(_ line: ArraySlice<UInt8>) -> Int? {
    for bullet in ["- ", "* ", "+ ", "• ", "o "] where line.starts(with: bullet.utf8) {
      return bullet.utf8.count
    }
    let digits = line.prefix { $0 >= 48 && $0 <= 57 }
    guard (1...3).contains(digits.count) else { return nil }
    let rest = line.dropFirst(digits.count)
    guard let mark = rest.first, mark == UInt8(ascii: ".") || mark == UInt8(ascii: ")"),
      rest.dropFirst().first == 0x20
    else { return nil }
    return digits.count + 2
  }

  private static func underline(_ line: ArraySlice<UInt8>) -> Int? {
    let line = trim(line)
    guard line.count >= 3, let first = line.first, line.allSatisfy({ $0 == first }) else {
      return nil
    }
    switch first {
    case UInt8(ascii: "="), UInt8(ascii: "#"): return 1
    case UInt8(ascii: "-"), UInt8(ascii: "~"), UInt8(ascii: "*"): return 2
    default: return nil
    }
  }

  private static func looksLikeCode(_ lines: [ArraySlice<UInt8>]) -> Bool {
    let marks: Set<UInt8> = Set("{}();=<>$|\\/_[]".utf8)
    let all = lines.reduce(0) { $0 + trim($1).count }
    let odd = lines.reduce(0) { $0 + $1.reduce(0) { $0 + (marks.contains($1) ? 1 : 0) } }
    return odd * 25 > all
  }

  private static func trim(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var line = line.drop { $0 <= 0x20 }
    while let last = line.last, last <= 0x20 { line.removeLast() }
    return line
  }

  private static func string(_ line: some Sequence<UInt8>) -> String {
    // Form feeds and the like separate pages, they are not text.
    String(decoding: line.filter { $0 >= 0x20 || $0 == 0x09 }, as: UTF8.self)
  }

  private static func joined(_ lines: [ArraySlice<UInt8>]) -> String {
    var text = InlineText()
    for line in lines {
      text.append(line)
      text.space()
    }
    return text.take()
  }
}

/// The header of a mail message (RFC 5322) in front of a text.
struct MailHeader {
  private(set) var subject: String?
  /// Sender and date on one line.
  private(set) var summary: String?
  private(set) var end = 0

  init(_ text: [UInt8]) {
    var fields: [(name: String, value: String)] = []
    for line in ByteSearch.lines(Array(text.prefix(65_536))) {
      if line.isEmpty {
        end = line.endIndex + 1
        break
      }
      if line.first == 0x20 || line.first == 0x09 {
        guard !fields.isEmpty else { break }
        fields[fields.count - 1].value += String(decoding: line, as: UTF8.self)
        continue
      }
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
        line[..<colon].allSatisfy({ $0 > 0x20 && $0 < 0x7F })
      else {
        if fields.isEmpty && line.starts(with: Array("From ".utf8)) { continue }
        fields = []
        break
      }
      let value = String(decoding: line[(colon + 1)...], as: UTF8.self).drop { $0 == " " }
      fields.append((String(decoding: line[..<colon], as: UTF8.self).lowercased(), String(value)))
    }
    let names = Set(fields.map(\.name))
    guard end > 0, names.contains("from"), names.contains("subject") || names.contains("date")
    else {
      end = 0
      return
    }
    end = min(end, text.count)
    func field(_ name: String) -> String? { fields.first { $0.name == name }?.value }
    subject = field("subject")
    summary = ["from", "date"].compactMap { name in
      field(name).map { "\(name == "from" ? "From" : "Date"): \($0)" }
    }
    .joined(separator: ", ")
  }
}
