import Foundations

/// The unit of caching, retry, progress, quarantine and deletion: a record with a stable id and the
/// digest of its canonical bytes.
package struct Item: Sendable {
  /// A URL, a path, `doc#dc06cb4ed2`: stable from run to run, unique in its dataset.
  package let id: String
  /// SHA-256 of `record.bytes`.
  package let digest: Digest
  /// What it says.
  package let record: Record

  package init(id: String, record: Record) {
    self.id = id
    self.record = record
    digest = Digest(of: record.bytes)
  }

  /// The record with the item's id in it: as programs and people are given it.
  package func named() throws(SluiceError) -> JSONObject {
    try record.object().merging(["id": .string(id)])
  }

  package init(id: String, digest: Digest, record: Record) {
    self.id = id
    self.digest = digest
    self.record = record
  }
}

/// A JSON object in its canonical serialization.
package struct Record: Sendable, Hashable {
  /// As they are stored.
  package let bytes: [UInt8]

  package init(bytes: [UInt8]) { self.bytes = bytes }
  package init(_ object: JSONObject) { bytes = object.canonicalBytes }

  /// What it says, apart from where it comes from and when: its body, text or elements; `nil` when it has none of them.
  ///
  /// With its size in bytes, as far as the record tells.
  package func content() throws(SluiceError) -> (digest: Digest, size: Int)? {
    let object = try object()
    guard let value = ["body", "text", "elements"].lazy.compactMap({ object[$0] }).first else { return nil }
    let text = value.string ?? value.canonicalText
    return (Digest(of: text), Document(members: object).bytes ?? text.utf8.count)
  }

  /// Whether it has a place for content and there is none: no body, a blank text, elements that say nothing.
  package func isEmpty() throws(SluiceError) -> Bool {
    let object = try object()
    if object["body"] != nil, let bytes = Document(members: object).bytes { return bytes == 0 }
    if let text = object["text"]?.string { return text.allSatisfy(\.isWhitespace) }
    guard let elements = object["elements"]?.array else { return false }
    return elements.allSatisfy { element in
      element["text"]?.string?.allSatisfy(\.isWhitespace) ?? (element["table"] == nil)
    }
  }

  /// The members; throws when the bytes are not a JSON object, which only a damaged store can cause.
  package func object() throws(SluiceError) -> JSONObject {
    do {
      if let object = try JSONValue(parsing: bytes).object { return object }
    } catch {
      throw SluiceError(.corrupt, "a record cannot be read: \(error)", advice: "Run `sluice fsck`.")
    }
    throw SluiceError(.corrupt, "a record is not a JSON object", advice: "Run `sluice fsck`.")
  }
}
