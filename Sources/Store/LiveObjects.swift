import Foundations

/// The objects that are in use, found by following references.
struct LiveObjects {
  private let store: ObjectStore
  private var live: Set<Digest> = []
  /// Those whose content was followed: to be in use is not yet that.
  private var followed: Set<Digest> = []

  init(_ store: ObjectStore) { self.store = store }

  func contains(_ digest: Digest) -> Bool { live.contains(digest) }
  func bytes(_ digest: Digest) throws -> [UInt8] { try store.get(digest) }

  /// Adds what is referred to, with all that it refers to.
  mutating func add(_ reference: Reference) throws {
    let digest = reference.digest
    live.insert(digest)
    switch reference.kind {
    case .object: return
    case .dataset:
      guard followed.insert(digest).inserted else { return }
      let dataset = try Dataset(reading: store.get(digest))
      for position in 0..<dataset.count { try add(Reference(.record, dataset.digest(position))) }
    case .record, .state:
      guard followed.insert(digest).inserted else { return }
      // What cannot be read refers to nothing that could be kept for it; `fsck` is who reports it.
      // A disk that fails while it is read is another thing: then nothing may be swept.
      do { live.formUnion(Reference.mentions(in: try store.get(digest))) } catch
        where SluiceError(wrapping: error).code == .corrupt
      {}
    }
  }
}
