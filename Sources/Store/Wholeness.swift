import Foundations

/// Whether objects can be read with all that they need; each is looked at once.
struct Wholeness {
  let store: ObjectStore
  let damaged: Set<Digest>
  private var known: [Digest: Bool] = [:]

  init(_ store: ObjectStore, damaged: Set<Digest>) {
    self.store = store
    self.damaged = damaged
  }

  private func isThere(_ digest: Digest) throws -> Bool { try !damaged.contains(digest) && store.contains(digest) }

  mutating func areWhole(_ references: [Reference]) throws -> Bool {
    for reference in references where reference.isNeeded { if try !isWhole(reference) { return false } }
    return true
  }

  private mutating func isWhole(_ reference: Reference) throws -> Bool {
    let digest = reference.digest
    guard try isThere(digest) else { return false }
    if reference.kind == .object { return true }
    if let known = known[digest] { return known }
    let isWhole: Bool
    do {
      isWhole = try areWhole(needs(of: reference.kind, store.get(digest)))
    } catch  where SluiceError(wrapping: error).code == .corrupt {
      isWhole = false
    }
    known[digest] = isWhole
    return isWhole
  }

  private func needs(of kind: Reference.Kind, _ bytes: [UInt8]) throws -> [Reference] {
    switch kind {
    case .object: return []
    case .record: return Reference.all(ofRecord: bytes)
    case .state: return Reference.all(ofState: bytes)
    case .dataset:
      let dataset = try Dataset(reading: bytes)
      return (0..<dataset.count).map { Reference(.record, dataset.digest($0)) }
    }
  }
}
