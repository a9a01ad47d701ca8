import Foundations

/// The objects that are in use, found by following references.
struct LiveObjects {
  private let store: ObjectStore
  private var live: Set<Digest> = []
  /// Those whose content was followed: to be in use is not yet that.
  private var followedDatasets: Set<Digest> = []
  private var followedRecords: Set<Digest> = []
  private static let marker = Array("sha256:".utf8)

  init(_ store: ObjectStore) { self.store = store }

  func contains(_ digest: Digest) -> Bool { live.contains(digest) }
  mutating func add(_ digest: Digest) { live.insert(digest) }
  func bytes(_ digest: Digest) throws -> [UInt8] { try store.get(digest) }

  /// A dataset, its records, and what they refer to.
  mutating func addDataset(_ digest: Digest) throws {
    live.insert(digest)
    guard followedDatasets.insert(digest).inserted else { return }
    let dataset = try Dataset(reading: store.get(digest))
    for position in 0..<dataset.count { try addRecord(dataset.digest(position)) }
  }

  /// A record and what it refers to.
  mutating func addRecord(_ digest: Digest) throws {
    live.insert(digest)
    guard followedRecords.insert(digest).inserted else { return }
    // What cannot be read refers to nothing that could be kept for it; `fsck` is who reports it.
    // A disk that fails while it is read is another thing: then nothing may be swept.
    do { addReferences(in: try store.get(digest)) } catch  where SluiceError(wrapping: error).code == .corrupt {}
  }

  /// Everything of the form `sha256:<hex>` counts as a reference: one too many keeps an object, one
  /// too few would lose one.
  mutating func addReferences(in bytes: [UInt8]) { live.formUnion(Self.references(in: bytes)) }

  static func references(in bytes: [UInt8]) -> [Digest] {
    var found: [Digest] = []
    var start = 0
    while let range = ByteSearch.range(of: marker, in: bytes, from: start) {
      start = range.upperBound
      guard bytes.count >= start + 64 else { break }
      if let digest = Digest(hex: String(decoding: bytes[start..<(start + 64)], as: UTF8.self)) { found.append(digest) }
    }
    return found
  }
}
