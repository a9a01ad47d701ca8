import Formats
import Foundations

/// Collects the elements of a Word document's body, event by event.
struct WordBody {
  var elements: [DocumentElement] = []
  /// The text of the paragraph that is styled as the document's title.
  private(set) var title: String?
  /// The notes that the text refers to, in its order.
  private(set) var notes: [(kind: String, id: String)] = []
  let styles: WordStyles
  private(set) var numbering: WordNumbering
  private let targets: [String: String]

  private struct Paragraph {
    var text = ""
    var style: String?
    var list: String?
    var level = 0
    var outline: Int?
    var links: [DocumentLink] = []
    var link: (url: String, start: String.Index)?
  }

  private struct Table {
    var cells: [DocumentTable.Cell] = []
    var row = -1
    var column = 0
    var isHeader = false
    var span = 1
    var merges: String?
    var text: [String] = []
    /// For each column, the place in `cells` of the cell that grows down.
    var growing: [Int: Int] = [:]
  }

  private var paragraphs: [Paragraph] = []
  private var tables: [Table] = []
  private var isHidden = false
  private var isText = false
  /// Inside what is not part of the document as it stands.
  private var skippedDepth = 0

  /// What stands there for older programs only; text that was moved elsewhere; what tracked changes keep of the
  /// properties before.
  private static let skipped: Set<String> = [
    "Fallback", "moveFrom", "pPrChange", "rPrChange", "sectPrChange", "tblPrChange", "tblPrExChange", "tblGridChange",
    "trPrChange", "tcPrChange", "numberingChange",
  ]
  private var isInRunProperties = false

  init(styles: WordStyles, numbering: WordNumbering, targets: [String: String]) {
    self.styles = styles
    self.numbering = numbering
    self.targets = targets
  }

  mutating func take(_ event: XMLEvents.Event) {
    switch event {
    case .opening(let name, _) where Self.skipped.contains(name): skippedDepth += 1
    case .closing(let name) where Self.skipped.contains(name): skippedDepth -= 1
    case _ where skippedDepth > 0: break
    case .opening(let name, let attribute): open(name, attribute)
    case .closing(let name): close(name)
    case .text(let text): if isText && !isHidden { append(text) }
    }
  }

  private mutating func append(_ text: String) {
    guard !paragraphs.isEmpty else { return }
    paragraphs[paragraphs.count - 1].text += text
  }

  private mutating func change(_ body: (inout Paragraph) -> Void) {
    guard !paragraphs.isEmpty else { return }
    body(&paragraphs[paragraphs.count - 1])
  }

  private mutating func open(_ name: String, _ attribute: (String) -> String?) {
    switch name {
    case "p": paragraphs.append(Paragraph())
    case "pStyle": change { $0.style = attribute("w:val") }
    case "ilvl": change { $0.level = min(8, max(0, attribute("w:val").flatMap { Int($0) } ?? 0)) }
    case "numId": change { $0.list = attribute("w:val") }
    case "outlineLvl": change { $0.outline = attribute("w:val").flatMap { Int($0) } }
    case "rPr": isInRunProperties = true
    case "r": isHidden = false
    case "vanish": if isInRunProperties { isHidden = !["0", "false"].contains(attribute("w:val") ?? "1") }
    case "t": isText = true
    case "tab", "ptab": if !isInRunProperties { append("\t") }
    case "br", "cr": append("\n")
    case "noBreakHyphen": append("-")
    case "footnoteReference", "endnoteReference":
      guard let id = attribute("w:id") else { return }
      notes.append((name == "endnoteReference" ? "endnote" : "footnote", id))
      append("[\(notes.count)]")
    case "hyperlink":
      guard let url = attribute("r:id").flatMap({ targets[$0] }) else { return }
      change { $0.link = (url, $0.text.endIndex) }
    case "tbl": tables.append(Table())
    case "tr":
      changeTable { table in
        table.row += 1
        table.column = 0
        table.isHeader = false
      }
    case "tblHeader": changeTable { $0.isHeader = !["0", "false"].contains(attribute("w:val") ?? "1") }
    case "gridBefore": changeTable { $0.column += min(1000, max(0, attribute("w:val").flatMap { Int($0) } ?? 0)) }
    case "tc":
      changeTable { table in
        table.span = 1
        table.merges = nil
        table.text = []
      }
    case "gridSpan": changeTable { $0.span = min(1000, max(1, attribute("w:val").flatMap { Int($0) } ?? 1)) }
    case "vMerge": changeTable { $0.merges = attribute("w:val") ?? "continue" }
    default: break
    }
  }

  private mutating func changeTable(_ body: (inout Table) -> Void) {
    guard !tables.isEmpty else { return }
    body(&tables[tables.count - 1])
  }

  private mutating func close(_ name: String) {
    switch name {
    case "t": isText = false
    case "rPr": isInRunProperties = false
    case "hyperlink":
      change { paragraph in
        guard let link = paragraph.link else { return }
        let text = String(paragraph.text[link.start...])
        if !text.isEmpty { paragraph.links.append(DocumentLink(text: text, url: link.url)) }
        paragraph.link = nil
      }
    case "p": if let paragraph = paragraphs.popLast() { finish(paragraph) }
    case "tc": closeCell()
    case "tbl": if let table = tables.popLast() { finish(table) }
    default: break
    }
  }

  private mutating func closeCell() {
    changeTable { table in
      let text = table.text.joined(separator: "\n")
      let columns = table.column..<(table.column + table.span)
      table.column = columns.upperBound
      if table.merges == "continue", let above = table.growing[columns.lowerBound] {
        table.cells[above].rowSpan = table.row - table.cells[above].row + 1
        return
      }
      for column in columns { table.growing[column] = nil }
      if table.merges == "restart" { table.growing[columns.lowerBound] = table.cells.count }
      table.cells.append(
        DocumentTable.Cell(
          row: table.row, column: columns.lowerBound, columnSpan: columns.count, isHeader: table.isHeader, text: text))
    }
  }

  private mutating func finish(_ table: Table) {
    guard table.cells.contains(where: { !$0.text.isEmpty }) else { return }
    if !tables.isEmpty {
      // A table in a cell is that cell's text.
      tables[tables.count - 1].text += table.cells.map(\.text).filter { !$0.isEmpty }
      return
    }
    elements.append(DocumentElement(.table, "", table: DocumentTable(cells: table.cells)))
  }

  private mutating func finish(_ paragraph: Paragraph) {
    let isCode = styles.isCode(paragraph.style)
    let text = isCode ? Self.trimmed(paragraph.text) : Self.spaced(paragraph.text)
    guard !text.isEmpty, !styles.isContents(paragraph.style) else { return }
    if !tables.isEmpty {
      tables[tables.count - 1].text.append(text)
      return
    }
    let list = paragraph.list.map { ($0, paragraph.level) } ?? styles.numbering(paragraph.style)
    if let level = styles.titleLevel(paragraph.style) ?? paragraph.outline.flatMap({ $0 < 6 ? $0 + 1 : nil }) {
      if title == nil, styles.isTitle(paragraph.style) { title = text }
      elements.append(DocumentElement(.title, text, level: level, links: paragraph.links))
    } else if isCode {
      // Each line of a listing is a paragraph.
      if let last = elements.last, last.kind == .code {
        elements[elements.count - 1].text += "\n" + text
      } else {
        elements.append(DocumentElement(.code, text))
      }
    } else if styles.isCaption(paragraph.style) {
      elements.append(DocumentElement(.caption, text, links: paragraph.links))
    } else if let (id, level) = list, id != "0" {
      let marker = numbering.marker(id, level)
      elements.append(DocumentElement(.listItem, marker + text, level: level + 1, links: paragraph.links))
    } else {
      elements.append(DocumentElement(.text, text, links: paragraph.links))
    }
  }

  private static func spaced(_ text: String) -> String {
    text.split(separator: "\n").map { $0.split { $0 == " " || $0 == "\t" || $0 == "\u{A0}" }.joined(separator: " ") }
      .filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private static func trimmed(_ text: String) -> String {
    var text = text[...]
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
