import Foundations
import Synchronization

/// Digests of files by size, times and inode: a file is read again only when one of them changed.
///
/// A file whose times are not older than the look at it by `settleTime` is never trusted: it may be
/// written again within the clock's grain (git calls such entries racily clean).
/// The cache is a convenience: it is checked by its own digest when read, and without it all files are
/// read again.
package final class FileDigestCache: Sendable {
  /// The grain of file times where the file system has fine ones, with a margin, in nanoseconds.
  package static let settleTime: Int64 = 20_000_000

  /// The grain of a file's times, as far as they show it: file systems with whole seconds (ext3, ext4 with small inodes,
  /// HFS+, many servers) or coarse fractions leave the rest zero. FAT counts in two seconds.
  private static func grain(_ status: FileSystem.Status) -> Int64 {
    for (unit, grain) in [(1_000_000_000, 2_000_000_000), (10_000_000, 20_000_000)] as [(Int64, Int64)]
    where status.modified % unit == 0 && status.changed % unit == 0 {
      return grain + settleTime
    }
    return settleTime
  }

  struct Known: Sendable {
    let status: FileSystem.Status
    let digest: Digest
  }

  private struct State: Sendable {
    /// As it was read.
    var stored: StoredFileDigests
    /// What was found out since.
    var fresh: [String: Known] = [:]
  }

  private let path: String
  private let state = Mutex<State?>(nil)

  /// - Parameter path: where the cache is kept.
  package init(path: String) { self.path = path }

  /// Whether what is known of a file with this status at this moment can be trusted later.
  package static func isSettled(_ status: FileSystem.Status, at moment: Timestamp) -> Bool {
    max(status.modified, status.changed) < Int64(clamping: moment.seconds * 1e9) - grain(status)
  }

  /// The digest of a file's content.
  package func digest(ofFile path: String) throws -> Digest {
    guard let status = try FileSystem.status(path) else {
      throw SluiceError(.badInput, "the file \(path) does not exist")
    }
    return try digest(ofFile: path, status: status)
  }

  /// The digest of a file whose status was just read.
  package func digest(ofFile path: String, status: FileSystem.Status) throws -> Digest {
    let known = state.withLock { state -> Known? in
      if state == nil { state = State(stored: StoredFileDigests(path: self.path)) }
      return state?.fresh[path] ?? state?.stored.find(path)
    }
    if let known, known.status == status { return known.digest }
    if status.isDirectory {
      throw SluiceError(.badInput, "\(path) is a directory, a file was expected")
    }
    guard status.isRegular else {
      throw SluiceError(.badInput, "\(path) is not a regular file")
    }
    let moment = Timestamp.now
    let (digest, after) = try FileSystem.digest(ofFile: path)
    if after == status && Self.isSettled(status, at: moment) {
      state.withLock { state in
        state?.fresh[path] = Known(status: status, digest: digest)
      }
    }
    return digest
  }

  /// Writes the cache when it changed. It need not be durable, only whole.
  package func save() throws {
    let changed = state.withLock { state -> State? in
      // A few files are sooner read again than the whole cache is written.
      guard let current = state, current.fresh.count > min(32, current.stored.count / 50) else { return nil }
      defer { state?.fresh = [:] }
      return state
    }
    guard let changed else { return }
    try FileSystem.writeReplaceable(changed.stored.merged(with: changed.fresh), to: path)
  }
}
