import Glibc

/// A file in memory, as long as somebody holds it.
package final class MappedFile: Sendable {
  /// Its content.
  package let bytes: SharedMemory<UInt8>
  /// In bytes.
  package let size: Int

  /// - Parameters:
  ///   - size: how much of it; may be more than it has yet, which must not be touched then.
  ///   - isShared: whether what is written there is written to the file; otherwise it can only be read.
  package init(_ file: FileDescriptor, path: String, size: Int, isShared: Bool = false) throws(SluiceError) {
    let address = mmap(
      nil, size, isShared ? PROT_READ | PROT_WRITE : PROT_READ, isShared ? MAP_SHARED : MAP_PRIVATE, file.raw, 0)
    guard let address, address != MAP_FAILED else { throw FileSystem.systemError("map", path) }
    bytes = SharedMemory(address.assumingMemoryBound(to: UInt8.self))
    self.size = size
  }

  deinit { munmap(bytes.start, size) }
}
