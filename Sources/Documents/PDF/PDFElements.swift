import Foundations

/// Makes elements of blocks.
enum PDFElements {
  /// `heights` are those of the pages, by number.
  static func make(
    _ blocks: [PDFBlock], _ style: PDFStyle, _ words: PDFWords, heights: [Int: Double], explain: Bool
  ) -> [DocumentElement] {
    let lists = PDFLists(blocks)
    return blocks.enumerated().compactMap { index, block in
      var element: DocumentElement
      switch block.kind {
      case .table(let table): element = DocumentElement(.table, "", table: table, reason: block.reason)
      case .code: element = DocumentElement(.code, code(block.lines), reason: "a font of equal widths")
      case .heading(let level):
        element = DocumentElement(.title, words.join(block.lines), level: level, reason: block.reason)
      case .text:
        let text = words.join(block.lines)
        element = DocumentElement(.text, text)
        if let item = lists.items[index] {
          element = DocumentElement(.listItem, item.text(text), level: item.level, reason: item.reason)
        } else if PDFCaptions.isCaption(text) {
          element.kind = .caption
          element.reason = "begins with what is numbered: \(text.prefix(12))…"
        } else if isFootnote(block, text, style, heights[block.page] ?? 792) {
          element.kind = .footnote
          element.reason = "smaller than the body, low on the page, begins with a mark"
        }
      }
      guard !element.text.isEmpty || element.table != nil else { return nil }
      if !explain { element.reason = nil }
      element.page = block.page
      element.box = block.box
      return element
    }
  }

  /// Lines as they stand, indented as on the page, with the empty lines between them.
  private static func code(_ lines: [PDFLine]) -> String {
    let left = lines.map(\.box.left).min() ?? 0
    let width = max(2, lines.map(\.characterWidth).min() ?? 5)
    let steps = zip(lines, lines.dropFirst()).map { $1.box.top - $0.box.top }
    let step = steps.filter { $0 > 1 }.sorted().dropFirst(steps.count / 4).first ?? 1000
    var text = ""
    for (index, line) in lines.enumerated() {
      if index > 0 {
        let empty = steps[index - 1] > 1.6 * step ? min(2, Int(clamping: (steps[index - 1] / step).rounded()) - 1) : 0
        text += String(repeating: "\n", count: 1 + max(0, empty))
      }
      text += String(repeating: " ", count: min(80, max(0, Int(clamping: ((line.box.left - left) / width).rounded()))))
      text += line.text
    }
    return text
  }

  private static func isFootnote(_ block: PDFBlock, _ text: String, _ style: PDFStyle, _ height: Double) -> Bool {
    guard let line = block.lines.first, line.size < style.bodySize * 0.92, block.box.top > height * 0.5
    else { return false }
    guard let first = text.unicodeScalars.first(where: { $0 != "[" }) else { return false }
    return first.properties.numericType != nil || "*†‡§¶".unicodeScalars.contains(first)
  }
}
