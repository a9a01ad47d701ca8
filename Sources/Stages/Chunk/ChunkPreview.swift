import Documents
import Foundations
import Models
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

  /// The records of a document's chunks, in the order of reading.
  package func records(_ document: ParsedDocument, id: String) -> [JSONObject] {
    let about = ChunkDocument(id: id, title: document.title, language: document.language, url: nil)
    var seen: [String: Int] = [:]
    return chunker.chunks(document, name: document.title ?? Path.name(id)).enumerated().map { index, chunk in
      let suffix = ChunkWorker<ModelTokenCounter>.suffix(chunk, &seen)
      return chunk.record(id: "\(id)#\(suffix)", index: index, limit: chunker.maximum, document: about)
    }
  }
}
