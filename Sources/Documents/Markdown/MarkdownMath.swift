import Foundations

/// Formulas in Markdown, between dollar signs: in them a star is a product and a low line an index.
enum MarkdownMath {
  /// The text with the signs inside of formulas escaped, so that nothing in them is read as Markdown.
  static func protected(_ text: [UInt8]) -> [UInt8] {
    guard text.contains(UInt8(ascii: "$")) else { return text }
    var out: [UInt8] = []
    out.reserveCapacity(text.count + 64)
    var fence: (sign: UInt8, count: Int)?
    var paragraph: [UInt8] = []
    func flush() {
      out += inParagraph(paragraph)
      paragraph = []
    }
    var start = 0
    while start < text.count {
      let end = text[start...].firstIndex(of: 10).map { $0 + 1 } ?? text.count
      let line = text[start..<end]
      start = end
      let bare = line.drop { $0 == 0x20 || $0 == 0x09 }
      let run = bare.first.map { sign in (sign, bare.prefix { $0 == sign }.count) }
      if let open = fence {
        out += line
        if let run, run.0 == open.sign, run.1 >= open.count, bare.dropFirst(run.1).allSatisfy({ $0 <= 0x20 }) {
          fence = nil
        }
      } else if let run, run.0 == UInt8(ascii: "`") || run.0 == UInt8(ascii: "~"), run.1 >= 3 {
        flush()
        fence = (run.0, run.1)
        out += line
      } else if bare.allSatisfy({ $0 <= 0x20 }) {
        flush()
        out += line
      } else if paragraph.isEmpty, line.starts(with: [0x20, 0x20, 0x20, 0x20]) || line.first == 0x09 {
        // A program, or the words of an item: both are left as they are.
        out += line
      } else {
        paragraph += line
      }
    }
    flush()
    return out
  }

  private static let marks = Set("\\`*_{}[]<>#+-.!|~&".utf8)

  private static func inParagraph(_ text: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    // No formula goes on in the next cell of a table.
    let isTable = text.split(separator: 10).contains { line in
      line.contains(UInt8(ascii: "|")) && line.contains(UInt8(ascii: "-"))
        && line.allSatisfy { "|-: \t\r".utf8.contains($0) }
    }
    var code = CodeRuns(text)
    var isLineStart = true
    var index = 0
    while index < text.count {
      let byte = text[index]
      // Only a formula that begins a line has several.
      let startsLine = isLineStart
      if byte == 10 { isLineStart = true } else if byte > 0x20 { isLineStart = false }
      if byte == UInt8(ascii: "\\") {
        out += text[index..<min(index + 2, text.count)]
        index += 2
      } else if byte == UInt8(ascii: "`") {
        let end = code.end(index)
        out += text[index..<end]
        index = end
      } else if byte == UInt8(ascii: "$"), let end = endOfFormula(text, index, isTable, startsLine) {
        for sign in text[index..<end] {
          if marks.contains(sign) { out.append(UInt8(ascii: "\\")) }
          out.append(sign)
        }
        index = end
      } else {
        out.append(byte)
        index += 1
      }
    }
    return out
  }

  /// The runs of backquotes in a text: where the code ends that one of them opens. Each run is looked at once, however
  /// many have no end.
  private struct CodeRuns {
    private let text: [UInt8]
    /// Where runs of a length begin, the last first.
    private var places: [Int: [Int]] = [:]

    init(_ text: [UInt8]) {
      self.text = text
      var index = text.count
      while let last = text[..<index].lastIndex(of: UInt8(ascii: "`")) {
        var start = last
        while start > 0, text[start - 1] == UInt8(ascii: "`") { start -= 1 }
        places[last + 1 - start, default: []].append(start)
        index = start
      }
    }

    /// - Parameter start: never before that of an earlier call.
    mutating func end(_ start: Int) -> Int {
      var first = start
      while first < text.count, text[first] == UInt8(ascii: "`") { first += 1 }
      let count = first - start
      while let next = places[count]?.last, next < first { places[count]?.removeLast() }
      return places[count]?.last.map { $0 + count } ?? first
    }
  }

  /// `$x$` without spaces at its edges and no digit behind it, so that sums of money are none; `$$x$$`.
  private static func endOfFormula(_ text: [UInt8], _ start: Int, _ isTable: Bool, _ startsLine: Bool) -> Int? {
    let dollar = UInt8(ascii: "$")
    let isDisplay = start + 1 < text.count && text[start + 1] == dollar
    let first = start + (isDisplay ? 2 : 1)
    guard first < text.count, isDisplay || text[first] > 0x20 else { return nil }
    let hasLines = isDisplay && startsLine
    var index = first
    while index < text.count, index - first < 4_000 {
      if text[index] == 10, !hasLines { return nil }
      if isTable, text[index] == UInt8(ascii: "|") { return nil }
      if text[index] == UInt8(ascii: "\\") {
        index += 2
        continue
      }
      if text[index] == dollar, index > first {
        if isDisplay {
          if index + 1 < text.count, text[index + 1] == dollar { return index + 2 }
        } else {
          let next = index + 1 < text.count ? text[index + 1] : 0x20
          return text[index - 1] > 0x20 && !(next >= 48 && next <= 57) ? index + 1 : nil
        }
      }
      index += 1
    }
    return nil
  }
}
