import Foundations
import StageKit
import Store
import Synchronization

/// The cache that stages use inside themselves, kept in the ledger.
final class LedgerCache: KeyedCache, Sendable {
  private let session: RunSession
  private let fresh = Mutex<[Digest: [UInt8]]>([:])

  init(_ session: RunSession) { self.session = session }

  func get(_ key: Digest) throws -> [UInt8]? {
    if let value = fresh.withLock({ $0[key] }) { return value }
    return try session.reader.cached(key)
  }

  func put(_ key: Digest, _ value: [UInt8]) throws {
    fresh.withLock { $0[key] = value }
    try session.recorder.record(LedgerEntries.cache(key, value, run: session.run))
  }

  func putDurably(_ key: Digest, _ value: [UInt8]) throws {
    try put(key, value)
    try session.recorder.flush()
  }
}
