import Foundations
import Synchronization

/// The objects that are in use, found by following references.
///
/// Records are not read one by one as they are met, but all at once, in the order in which they lie on the disk: see
/// `follow`.
struct LiveObjects {
  private let store: ObjectStore
  let table: ObjectTable
  /// What each object in a pack is kept for; `nil` for what is dead.
  private(set) var uses: [ObjectUse?]
  /// The same of objects that are in no pack.
  private var others: [Digest: ObjectUse] = [:]
  /// Whether a record in a pack was followed, or waits for it: to be in use is not yet that.
  private var isFollowed: [Bool]
  private var followed: Set<Digest> = []
  /// What records mention that only `recent` entries need, for who gives those up.
  private var mentions: [UInt32: [Digest]] = [:]
  /// Positions of records and states that are not read yet.
  private var waiting: [UInt32] = []

  init(_ store: ObjectStore, _ table: ObjectTable) {
    self.store = store
    self.table = table
    uses = Array(repeating: nil, count: table.count)
    isFollowed = Array(repeating: false, count: table.count)
  }

  func contains(_ digest: Digest) -> Bool { use(of: digest) != nil }

  /// What an object is kept for; `nil` when it is dead.
  func use(of digest: Digest) -> ObjectUse? { table.position(of: digest).map { uses[$0] } ?? others[digest] }

  func bytes(_ digest: Digest) throws -> [UInt8] { try store.get(digest) }

  private mutating func mark(_ digest: Digest, _ position: Int?, _ use: ObjectUse) {
    if let position {
      if uses[position] == nil { uses[position] = use }
    } else if others[digest] == nil {
      others[digest] = use
    }
  }

  /// Adds what is referred to; what that refers to is added by `follow`.
  mutating func add(_ reference: Reference, for use: ObjectUse) throws {
    let digest = reference.digest
    let position = table.position(of: digest)
    mark(digest, position, use)
    switch reference.kind {
    case .object: return
    case .dataset:
      guard followed.insert(digest).inserted else { return }
      let dataset = try Dataset(reading: store.get(digest))
      for entry in 0..<dataset.count { try add(Reference(.record, dataset.digest(entry)), for: use) }
    case .record, .state:
      if let position {
        guard !isFollowed[position] else { return }
        isFollowed[position] = true
        waiting.append(UInt32(position))
        return
      }
      guard followed.insert(digest).inserted else { return }
      // What cannot be read refers to nothing that could be kept for it; `fsck` is who reports it.
      // A disk that fails while it is read is another thing: then nothing may be swept.
      do {
        for mentioned in Reference.mentions(in: try store.get(digest)) {
          mark(mentioned, table.position(of: mentioned), use)
        }
      } catch  where SluiceError(wrapping: error).code == .corrupt {}
    }
  }

  /// Reads what was added and is not read yet, and adds what it mentions.
  mutating func follow() throws {
    waiting.sort()
    let found = Mutex<[(position: Int, mentioned: [Digest])]>([])
    try PackReading(table: table, layout: store.layout).forEach(waiting) { position, content in
      switch content {
      case .whole(let bytes):
        let mentioned = Reference.mentions(in: bytes)
        if !mentioned.isEmpty { found.withLock { $0.append((position, mentioned)) } }
      case .damaged: break
      case .failed(let error): throw error
      }
    }
    waiting = []
    for (position, mentioned) in found.withLock({ $0 }) {
      guard let use = uses[position] else { continue }
      for digest in mentioned { mark(digest, table.position(of: digest), use) }
      if use == .recent { mentions[UInt32(position)] = mentioned }
    }
  }

  /// All objects that only `recent` entries need among what these references lead to; each once.
  func exclusive(_ references: [Reference]) throws -> Set<Digest> {
    var found: Set<Digest> = []
    func add(_ reference: Reference) throws {
      let digest = reference.digest
      guard use(of: digest) == .recent, found.insert(digest).inserted else { return }
      switch reference.kind {
      case .object: return
      case .record, .state:
        let mentioned =
          try table.position(of: digest).map { mentions[UInt32($0)] ?? [] }
          ?? Reference.mentions(in: store.get(digest))
        for mention in mentioned { try add(Reference(.object, mention)) }
      case .dataset:
        let dataset = try Dataset(reading: store.get(digest))
        for entry in 0..<dataset.count { try add(Reference(.record, dataset.digest(entry))) }
      }
    }
    // What cannot be read leads to nothing that would be given back with it.
    for reference in references {
      do { try add(reference) } catch  where SluiceError(wrapping: error).code == .corrupt {}
    }
    return found
  }

  /// How many bytes an object takes on the disk.
  func storedSize(_ digest: Digest) throws(SluiceError) -> Int {
    if let position = table.position(of: digest) {
      return table.places[position].isPlausible ? table.places[position].length : 0
    }
    var size = 0
    for isCompressed in [true, false] {
      size += Int(try FileSystem.status(store.layout.loose(digest, isCompressed: isCompressed))?.size ?? 0)
    }
    return size
  }

  /// An object is given up.
  mutating func forget(_ digest: Digest) {
    if let position = table.position(of: digest) { uses[position] = nil } else { others[digest] = nil }
  }
}
