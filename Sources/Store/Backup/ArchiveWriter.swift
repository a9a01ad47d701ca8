import CArchive
import Foundations
import Glibc

/// Writes a tar archive, file after file, and takes down what it wrote.
struct ArchiveWriter: ~Copyable {
  private let writer: OpaquePointer
  private let path: String
  private(set) var manifest = BackupManifest()

  /// - Parameter file: open for writing; stays with the caller.
  init(_ file: FileDescriptor, path: String, isCompressed: Bool) throws(SluiceError) {
    try ArchiveLibrary.version()
    guard let writer = carchive_create(file.raw, isCompressed ? 1 : 0) else {
      throw SluiceError(.system, "libarchive cannot write \(path)")
    }
    self.writer = writer
    self.path = path
  }

  deinit { carchive_writer_free(writer) }

  private func check(_ code: Int32) throws(SluiceError) {
    guard code != 0 else { return }
    throw SluiceError(
      .system, "cannot write \(path): \(String(cString: carchive_writer_error(writer)))",
      advice: "Is there room for it? What was there before is left as it was.")
  }

  /// Adds the beginning of a file: what is appended to it meanwhile belongs to the next backup.
  /// - Parameter size: of what is meant; `nil`: all of it.
  mutating func add(_ source: String, as name: String, size wanted: Int? = nil) throws(SluiceError) {
    let file = try FileDescriptor(path: source, flags: O_RDONLY)
    var status = stat()
    guard fstat(file.raw, &status) == 0 else { throw FileSystem.systemError("look at", source) }
    let size = wanted ?? Int(status.st_size)
    let modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
    try check(carchive_begin(writer, name, Int64(size), status.st_mode & 0o777, modified))
    var hasher = DigestHasher()
    var offset = 0
    while offset < size {
      let bytes = try PackReading.read(file, source, offset, min(1 << 20, size - offset))
      guard !bytes.isEmpty else {
        throw SluiceError(
          .corrupt, "\(source) became shorter while it was backed up",
          advice: "Try again; `sluice fsck` looks after it.")
      }
      bytes.withUnsafeBytes { hasher.update($0) }
      let code = bytes.withUnsafeBytes { carchive_write(writer, $0.baseAddress, $0.count) }
      try check(code)
      offset += bytes.count
    }
    manifest.files.append(BackupManifest.File(path: name, size: size, sha256: hasher.finalize()))
  }

  /// Adds bytes that are not in the manifest: the manifest itself.
  mutating func add(_ bytes: [UInt8], as name: String) throws(SluiceError) {
    try check(carchive_begin(writer, name, Int64(bytes.count), 0o644, Int64(clamping: Timestamp.now.seconds * 1e9)))
    let code = bytes.withUnsafeBytes { carchive_write(writer, $0.baseAddress, $0.count) }
    try check(code)
  }

  mutating func link(_ name: String, to target: String) throws(SluiceError) {
    try check(carchive_link(writer, name, target))
  }

  mutating func finish() throws(SluiceError) { try check(carchive_finish(writer)) }
}
