import Foundations

/// Collects the elements of running text in an OpenDocument file.
struct OpenText {
  private(set) var elements: [DocumentElement] = []
  private(set) var notes: [DocumentElement] = []
  private let styles: OpenStyles
  /// How far the lists of each style have come.
  private var counts: [String: [Int: Int]] = [:]
  private var headings: [Int: Int] = [:]
  private var noteCount = 0

  /// Where a paragraph stands.
  private struct Place {
    var depth = 0
    var style: String?
    /// What stands before the next paragraph of an item.
    var marker: String?
  }

  init(_ styles: OpenStyles) { self.styles = styles }

  mutating func read(_ node: XMLNode) {
    var place = Place()
    read(node, &place)
  }

  mutating func take() -> [DocumentElement] {
    defer { elements = [] }
    return elements
  }

  private mutating func read(_ node: XMLNode, _ place: inout Place) {
    for child in node.children { block(child, &place) }
  }

  private mutating func block(_ node: XMLNode, _ place: inout Place) {
    switch node.name {
    case "text:h": heading(node)
    case "text:p": paragraph(node, &place)
    case "text:list": list(node, place)
    case "table:table": table(node)
    case "text:section", "text:index-title":
      if node["text:display"] != "none" { read(node, &place) }
    case "draw:frame", "draw:text-box", "draw:g", "draw:a", "draw:custom-shape", "draw:rect": read(node, &place)
    // Changes that were taken back, lists of headings that the text has anyway, notes of its writers.
    case "text:tracked-changes", "text:table-of-content", "text:illustration-index", "text:table-index",
      "text:object-index", "text:alphabetical-index", "office:annotation", "office:forms", "text:sequence-decls",
      "text:variable-decls", "presentation:notes":
      break
    default: break
    }
  }

  private mutating func heading(_ node: XMLNode) {
    let level = min(10, max(1, node.int("text:outline-level") ?? 1))
    let (text, links, boxes) = words(node)
    for box in boxes { read(box) }
    var label = ""
    if node["text:is-list-header"] != "true", !styles.outline.isEmpty {
      let start = styles.outline[level]?.start ?? 1
      headings[level] = node.int("text:start-value") ?? headings[level].map { $0 + 1 } ?? start
      for deeper in headings.keys where deeper > level { headings[deeper] = nil }
      label = OpenStyles.label(styles.outline, level, headings)
    }
    guard !text.isEmpty else { return }
    let line = text.split(separator: "\n").joined(separator: " ")
    elements.append(
      DocumentElement(.title, label.isEmpty ? line : "\(label) \(line)", level: min(6, level), links: links))
  }

  private mutating func paragraph(_ node: XMLNode, _ place: inout Place) {
    let name = node["text:style-name"]
    if styles.isHidden("paragraph", name) { return }
    let names = styles.names(ofParagraph: name)
    let isCode = names.contains { $0.contains("preformatted") || $0.contains("source_20_text") }
    let (text, links, boxes) = words(node)
    defer { for box in boxes { read(box) } }
    guard !text.isEmpty else { return }
    if let marker = place.marker {
      place.marker = ""
      // What follows in the same item is text of its own.
      elements.append(
        marker.isEmpty
          ? DocumentElement(.text, text, links: links)
          : DocumentElement(.listItem, marker + text, level: max(1, place.depth), links: links))
    } else if isCode {
      let lines = words(node, isCode: true).0
      if let last = elements.last, last.kind == .code {
        elements[elements.count - 1].text += "\n" + lines
      } else {
        elements.append(DocumentElement(.code, lines))
      }
    } else if names.contains("title") {
      elements.append(
        DocumentElement(.title, text.split(separator: "\n").joined(separator: " "), level: 1, links: links))
    } else if let level = styles.headingLevel(ofParagraph: name), text.count <= 200 {
      elements.append(
        DocumentElement(.title, text.split(separator: "\n").joined(separator: " "), level: min(6, level), links: links))
    } else if names.contains("caption") || names.contains("illustration") || names.contains("table") {
      elements.append(DocumentElement(.caption, text, links: links))
    } else {
      elements.append(DocumentElement(.text, text, links: links))
    }
  }

  private mutating func list(_ node: XMLNode, _ outer: Place) {
    var place = outer
    place.depth += 1
    place.style = node["text:style-name"] ?? outer.style
    let style = place.style ?? ""
    let goesOn = node["text:continue-numbering"] == "true" || node["text:continue-list"] != nil
    if outer.depth == 0, !goesOn { counts[style] = [:] }
    for item in node.children where item.name == "text:list-item" || item.name == "text:list-header" {
      place.marker = item.name == "text:list-item" ? marker(item, style, place.depth) : nil
      let deeper = item.children.first { !$0.name.isEmpty }?.name == "text:list"
      // An item that holds nothing but a list has no mark of its own.
      if deeper, item.name == "text:list-item" { counts[style]?[place.depth]? -= 1 }
      for child in item.children {
        // A heading in a list is a heading that the list numbers.
        if child.name == "text:h" {
          listed(child, place.marker)
          place.marker = ""
        } else {
          block(child, &place)
        }
      }
    }
    place.marker = nil
  }

  private mutating func listed(_ node: XMLNode, _ marker: String?) {
    let (text, links, _) = words(node)
    guard !text.isEmpty else { return }
    let label = marker == "- " ? "" : marker ?? ""
    elements.append(
      DocumentElement(
        .title, label + text.split(separator: "\n").joined(separator: " "),
        level: min(6, max(1, node.int("text:outline-level") ?? 1)), links: links))
  }

  private mutating func marker(_ item: XMLNode, _ style: String, _ depth: Int) -> String {
    let levels = styles.list(style)
    guard let level = levels[depth], !level.isBullet, level.format?.isEmpty == false else { return "- " }
    let start = item.int("text:start-value")
    counts[style, default: [:]][depth] = start ?? counts[style]?[depth].map { $0 + 1 } ?? level.start
    for deeper in (counts[style] ?? [:]).keys where deeper > depth { counts[style]?[deeper] = nil }
    let label = OpenStyles.label(levels, depth, counts[style] ?? [:])
    return label.isEmpty ? "" : label + " "
  }

  // MARK: Tables

  private mutating func table(_ node: XMLNode) {
    guard let table = tableOf(node) else { return }
    elements.append(DocumentElement(.table, "", table: table))
  }

  /// A table in running text or on a slide; `nil` when there is nothing in it.
  mutating func tableOf(_ node: XMLNode) -> DocumentTable? {
    var cells: [DocumentTable.Cell] = []
    var row = 0
    func rows(_ node: XMLNode, _ isHeader: Bool) -> [(XMLNode, Bool)] {
      node.children.flatMap { child -> [(XMLNode, Bool)] in
        switch child.name {
        case "table:table-row": [(child, isHeader)]
        case "table:table-header-rows": rows(child, true)
        case "table:table-rows", "table:table-row-group": rows(child, isHeader)
        default: []
        }
      }
    }
    let usesFirst = node["table:use-first-row-styles"] == "true"
    let lines = rows(node, false)
    // Rows that nobody called a header, all in paragraphs of the style for one.
    let styled = lines.contains { $0.1 } ? 0 : lines.prefix { isHeading($0.0) }.count
    for (line, isHeader) in lines {
      var column = 0
      for cell in line.children where cell.name == "table:table-cell" || cell.name == "table:covered-table-cell" {
        let repeated = min(1_000, max(1, cell.int("table:number-columns-repeated") ?? 1))
        if cell.name == "table:table-cell" {
          let text = text(of: cell)
          for offset in 0..<repeated where cells.count < 200_000 {
            cells.append(
              DocumentTable.Cell(
                row: row, column: column + offset,
                rowSpan: min(1000, max(1, cell.int("table:number-rows-spanned") ?? 1)),
                columnSpan: min(1000, max(1, cell.int("table:number-columns-spanned") ?? 1)),
                isHeader: isHeader || usesFirst && row == 0 || row < styled && styled < lines.count, text: text))
          }
        }
        column += repeated
      }
      row += 1
    }
    return cells.contains { !$0.text.isEmpty } ? DocumentTable(cells: cells) : nil
  }

  /// Whether all that a row says stands in paragraphs of the style for headings of tables.
  private func isHeading(_ row: XMLNode) -> Bool {
    let paragraphs = row.children.flatMap { $0.children.filter { !$0.name.isEmpty } }.filter {
      $0.plain.contains { !$0.isWhitespace }
    }
    return !paragraphs.isEmpty
      && paragraphs.allSatisfy { paragraph in
        paragraph.name == "text:p"
          && styles.names(ofParagraph: paragraph["text:style-name"]).contains {
            $0 == "table heading" || $0 == "table_20_heading"
          }
      }
  }

  /// The text of a cell, a line each paragraph.
  private mutating func text(of cell: XMLNode) -> String {
    let before = elements
    elements = []
    read(cell)
    let text = elements.map { $0.table?.inWords ?? $0.text }.joined(separator: "\n")
    elements = before
    return text
  }

  // MARK: Words

  /// The words of a paragraph, their links, and the boxes of text that are anchored in it.
  private mutating func words(_ node: XMLNode, isCode: Bool = false) -> (String, [DocumentLink], [XMLNode]) {
    var words = ScriptedText()
    var links: [DocumentLink] = []
    var boxes: [XMLNode] = []
    add(node, nil, &words, &links, &boxes)
    if isCode { return (words.text, links, boxes) }
    let lines = words.text.split(separator: "\n").map {
      $0.split { $0 == " " || $0 == "\t" || $0 == "\u{A0}" }.joined(separator: " ")
    }
    return (lines.filter { !$0.isEmpty }.joined(separator: "\n"), links, boxes)
  }

  private mutating func add(
    _ node: XMLNode, _ role: ScriptText.Role?, _ words: inout ScriptedText, _ links: inout [DocumentLink],
    _ boxes: inout [XMLNode]
  ) {
    for child in node.children {
      switch child.name {
      case "":
        words.append(child.plain.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: " "), role)
      case "text:s": words.append(String(repeating: " ", count: min(1_000, max(1, child.int("text:c") ?? 1))), role)
      case "text:tab": words.append("\t", role)
      case "text:line-break": words.append("\n")
      case "text:span":
        let name = child["text:style-name"]
        if styles.isHidden("text", name) { continue }
        add(child, styles.role(name) ?? role, &words, &links, &boxes)
      case "text:a":
        let start = words.text.count
        add(child, role, &words, &links, &boxes)
        let text = String(words.text.dropFirst(start))
        if let url = child["xlink:href"], !text.isEmpty { links.append(DocumentLink(text: text, url: url)) }
      case "text:note":
        noteCount += 1
        let mark = child.child("text:note-citation")?.plain ?? "\(noteCount)"
        words.append("[\(mark)]")
        if let body = child.child("text:note-body") {
          let text = text(of: body)
          if !text.isEmpty { notes.append(DocumentElement(.footnote, "[\(mark)] \(text)")) }
        }
      case "text:ruby":
        if let base = child.child("text:ruby-base") { add(base, role, &words, &links, &boxes) }
        if let reading = child.child("text:ruby-text")?.plain, !reading.isEmpty { words.append("(\(reading))") }
      case "draw:frame", "draw:g", "draw:custom-shape", "draw:rect": boxes.append(child)
      case "office:annotation", "office:annotation-end", "text:soft-page-break", "text:bookmark", "text:bookmark-start",
        "text:bookmark-end", "text:change-start", "text:change-end", "text:change", "text:hidden-text",
        "text:hidden-paragraph", "office:event-listeners", "text:tracked-changes":
        break
      default: add(child, role, &words, &links, &boxes)
      }
    }
  }
}
