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
    guard let written = try? json.decoded(as: Written.self), written.start >= 0, written.end >= written.start,
      let digest = Digest(reference: written.chunkText)
    else { return nil }
    chunkID = written.chunkID
    documentID = written.documentID
    text = written.text
    range = written.start..<written.end
    textDigest = digest
  }

  package var json: JSONObject {
    JSONObject(
      encoding: Written(
        chunkID: chunkID, documentID: documentID, text: text, start: range.lowerBound, end: range.upperBound,
        chunkText: textDigest.description))
  }

  private struct Written: Codable {
    let chunkID: String
    let documentID: String
    let text: String
    let start: Int
    let end: Int
    /// The digest of the chunk's whole text, as `sha256:…`.
    let chunkText: String

    enum CodingKeys: String, CodingKey {
      case text, start, end
      case chunkID = "chunk_id"
      case documentID = "document_id"
      case chunkText = "chunk_text"
    }
  }
}
