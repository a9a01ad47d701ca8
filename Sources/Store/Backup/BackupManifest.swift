import Foundations

/// What a backup holds: the last file in its archive, by which all others are checked.
struct BackupManifest: Codable, Sendable {
  static let name = "manifest.json"
  /// Raised when an older program could not restore it.
  static let version = 1

  struct File: Codable, Sendable, Equatable {
    /// Within the archive.
    let path: String
    /// In bytes.
    let size: Int
    let sha256: Digest
  }

  var version = BackupManifest.version
  var made = Timestamp.now.rfc3339
  var files: [File] = []
}
