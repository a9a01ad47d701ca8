import Evidence
import SearchIndex

extension EvidenceChunk {
  /// A chunk of an index.
  init(_ chunk: IndexedChunk) {
    self.init(
      chunkID: chunk.id, documentID: chunk.documentID, title: chunk.title, sectionPath: chunk.sectionPath,
      page: chunk.page, url: chunk.sourceURL, elementType: chunk.elementType, text: chunk.text)
  }
}
