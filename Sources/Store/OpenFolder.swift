import Foundations
import Glibc
import Synchronization

/// A generation's folder of links that a reader has open: as long as it is held, neither a run nor `gc` removes it, nor the
/// published files that it leads to.
///
/// It is a shared lock of the kernel (flock) on the folder itself: it needs no right to write, keeps nobody from
/// publishing, and ends with the reader, however that ends.
package final class OpenFolder: Sendable {
  package let path: String
  private let folder: FileDescriptor

  /// - Returns: `nil` when the folder is gone, or is just being removed.
  package init?(_ path: String) {
    guard let folder = try? FileDescriptor(path: path, flags: O_RDONLY | O_DIRECTORY) else { return nil }
    var isHeld = flock(folder.raw, LOCK_SH | LOCK_NB) == 0
    // Who only looks whether anybody has it open holds it for an instant.
    for _ in 0..<20 where !isHeld && FileSystem.exists(path) {
      usleep(1000)
      isHeld = flock(folder.raw, LOCK_SH | LOCK_NB) == 0
    }
    guard isHeld else { return nil }
    // It may have been removed between the two.
    guard FileSystem.exists(path) else { return nil }
    self.path = path
    self.folder = folder
  }

  private static let held = Mutex<[String: OpenFolder]>([:])

  /// For who hands paths on to others that read: it stays open as long as the process lives.
  package func holdUntilTheEnd() { Self.held.withLock { $0[path] = self } }

  /// Whether somebody holds it.
  static func isOpen(_ path: String) throws(SluiceError) -> Bool {
    guard try FileSystem.status(path)?.isDirectory == true else { return false }
    let folder = try FileDescriptor(path: path, flags: O_RDONLY | O_DIRECTORY)
    return flock(folder.raw, LOCK_EX | LOCK_NB) != 0
  }

  /// Removes a folder that nobody holds; one that somebody has opened meanwhile stays.
  static func remove(_ path: String) throws(SluiceError) {
    guard try FileSystem.status(path)?.isDirectory == true else { return try FileSystem.remove(path) }
    let folder = try FileDescriptor(path: path, flags: O_RDONLY | O_DIRECTORY)
    guard flock(folder.raw, LOCK_EX | LOCK_NB) == 0 else { return }
    try FileSystem.remove(path)
  }
}
