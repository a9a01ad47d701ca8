import Foundations
import Store

/// What a source stage is given when it looks.
package struct SourceContext: Sendable {
  /// The project: where relative paths start.
  package let directory: String
  /// Digests of files; reads a file only when its status changed.
  package let files: FileDigestCache
  package let jobs: Int
  /// What a source that asks the network is given; `nil` when planning, which asks nobody and writes nothing.
  package let run: SourceRun?
  /// A directory that all runs share and that outlives them, for what may be lost at any moment; `nil`: there is none.
  package let shared: String?
  /// What this source knew of the world when it last looked under this identity (see `SourceState`).
  package let state: @Sendable (Digest) throws -> [UInt8]?
  /// What was forgotten: the source neither reads nor asks for it, and keeps nothing of it.
  package let tombstones: Tombstones

  package init(
    directory: String, files: FileDigestCache, jobs: Int, shared: String? = nil, run: SourceRun? = nil,
    tombstones: Tombstones = Tombstones(),
    state: @escaping @Sendable (Digest) throws -> [UInt8]? = { _ in nil }
  ) {
    self.tombstones = tombstones
    self.directory = directory
    self.files = files
    self.jobs = jobs
    self.shared = shared
    self.run = run
    self.state = state
  }
}

/// What a source knows of the world after a look: recorded in the transaction that records the result.
package struct SourceState: Sendable {
  /// Everything that decides what the state belongs to: another identity, another state.
  package let identity: Digest
  /// As the stage encodes it; what it refers to (`sha256:…`) lives as long as the state.
  package let bytes: [UInt8]

  package init(identity: Digest, bytes: [UInt8]) {
    self.identity = identity
    self.bytes = bytes
  }
}

/// The run in which a source looks.
package struct SourceRun: Sendable {
  package let objects: any ContentStore
  /// Whether the network is forbidden (`--frozen`).
  package let isFrozen: Bool
  /// Whether what is kept must not be taken for true (`--force`).
  package let isForced: Bool
  package let log: @Sendable (LogLevel, String) -> Void
  package let isStopping: @Sendable () -> Bool

  package init(
    objects: any ContentStore, isFrozen: Bool = false, isForced: Bool = false,
    log: @escaping @Sendable (LogLevel, String) -> Void = { _, _ in },
    isStopping: @escaping @Sendable () -> Bool = { false }
  ) {
    self.objects = objects
    self.isFrozen = isFrozen
    self.isForced = isForced
    self.log = log
    self.isStopping = isStopping
  }
}

/// The outside world as a source stage saw it at one moment.
package protocol SourceView: Sendable {
  /// A digest of everything that was looked at (names, sizes, times, inodes). While it stays the same
  /// nothing changed; `nil` when that cannot be told, or the times are too fresh to be trusted.
  var fingerprint: Digest? { get }
  /// Whether the network would have to be asked, which planning does not: what `list` gives is what is kept.
  var isDue: Bool { get }
  /// What is to be remembered of this look; `nil` when nothing is.
  var state: SourceState? { get }
  /// What is said of a list without items.
  var emptyNote: String { get }
  /// Lists all items, reading what changed.
  func list() throws -> SourceListing
}

extension SourceView {
  package var isDue: Bool { false }
  package var state: SourceState? { nil }
  package var emptyNote: String { "there is nothing: does its path match any file or row?" }
}

/// All items that a source has, by the digest of the content from which each record follows.
package struct SourceListing: Sendable {
  /// Ids and content digests.
  package let contents: Dataset
  /// Entries that cannot be read, by id; they are quarantined.
  package let failures: [String: ItemFailure]
  /// What could not be asked again, by name: for it, `contents` has what was known before. Reported like failures, but
  /// nothing is missing because of it.
  package let stale: [String: ItemFailure]
  /// Makes the record of an entry (an index into `contents`) and puts what it refers to into the
  /// store. Called only for what is new or changed, on several threads.
  ///
  /// When the content is no longer what was listed (a file was written meanwhile), it throws an
  /// `ItemFailure` that is transient.
  package let makeRecord: @Sendable (Int, any ContentStore) throws -> JSONObject

  package init(
    contents: Dataset, failures: [String: ItemFailure] = [:], stale: [String: ItemFailure] = [:],
    makeRecord: @escaping @Sendable (Int, any ContentStore) throws -> JSONObject
  ) {
    self.contents = contents
    self.failures = failures
    self.stale = stale
    self.makeRecord = makeRecord
  }
}

extension SourceListing {
  /// The listing without what was forgotten, and how many items that are.
  package func without(_ tombstones: Tombstones) -> (listing: SourceListing, left: Int) {
    if tombstones.isEmpty { return (self, 0) }
    var kept: [Int] = []
    var builder = DatasetBuilder(capacity: contents.count)
    for position in 0..<contents.count {
      let id = contents.id(position)
      if tombstones.contains(id) { continue }
      kept.append(position)
      builder.append(id: id, digest: contents.digest(position))
    }
    let failures = failures.filter { !tombstones.contains($0.key) }
    let stale = stale.filter { !tombstones.contains($0.key) }
    let left = contents.count - kept.count + self.failures.count - failures.count + self.stale.count - stale.count
    guard left > 0 else { return (self, 0) }
    let listing = SourceListing(contents: builder.build(), failures: failures, stale: stale) {
      [makeRecord, kept] index, store in
      try makeRecord(kept[index], store)
    }
    return (listing, left)
  }
}
