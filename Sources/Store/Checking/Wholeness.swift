import Foundations

/// Whether objects can be read with all that they need; each is looked at once.
struct Wholeness {
  let store: ObjectStore
  private let table: ObjectTable
  private let scan: ObjectScan
  private let loose: Set<Digest>
  private var known: [Digest: Bool] = [:]

  init(_ store: ObjectStore, _ table: ObjectTable, _ scan: ObjectScan) throws {
    self.store = store
    self.table = table
    self.scan = scan
    loose = Set(try store.looseObjects().map(\.digest))
  }

  private func isThere(_ digest: Digest) -> Bool {
    (table.position(of: digest) != nil || loose.contains(digest)) && scan.damaged[digest] == nil
  }

  mutating func areWhole(_ references: [Reference]) throws -> Bool {
    for reference in references where reference.isNeeded { if try !isWhole(reference) { return false } }
    return true
  }

  private mutating func isWhole(_ reference: Reference) throws -> Bool {
    let digest = reference.digest
    guard isThere(digest) else { return false }
    switch reference.kind {
    case .object: return true
    case .record where table.position(of: digest) != nil:
      // What it needs was found when it was read.
      return scan.needs[digest].map { $0.allSatisfy(isThere) } ?? true
    case .record, .state, .dataset: break
    }
    if let known = known[digest] { return known }
    let isWhole: Bool
    do {
      isWhole = try areWhole(Self.needs(of: reference.kind, store.get(digest)))
    } catch  where SluiceError(wrapping: error).code == .corrupt {
      isWhole = false
    }
    known[digest] = isWhole
    return isWhole
  }

  private static func needs(of kind: Reference.Kind, _ bytes: [UInt8]) throws -> [Reference] {
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
