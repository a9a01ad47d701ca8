import Foundations
import SQLite
import Synchronization

/// Every stored object, read once in the order in which it lies on the disk, and held against its digest.
struct ObjectScan: Sendable {
  /// How many were read.
  let count: Int
  /// What is not what its name says, with the reason.
  let damaged: [Digest: String]
  /// What records in packs need, by the digest of the record; of those that need something.
  let needs: [Digest: [Digest]]

  private struct Found: Sendable {
    var damaged: [Digest: String] = [:]
    var needs: [Digest: [Digest]] = [:]
  }

  /// - Parameter taking: objects that are known to be damaged already, with the reason.
  init(_ table: ObjectTable, _ store: ObjectStore, taking damaged: [Digest: String] = [:]) throws {
    let found = Mutex(Found(damaged: damaged))
    let reading = PackReading(table: table, layout: store.layout)
    try reading.forEach(Array(0..<UInt32(table.count))) { position, content in
      let digest = table.digests[position]
      switch content {
      case .whole(let bytes):
        let needed = Reference.all(ofRecord: bytes).filter(\.isNeeded).map(\.digest)
        if !needed.isEmpty { found.withLock { $0.needs[digest] = needed } }
      case .damaged(let how): found.withLock { $0.damaged[digest] = "the object \(digest.short) \(how)" }
      case .failed(let error):
        found.withLock { $0.damaged[digest] = "the object \(digest.short) cannot be read: \(error.message)" }
      }
    }
    let loose = try store.looseObjects()
    try Parallel.forEach(count: loose.count, threads: Parallel.processors, grain: 1) { index in
      let object = loose[index]
      do throws(SluiceError) {
        if try store.digest(ofLoose: object) == object.digest { return }
        found.withLock {
          $0.damaged[object.digest] = "the object \(object.digest.short) has other bytes than its name says"
        }
      } catch {
        found.withLock {
          $0.damaged[object.digest] = "the object \(object.digest.short) cannot be read: \(error.message)"
        }
      }
    }
    count = table.count + loose.count
    (self.damaged, needs) = found.withLock { ($0.damaged, $0.needs) }
  }
}
