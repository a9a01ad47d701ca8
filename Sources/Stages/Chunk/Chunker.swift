import Documents
import Formats
import Foundations
import StageKit

/// Splits a document into chunks.
struct Chunker<Counter: TokenCounter> {
  let counter: Counter
  /// Tokens, breadcrumb included.
  let maximum: Int
  let overlap: Int
  let minimum: Int
  /// Tokens up to which a table stays whole.
  let wholeTable: Int

  init(counter: Counter, maximum: Int, overlap: Int, minimum: Int, wholeTable: Int? = nil) {
    self.counter = counter
    self.maximum = maximum
    self.overlap = min(overlap, maximum / 2)
    self.minimum = min(minimum, maximum / 2)
    self.wholeTable = max(maximum, wholeTable ?? maximum)
  }

  /// The chunks in order. `name` stands in the breadcrumb of text that is under no title; `nil`: nothing does.
  func chunks(_ document: ParsedDocument, name: String?) -> [ChunkDraft] {
    var said: Set<String> = []
    return ChunkSection.of(document, minimum: minimum, maximum: maximum * 3 / 4, counter).flatMap {
      chunks($0, name, &said)
    }
  }

  /// What a document is called, for text that stands before its first heading: its title, unless that is one of its
  /// headings. The name of its file is none.
  static func name(of document: ParsedDocument) -> String? {
    guard let title = document.title, !title.isEmpty,
      !document.elements.contains(where: { $0.kind == .title && $0.text == title })
    else { return nil }
    return title
  }

  /// - Parameter said: titles that do not fit into breadcrumbs and stand in a chunk already.
  private func chunks(_ section: ChunkSection, _ name: String?, _ said: inout Set<String>) -> [ChunkDraft] {
    let path = section.path.isEmpty ? name.map { [$0] } ?? [] : section.path
    let head = path.isEmpty ? "" : breadcrumb(path)
    let packer = ChunkPacker(
      counter: counter, prefix: ChunkLayout.textPrefix(head: head), maximum: maximum, overlap: overlap)
    var chunks: [ChunkDraft] = []
    var pieces: [ChunkPiece] = []
    func flush() {
      for packed in packer.pack(pieces) {
        chunks.append(
          ChunkDraft(
            kind: packed.isCode ? .code : .text, sectionPath: section.path, text: packed.text, tokens: packed.tokens,
            page: packed.page))
      }
      pieces = []
    }
    func add(_ text: String, page: Int?) {
      pieces.append(
        ChunkPiece(
          text: text, tokens: counter.count(text), grain: .paragraph, separator: "\n\n", isCode: false, page: page))
    }
    // Titles that the breadcrumb leaves out or cuts stand in the text, once.
    for title in path {
      let line = Self.line(title)
      if !head.contains(line), said.insert(line).inserted { add(line, page: nil) }
    }
    var afterItem = false
    for (index, block) in section.blocks.enumerated() {
      switch block {
      case .text(let text, let isListItem, let isCode, let page):
        pieces.append(
          ChunkPiece(
            text: text, tokens: section.counts[index], grain: .paragraph,
            separator: isListItem && afterItem ? "\n" : "\n\n", isCode: isCode, page: page))
        afterItem = isListItem
      case .table(let table, let captions, let page):
        let splitter = TableSplitter(counter: counter, maximum: maximum, whole: wholeTable, overlap: overlap)
        let made = splitter.chunks(table, head: head, captions: captions)
        for caption in made.unsaid { add(caption, page: page) }
        flush()
        afterItem = false
        chunks += made.parts.map { part in
          ChunkDraft(
            kind: .table, sectionPath: section.path, text: part.text,
            tokens: counter.count(part.text), page: page,
            table: part.table)
        }
      }
    }
    flush()
    return chunks
  }

  private static func line(_ title: String) -> String {
    title.split(whereSeparator: { $0 == "\n" }).joined(separator: " ")
  }

  /// `Section: A -> B`, at most a third of a chunk: of a longer one the middle goes, then the end.
  private func breadcrumb(_ path: [String]) -> String {
    func line(_ parts: [String]) -> String { ChunkLayout.breadcrumb(ChunkLayout.path(parts.map(Self.line))) }
    var parts = path
    while parts.count > 1, counter.count(line(parts)) > maximum / 3 {
      parts.remove(at: parts.count > 2 ? parts.count / 2 : 0)
    }
    var text = line(parts)
    while counter.count(text) > maximum / 3, text.utf8.count > 16 {
      text = String(text.prefix(text.count * 3 / 4))
    }
    return text
  }
}
