import Foundations

/// Makes elements of blocks.
enum PDFElements {
  static func make(_ blocks: [PDFBlock], _ style: PDFStyle, _ words: PDFWords) -> [DocumentElement] {
    let numbers = numberedItems(blocks)
    return blocks.enumerated().compactMap { index, block in
      var element: DocumentElement
      switch block.kind {
      case .table(let table): element = DocumentElement(.table, "", table: table)
      case .code: element = DocumentElement(.code, code(block.lines))
      case .heading(let level):
        element = DocumentElement(.title, words.join(block.lines), level: level)
      case .text:
        let text = words.join(block.lines)
        element = DocumentElement(.text, text)
        let label = PDFParagraphs.label(text)
        if label == .bullet {
          let rest = text.unicodeScalars.drop { $0 != " " }.drop { $0 == " " }
          element = DocumentElement(.listItem, "- " + String(rest), level: 1)
        } else if numbers.contains(index) {
          element = DocumentElement(.listItem, text, level: 1)
        } else if isCaption(text) {
          element.kind = .caption
        } else if isFootnote(block, text, style) {
          element.kind = .footnote
        }
      }
      guard !element.text.isEmpty || element.table != nil else { return nil }
      element.page = block.page
      element.box = block.box
      return element
    }
  }

  /// Blocks whose numbers are part of a sequence: a single `1.` may be anything.
  private static func numberedItems(_ blocks: [PDFBlock]) -> Set<Int> {
    var items: Set<Int> = []
    var last: (index: Int, number: Int)?
    for (index, block) in blocks.enumerated() {
      guard case .text = block.kind, let first = block.lines.first,
        case .number(let number) = PDFParagraphs.label(first.text)
      else { continue }
      if let before = last, number == before.number + 1, index - before.index <= 12 {
        items.insert(before.index)
        items.insert(index)
      }
      last = (index, number)
    }
    return items
  }

  /// Lines as they stand, indented as on the page.
  private static func code(_ lines: [PDFLine]) -> String {
    let left = lines.map(\.box.left).min() ?? 0
    let width = max(2, lines.map(\.characterWidth).max() ?? 5)
    return lines.map { line in
      String(repeating: " ", count: min(80, Int(((line.box.left - left) / width).rounded())))
        + line.text
    }.joined(separator: "\n")
  }

  private static func isCaption(_ text: String) -> Bool {
    guard text.utf8.count < 400 else { return false }
    let words = text.split(separator: " ", maxSplits: 2)
    guard words.count >= 2,
      ["figure", "fig.", "table", "listing", "abbildung", "tabelle"].contains(words[0].lowercased())
    else {
      return false
    }
    let number = words[1]
    return number.first?.isNumber == true
      && (number.hasSuffix(":") || number.hasSuffix(".") || text.utf8.count < 120)
  }

  private static func isFootnote(_ block: PDFBlock, _ text: String, _ style: PDFStyle) -> Bool {
    guard let line = block.lines.first, line.size < style.bodySize * 0.92, block.box.top > 400
    else { return false }
    guard let first = text.unicodeScalars.first else { return false }
    return first.properties.numericType != nil || "*†‡§".unicodeScalars.contains(first)
  }
}
