import Foundations

/// Reads plain text: paragraphs between empty lines, titles where they are underlined or numbered,
/// lists by their markers, deeply indented blocks as code.
package enum PlainTextReader {
  package static func read(_ bytes: [UInt8], charset: String?) -> ParsedDocument {
    read(utf8: TextDecoding.decode(bytes, declared: [charset]).text)
  }

  static func read(utf8 text: [UInt8]) -> ParsedDocument {
    var reading = Reading(joining: LineJoining(text))
    for block in blocks(text) { reading.blocks.append(block) }
    var document = ParsedDocument(elements: reading.elements())
    document.title = document.elements.first { $0.kind == .title }?.text
    document.fillSectionPaths()
    return document
  }

  private static func blocks(_ text: [UInt8]) -> [[ArraySlice<UInt8>]] {
    var blocks: [[ArraySlice<UInt8>]] = []
    var block: [ArraySlice<UInt8>] = []
    for line in ByteSearch.lines(text) {
      if line.allSatisfy({ $0 <= 0x20 }) {
        if !block.isEmpty { blocks.append(block) }
        block = []
      } else {
        block.append(line)
      }
    }
    if !block.isEmpty { blocks.append(block) }
    return blocks
  }

  /// The blocks of a text on their way to elements.
  private struct Reading {
    let joining: LineJoining
    var blocks: [[ArraySlice<UInt8>]] = []
    private var underlines = TitleLines()

    init(joining: LineJoining) { self.joining = joining }

    mutating func elements() -> [DocumentElement] {
      var elements: [DocumentElement] = []
      let points = points()
      for (index, block) in blocks.enumerated() { add(block, isPoint: points.contains(index), to: &elements) }
      return elements
    }

    /// Numbered lines that follow one another and count up are points; a heading has text of its own below it.
    private func points() -> Set<Int> {
      var points: Set<Int> = []
      for index in blocks.indices.dropFirst() {
        guard let first = number(blocks[index - 1]), let second = number(blocks[index]), second == first + 1 else {
          continue
        }
        points.insert(index - 1)
        points.insert(index)
      }
      return points
    }

    private func number(_ block: [ArraySlice<UInt8>]) -> Int? {
      guard let line = block.first.map({ TextLine.trimmed($0) }), block.count <= 4, TextLine.marker(line) != nil else {
        return nil
      }
      return Int(String(decoding: line.prefix { $0 >= 48 && $0 <= 57 }, as: UTF8.self))
    }

    private mutating func add(_ block: [ArraySlice<UInt8>], isPoint: Bool, to elements: inout [DocumentElement]) {
      var rest = block[...]
      while let title = underlines.title(&rest) {
        elements.append(title)
        if rest.isEmpty { return }
      }
      let lines = Array(rest)
      if lines.count == 1, !isPoint, let level = Numbering.level(TextLine.string(TextLine.trimmed(lines[0]))) {
        elements.append(DocumentElement(.title, TextLine.string(TextLine.trimmed(lines[0])), level: level))
        return
      }
      let indents = lines.map { line in
        line.prefix { $0 == 0x20 || $0 == 0x09 }.reduce(0) { $0 + ($1 == 9 ? 8 : 1) }
      }
      let least = indents.min() ?? 0
      if TextLine.marker(TextLine.trimmed(lines[0])) != nil {
        addList(lines, indents, to: &elements)
      } else if least >= 4 && looksLikeCode(lines) {
        let text = lines.map { TextLine.string($0) }.joined(separator: "\n")
        elements.append(DocumentElement(.code, text))
      } else {
        elements.append(DocumentElement(.text, joining.joined(lines)))
      }
    }

    private func addList(
      _ lines: [ArraySlice<UInt8>], _ indents: [Int], to elements: inout [DocumentElement]
    ) {
      var item: [ArraySlice<UInt8>] = []
      var depth = 1
      let base = indents.min() ?? 0
      func end() {
        if !item.isEmpty { elements.append(DocumentElement(.listItem, joining.joined(item), level: depth)) }
        item = []
      }
      for (line, indent) in zip(lines, indents) {
        if TextLine.marker(TextLine.trimmed(line)) != nil {
          end()
          depth = 1 + (indent - base) / 2
        }
        item.append(line)
      }
      end()
    }

    private func looksLikeCode(_ lines: [ArraySlice<UInt8>]) -> Bool {
      let marks: Set<UInt8> = Set("{}();=<>$|\\/_[]".utf8)
      let all = lines.reduce(0) { $0 + TextLine.trimmed($1).count }
      let odd = lines.reduce(0) { $0 + $1.reduce(0) { $0 + (marks.contains($1) ? 1 : 0) } }
      return odd * 25 > all
    }
  }
}
