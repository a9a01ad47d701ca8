import Foundations

/// Words that stand in a chunk, exactly there.
package struct Quote: Sendable, Hashable {
  package let chunkID: String
  package let documentID: String
  package let text: String
  /// In bytes of the chunk's text.
  package let range: Range<Int>
  /// Of the chunk's whole text, so that the range can be checked later.
  package let textDigest: Digest

  /// - Parameter range: within the chunk's text, at the borders of characters.
  package init(_ chunk: EvidenceChunk, range: Range<Int>) {
    let bytes = Array(chunk.text.utf8)
    chunkID = chunk.chunkID
    documentID = chunk.documentID
    text = String(decoding: bytes[range], as: UTF8.self)
    self.range = range
    textDigest = Digest(of: bytes)
  }

  /// As `json` wrote it; `nil` when it is none.
  package init?(_ json: JSONValue) {
    guard let chunk = json["chunk_id"]?.string, let text = json["text"]?.string, let start = json["start"]?.int,
      let end = json["end"]?.int, start >= 0, end >= start,
      let digest = json["chunk_text"]?.string.flatMap({ Digest(reference: $0) })
    else { return nil }
    chunkID = chunk
    documentID = json["document_id"]?.string ?? ""
    self.text = text
    range = start..<end
    textDigest = digest
  }

  package var json: JSONObject {
    [
      "chunk_id": .string(chunkID), "document_id": .string(documentID), "text": .string(text),
      "start": JSONValue(range.lowerBound), "end": JSONValue(range.upperBound),
      "chunk_text": .string(textDigest.description),
    ]
  }
}
