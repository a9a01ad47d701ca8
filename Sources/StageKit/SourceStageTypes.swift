import Foundations
import Store

/// What a source stage is given when it looks.
package struct SourceContext: Sendable {
  package let directory: String
  /// Digests of files, by size, times and inode; reads a file only when these changed.
  package let files: any FileDigests
  /// Whether only to look: nothing may be written.
  package let isPlanning: Bool
  package let jobs: Int

  package init(directory: String, files: any FileDigests, isPlanning: Bool, jobs: Int) {
    self.directory = directory
    self.files = files
    self.isPlanning = isPlanning
    self.jobs = jobs
  }
}

/// Digests of files that are read only when `stat` says that they may have changed.
package protocol FileDigests: Sendable {
  /// The digest of a file's content.
  func digest(ofFile path: String) throws -> Digest
}

/// All items that a source has now.
package struct SourceListing: Sendable {
  /// Items with unique ids, in any order.
  package var items: [Item]
  /// Files whose bytes the items refer to by digest. The engine copies them into the object store
  /// before it records the listing, and looks again when a file no longer has that digest.
  package var files: [Digest: String]
  /// Entries that could not be read: id and reason; they are quarantined.
  package var failures: [(id: String, failure: ItemFailure)]

  package init(
    items: [Item], files: [Digest: String] = [:], failures: [(id: String, failure: ItemFailure)] = []
  ) {
    self.items = items
    self.files = files
    self.failures = failures
  }
}
