import Documents
import Formats
import Foundations

/// The parts of a document that become chunks: sections, tiny ones joined with their neighbours.
struct ChunkSection {
  enum Block {
    case text(String, isListItem: Bool, isCode: Bool, page: Int?)
    case table(DocumentTable, captions: [String], page: Int?)
  }

  var path: [String]
  var blocks: [Block] = []
  /// Tokens of each block.
  var counts: [Int] = []
  var tokens: Int { counts.reduce(0, +) }

  /// The sections of a document. `minimum` tokens are enough for a section of its own, and `maximum`
  /// is what joined sections may have together.
  static func of(
    _ document: ParsedDocument, minimum: Int, maximum: Int, _ counter: some TokenCounter
  ) -> [ChunkSection] {
    var sections: [ChunkSection] = []
    for var section in divide(document) {
      section.counts = section.blocks.map { count($0, counter) }
      if let last = sections.last, let joined = join(last, section, minimum, maximum, counter) {
        sections[sections.count - 1] = joined
      } else {
        sections.append(section)
      }
    }
    return sections.filter { !$0.blocks.isEmpty }
  }

  private static func count(_ block: Block, _ counter: some TokenCounter) -> Int {
    switch block {
    case .text(let text, _, _, _): counter.count(text)
    // A table has a chunk of its own: enough for a section.
    case .table: 1 << 30
    }
  }

  private static func divide(_ document: ParsedDocument) -> [ChunkSection] {
    var sections: [ChunkSection] = []
    let elements = document.elements
    for (index, element) in elements.enumerated() {
      if sections.last?.path != element.sectionPath || element.kind == .title {
        sections.append(ChunkSection(path: element.sectionPath))
      }
      let last = sections.count - 1
      switch element.kind {
      case .title:
        // The breadcrumb says it. Only a title with nothing below it must speak for itself.
        let next = index + 1 < elements.count ? elements[index + 1].sectionPath : []
        if next.count < element.sectionPath.count || !next.starts(with: element.sectionPath) {
          sections[last].blocks.append(
            .text(element.text, isListItem: false, isCode: false, page: element.page))
        }
      case .table:
        guard let table = element.table else {
          // A program of one's own that knows no cells has said what the table holds.
          if !element.text.isEmpty {
            sections[last].blocks.append(.text(element.text, isListItem: false, isCode: false, page: element.page))
          }
          continue
        }
        var captions: [String] = []
        // The caption stands before its table, or right behind it.
        if case .text(let text, _, _, _) = sections[last].blocks.last, index > 0,
          elements[index - 1].kind == .caption
        {
          captions.append(text)
          sections[last].blocks.removeLast()
        }
        if let sentence = leadIn(sections[last]) {
          captions.insert(sentence, at: 0)
          sections[last].blocks.removeLast()
        }
        sections[last].blocks.append(.table(table, captions: captions, page: element.page))
      case .caption:
        if case .table(let table, let captions, let page) = sections[last].blocks.last,
          captions.isEmpty,
          index + 1 >= elements.count || elements[index + 1].kind != .table
        {
          sections[last].blocks[sections[last].blocks.count - 1] = .table(
            table, captions: [element.text], page: page)
        } else {
          sections[last].blocks.append(
            .text(element.text, isListItem: false, isCode: false, page: element.page))
        }
      case .text, .listItem, .code, .footnote:
        sections[last].blocks.append(
          .text(
            element.text, isListItem: element.kind == .listItem, isCode: element.kind == .code,
            page: element.page))
      }
    }
    return sections
  }

  /// The short paragraph before a table that ends with a colon: it says what the table is, and goes where it goes.
  private static func leadIn(_ section: ChunkSection) -> String? {
    guard case .text(let text, false, false, _) = section.blocks.last, text.utf8.count <= 400,
      let end = text.unicodeScalars.last, end == ":" || end == "：" || end == "﹕"
    else { return nil }
    return text
  }

  /// Both as one section, when the first is tiny, both stand under one title, and together they fit.
  private static func join(
    _ first: ChunkSection, _ second: ChunkSection, _ minimum: Int, _ maximum: Int,
    _ counter: some TokenCounter
  ) -> ChunkSection? {
    guard first.tokens < minimum, first.tokens > 0 || first.blocks.isEmpty, !second.blocks.isEmpty
    else {
      // A title without text of its own says nothing that its subsections' breadcrumbs do not.
      return first.blocks.isEmpty && second.blocks.isEmpty ? second : nil
    }
    if first.blocks.isEmpty { return second }
    let common = zip(first.path, second.path).prefix { $0 == $1 }.map(\.0)
    guard !common.isEmpty, first.path.count - common.count <= 1,
      second.path.count - common.count <= 1
    else { return nil }
    var joined = ChunkSection(path: common)
    for section in [first, second] {
      let rest = section.path.dropFirst(common.count)
      if !rest.isEmpty, !startsWithTitle(section, rest) {
        let page: Int? =
          if case .text(_, _, _, let page) = section.blocks.first { page } else { nil }
        let title = ChunkLayout.path(rest)
        joined.blocks.append(.text(title, isListItem: false, isCode: false, page: page))
        joined.counts.append(counter.count(title))
      }
      joined.blocks += section.blocks
      joined.counts += section.counts
    }
    return joined.tokens <= maximum ? joined : nil
  }

  private static func startsWithTitle(_ section: ChunkSection, _ rest: ArraySlice<String>) -> Bool {
    if case .text(let text, _, _, _) = section.blocks.first { return text == rest.last }
    return false
  }
}
