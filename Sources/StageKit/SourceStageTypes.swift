import Foundations
import Store

/// What a source stage is given when it looks.
package struct SourceContext: Sendable {
  /// The project: where relative paths start.
  package let directory: String
  /// Digests of files; reads a file only when its status changed.
  package let files: FileDigestCache
  package let jobs: Int

  package init(directory: String, files: FileDigestCache, jobs: Int) {
    self.directory = directory
    self.files = files
    self.jobs = jobs
  }
}

/// The outside world as a source stage saw it at one moment.
package protocol SourceView: Sendable {
  /// A digest of everything that was looked at (names, sizes, times, inodes). While it stays the same
  /// nothing changed; `nil` when that cannot be told, or the times are too fresh to be trusted.
  var fingerprint: Digest? { get }
  /// Lists all items, reading what changed.
  func list() throws -> SourceListing
}

/// All items that a source has, by the digest of the content from which each record follows.
package struct SourceListing: Sendable {
  /// Ids and content digests.
  package let contents: Dataset
  /// Entries that cannot be read, by id; they are quarantined.
  package let failures: [String: ItemFailure]
  /// Makes the record of an entry (an index into `contents`) and puts what it refers to into the
  /// store. Called only for what is new or changed, on several threads.
  ///
  /// When the content is no longer what was listed (a file was written meanwhile), it throws an
  /// `ItemFailure` that is transient.
  package let makeRecord: @Sendable (Int, any ContentStore) throws -> JSONObject

  package init(
    contents: Dataset, failures: [String: ItemFailure] = [:],
    makeRecord: @escaping @Sendable (Int, any ContentStore) throws -> JSONObject
  ) {
    self.contents = contents
    self.failures = failures
    self.makeRecord = makeRecord
  }
}
