import Foundations
import SQLite

/// A published file as it was when it was put in its place.
package struct ExportedFile: Sendable {
  /// Within its export.
  package var name: String
  /// Of its content.
  package var digest: Digest
  /// In bytes.
  package var size: Int64
  /// Nanoseconds since 1970, as the file system has them.
  package var modified: Int64
  /// Nanoseconds since 1970 of the last change of its inode.
  package var changed: Int64
  /// Tells a file that was put in its place from the one that was written.
  package var inode: UInt64

  /// - Parameter isSettled: whether its times can be trusted from now on; if not, the next look reads the file.
  package init(name: String, digest: Digest, status: FileSystem.Status, isSettled: Bool) {
    self.name = name
    self.digest = digest
    size = status.size
    modified = status.modified
    changed = isSettled ? status.changed : 0
    inode = status.inode
  }

  static let columns = "file, digest, size, modified, changed, inode"

  init?(_ row: SQLiteStatement, from column: Int32) {
    guard let digest = row.optionalDigest(column + 1), let name = row.optionalText(column) else { return nil }
    self.name = name
    self.digest = digest
    size = Int64(row.int(column + 2))
    modified = Int64(row.int(column + 3))
    changed = Int64(row.int(column + 4))
    inode = UInt64(bitPattern: Int64(row.int(column + 5)))
  }

  /// Whether a file with this status is surely the one that was put there.
  package func isUntouched(_ status: FileSystem.Status) -> Bool {
    status.isRegular && status.size == size && status.modified == modified && status.changed == changed
      && status.inode == inode
  }
}
