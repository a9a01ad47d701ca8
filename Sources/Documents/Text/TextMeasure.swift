import Foundations

/// How a text is set: how far its paragraphs are moved in, and how wide they are.
struct TextMeasure {
  /// Where most lines of paragraphs begin.
  let indent: Int
  /// How wide most paragraphs are.
  let width: Int

  init(_ blocks: [[ArraySlice<UInt8>]]) {
    var indents: [Int: Int] = [:]
    var widths: [Int] = []
    for block in blocks {
      for line in block where block.count > 1 || line.count >= 40 || Self.isSentence(line) {
        indents[TextLine.indent(line), default: 0] += 1
        if block.count > 1, line.count >= 40 { widths.append(min(line.count, 400)) }
      }
    }
    // What stands further out and is not rare is text, too.
    let most = indents.values.max() ?? 0
    indent = indents.filter { $0.value * 3 >= most }.keys.min() ?? 0
    widths.sort()
    width = widths.isEmpty ? 0 : widths[widths.count * 3 / 4]
  }

  private static func isSentence(_ line: ArraySlice<UInt8>) -> Bool {
    TextLine.trimmed(line).last.map { ".:?!".utf8.contains($0) } == true
  }

  /// Whether lines end where they are meant to: they are shorter than the text is wide, and none begins as if it went on.
  func isVerse(_ lines: [ArraySlice<UInt8>]) -> Bool {
    if Self.isStamped(lines) || Self.isCapitalized(lines) { return true }
    guard lines.count > 1, width >= 50, lines.allSatisfy({ $0.count * 10 < width * 7 }) else { return false }
    return lines.allSatisfy { line in
      guard let first = TextLine.trimmed(line).first else { return false }
      return first < 97 || first > 122
    }
  }

  /// Whether all lines begin with the same kind of number, as those of a log with their time.
  private static func isStamped(_ lines: [ArraySlice<UInt8>]) -> Bool {
    guard lines.count > 1 else { return false }
    func shape(_ line: ArraySlice<UInt8>) -> [UInt8] {
      line.prefix(10).map { $0 >= 48 && $0 <= 57 ? UInt8(ascii: "#") : $0 }
    }
    let first = shape(lines[0])
    return first.count(where: { $0 == UInt8(ascii: "#") }) >= 4 && lines.allSatisfy { shape($0) == first }
  }

  /// Whether lines are short and begin with capitals each, as in poems and addresses.
  private static func isCapitalized(_ lines: [ArraySlice<UInt8>]) -> Bool {
    lines.count > 2
      && lines.allSatisfy { line in
        line.count <= 60 && TextLine.trimmed(line).first.map { $0 >= 65 && $0 <= 90 } == true
      }
  }

  /// Whether a block that is moved in is a program.
  func isProgram(_ lines: [ArraySlice<UInt8>], after last: DocumentElement?) -> Bool {
    let least = lines.map { TextLine.indent($0) }.min() ?? 0
    let isTree = lines.count > 1 && lines.count(where: { Self.isBranch($0) }) * 2 >= lines.count
    if isTree { return true }
    // Statements end as no sentences do.
    let statements = lines.count { TextLine.trimmed($0).last.map { ";{}".utf8.contains($0) } == true }
    if lines.count > 2, statements * 5 >= lines.count * 3 { return true }
    guard least >= (indent == 0 ? 4 : indent + 3) else { return Self.isDrawing(lines) }
    if Self.looksLikeCode(lines) { return true }
    // What is typed, behind a colon: short lines that are no sentences.
    guard last?.kind == .text, last?.text.last == ":", lines.count > 1 else { return false }
    return lines.allSatisfy { line in
      let text = TextLine.trimmed(line)
      return text.count <= 60 && text.first.map { $0 < 65 || $0 > 90 } == true && text.last != UInt8(ascii: ".")
    }
  }

  private static func looksLikeCode(_ lines: [ArraySlice<UInt8>]) -> Bool {
    let marks: Set<UInt8> = Set("{}();=<>$|\\/_[]".utf8)
    let all = lines.reduce(0) { $0 + TextLine.trimmed($1).count }
    var odd = 0
    for line in lines {
      let count = line.count { marks.contains($0) }
      guard count > 0 else { continue }
      // Addresses have marks of their own.
      let address = ByteSearch.range(of: Array("://".utf8), in: Array(line)).map { found in
        Array(line)[found.lowerBound...].prefix { $0 > 0x20 }.count { marks.contains($0) }
      }
      odd += count - (address ?? 0)
    }
    return odd * 25 > all
  }

  /// `├── src`, `|-- src`
  private static func isBranch(_ line: ArraySlice<UInt8>) -> Bool {
    guard line.contains(where: { $0 == 0xE2 || $0 == UInt8(ascii: "-") }) else { return false }
    let text = String(decoding: TextLine.trimmed(line).prefix(200), as: UTF8.self)
    return ["├─", "└─", "|--", "`--", "+--", "\\--"].contains { text.contains($0) }
  }

  /// Whether lines are drawn with signs: boxes and arrows.
  private static func isDrawing(_ lines: [ArraySlice<UInt8>]) -> Bool {
    guard lines.count > 2 else { return false }
    let signs: Set<UInt8> = Set("+-|/\\<>_=*^".utf8)
    let drawn = lines.reduce(0) { $0 + $1.count { signs.contains($0) } }
    let all = lines.reduce(0) { $0 + $1.count { $0 > 0x20 } }
    let isFramed = lines.count { line in
      let text = TextLine.trimmed(line)
      return text.first.map { signs.contains($0) } == true || text.last.map { signs.contains($0) } == true
    }
    return drawn * 3 > all && isFramed * 2 >= lines.count
  }
}
