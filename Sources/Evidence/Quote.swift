import Foundations

/// Words that stand in a chunk, exactly there.
package struct Quote: Sendable, Hashable {
  /// The chunk that is quoted.
  package let chunkID: String
  /// Its document.
  package let documentID: String
  /// What is quoted, to the letter.
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
    guard let quote = try? json.decoded(as: Quote.self) else { return nil }
    self = quote
  }

  /// As records have it.
  package var json: JSONObject { JSONObject(encoding: self) }
}

extension Quote: Codable {
  /// As records have it.
  private struct Record: Codable {
    let chunkID: String
    @Lenient var documentID: String?
    let text: String
    let start: Int
    let end: Int
    let textDigest: String

    enum CodingKeys: String, CodingKey {
      case text, start, end
      case chunkID = "chunk_id"
      case documentID = "document_id"
      case textDigest = "chunk_text"
    }
  }

  package init(from decoder: any Decoder) throws {
    let record = try Record(from: decoder)
    guard record.start >= 0, record.end >= record.start, let digest = Digest(reference: record.textDigest) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "has no range or no digest that can be one"))
    }
    chunkID = record.chunkID
    documentID = record.documentID ?? ""
    text = record.text
    range = record.start..<record.end
    textDigest = digest
  }

  package func encode(to encoder: any Encoder) throws {
    try Record(
      chunkID: chunkID, documentID: Lenient(wrappedValue: documentID), text: text, start: range.lowerBound,
      end: range.upperBound, textDigest: textDigest.description
    ).encode(to: encoder)
  }
}
