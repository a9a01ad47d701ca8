import Foundations

/// Whether objects, and records with all that they refer to, can be read; each is looked at once.
struct Wholeness {
  let store: ObjectStore
  let damaged: Set<Digest>
  private var records: [Digest: Bool] = [:]

  init(_ store: ObjectStore, damaged: Set<Digest>) {
    self.store = store
    self.damaged = damaged
  }

  /// The members of a record that refer to objects. Anything else of that form may be a text that a document
  /// quotes, or the digest of something that is no object.
  private static let referring = ["body", "space", "vector"]

  static func references(_ record: JSONObject) -> [Digest] {
    referring.compactMap { record[$0]?.string.flatMap { Digest(reference: $0) } }
  }

  func isThere(_ digest: Digest) throws -> Bool { try !damaged.contains(digest) && store.contains(digest) }

  mutating func isDatasetWhole(_ digest: Digest) throws -> Bool {
    guard try isThere(digest), let dataset = try? Dataset(reading: store.get(digest)) else { return false }
    for position in 0..<dataset.count where !(try isRecordWhole(dataset.digest(position))) { return false }
    return true
  }

  /// Whether what a source knows can be read, with all that it refers to.
  func isStateWhole(_ digest: Digest) throws -> Bool {
    guard try isThere(digest), let bytes = try? store.get(digest) else { return false }
    return try LiveObjects.references(in: bytes).allSatisfy { try isThere($0) }
  }

  mutating func isRecordWhole(_ digest: Digest) throws -> Bool {
    if let known = records[digest] { return known }
    var isWhole = try isThere(digest)
    if isWhole, let record = (try? JSONValue(parsing: store.get(digest)))?.object {
      isWhole = try Self.references(record).allSatisfy { try isThere($0) }
    }
    records[digest] = isWhole
    return isWhole
  }
}
