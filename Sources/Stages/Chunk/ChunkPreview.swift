import Documents
import Foundations
import Models
import StageKit
import Tokenization

/// What the chunk stage makes of one document, without a pipeline.
package struct ChunkPreview {
  private let chunker: Chunker<ModelTokenCounter>

  /// - Parameter project: the folder that models are looked for from.
  /// - Throws: `SluiceError.missing` when there is no such tokenizer.
  package init(
    maximum: Int, overlap: Int, minimum: Int, wholeTable: Int?, tokenizer: String, project: String
  ) throws {
    let directory = ModelFiles.locate(tokenizer, project: project)
    chunker = Chunker(
      counter: ModelTokenCounter(tokenizer: try Tokenizers.load(directory: directory)), maximum: maximum,
      overlap: overlap, minimum: minimum, wholeTable: wholeTable)
  }

  /// One chunk.
  package struct Entry {
    /// As the chunk stage would name it.
    package let id: String
    /// `text`, `table` or `code`.
    package let elementType: String
    /// From 1; only where the document has pages.
    package let page: Int?
    /// How many tokens its text has.
    package let tokens: Int
    /// Its whole text.
    package let text: String
    /// As the chunk stage would write it.
    package let record: Chunk
  }

  /// A document's chunks, in the order of reading.
  package func chunks(_ document: ParsedDocument, id: String) -> [Entry] {
    let about = ChunkDocument(id: id, title: document.title, language: document.language, url: nil)
    var seen: [String: Int] = [:]
    return chunker.chunks(document, name: Chunker<ModelTokenCounter>.name(of: document)).enumerated().map {
      index, draft in
      let id = "\(id)#\(ChunkWorker<ModelTokenCounter>.suffix(draft, &seen))"
      return Entry(
        id: id, elementType: draft.kind.rawValue, page: draft.page, tokens: draft.tokens, text: draft.text,
        record: draft.chunk(id: id, index: index, limit: chunker.maximum, document: about))
    }
  }
}
