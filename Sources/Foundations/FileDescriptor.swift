import CSystem
import Glibc
import Synchronization

/// An open file; closed once, when asked or when let go of.
package final class FileDescriptor: Sendable {
  private let value: Atomic<Int32>

  package init(_ descriptor: Int32) { value = Atomic(descriptor) }

  /// Opens a file with the flags of open(2).
  package init(path: String, flags: Int32, mode: UInt32 = 0o644) throws(SluiceError) {
    let descriptor = csystem_open(path, flags, mode)
    guard descriptor >= 0 else { throw FileSystem.systemError("open", path) }
    value = Atomic(descriptor)
  }

  package var raw: Int32 { value.load(ordering: .relaxed) }

  package func close() {
    let descriptor = value.exchange(-1, ordering: .relaxed)
    if descriptor >= 0 { _ = Glibc.close(descriptor) }
  }

  deinit { close() }
}
