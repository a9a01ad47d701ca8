import CSystem
import Glibc
import Synchronization

/// An open file; closed once, when asked or when let go of.
package final class FileDescriptor: Sendable {
  private let value: Atomic<Int32>

  /// Takes an open descriptor over.
  package init(_ descriptor: Int32) { value = Atomic(descriptor) }

  /// Opens a file with the flags of open(2).
  package init(path: String, flags: Int32, mode: UInt32 = 0o644) throws(SluiceError) {
    // What is made here is never somebody else's link to a file of ours.
    let isMade = flags & O_CREAT != 0
    let descriptor = csystem_open(path, isMade ? flags | O_NOFOLLOW : flags, mode)
    guard descriptor >= 0 else { throw FileSystem.systemError("open", path) }
    value = Atomic(descriptor)
    if isMade, !Self.isOurs(descriptor, path) {
      throw SluiceError(
        .system, "cannot use \(path): it belongs to another user, or is no plain file",
        advice: "Somebody who may write into this folder has put it there. Look at it, remove it, and run again.")
    }
  }

  /// The descriptor; valid until it is closed.
  package var raw: Int32 { value.load(ordering: .relaxed) }

  /// Closes it, once, however often it is called.
  package func close() {
    let descriptor = value.exchange(-1, ordering: .relaxed)
    if descriptor >= 0 { _ = Glibc.close(descriptor) }
  }

  /// Whether a file belongs to this user, or to whoever the folder that it is in belongs to.
  private static func isOurs(_ descriptor: Int32, _ path: String) -> Bool {
    var file = stat()
    var folder = stat()
    guard fstat(descriptor, &file) == 0, file.st_mode & S_IFMT == S_IFREG else { return false }
    return file.st_uid == geteuid() || stat(Path.parent(path), &folder) == 0 && file.st_uid == folder.st_uid
  }

  deinit { close() }
}
