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

  /// The chunks in order. `name` stands in the breadcrumb of text that is under no title.
  func chunks(_ document: ParsedDocument, name: String) -> [ChunkDraft] {
    ChunkSection.of(document, minimum: minimum, maximum: maximum * 3 / 4, counter).flatMap {
      chunks($0, name)
    }
  }

  private func chunks(_ section: ChunkSection, _ name: String) -> [ChunkDraft] {
    let head = breadcrumb(section.path.isEmpty ? [name] : section.path)
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
        flush()
        afterItem = false
        let splitter = TableSplitter(counter: counter, maximum: maximum, whole: wholeTable, overlap: overlap)
        chunks += splitter.chunks(
          table, head: ([head] + captions).joined(separator: "\n"), plainHead: head
        )
        .map { part in
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

  /// `Section: A -> B`, at most a third of a chunk: of a longer one the middle goes, then the end.
  private func breadcrumb(_ path: [String]) -> String {
    func line(_ parts: [String]) -> String {
      ChunkLayout.breadcrumb(
        ChunkLayout.path(parts.map { $0.split(whereSeparator: { $0 == "\n" }).joined(separator: " ") }))
    }
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
