import CArchive
import CSystem
import Foundations
import Glibc
import SQLite

/// Puts a backup back: into a folder beside the one that is wanted, where all is checked before it gets its name.
package struct Restore {
  /// What may stand in an archive. Links are not taken from it: they are made anew from the ledger.
  private static let folders: Set<String> = ["objects", "exports", "audit", "hosts", "runs"]

  private let file: String

  package init(_ file: String) { self.file = file }

  /// - Parameter folder: must not be there, or be empty.
  /// - Returns: how many files were put back.
  package func restore(into folder: String) throws -> Int {
    if FileSystem.exists(folder) {
      guard try FileSystem.status(folder)?.isDirectory == true, try FileSystem.list(folder).isEmpty else {
        throw SluiceError(
          .usage, "\(folder) is not empty: nothing is written over",
          advice: "Move it away first, or name another folder: sluice restore \(file) --into DIR")
      }
    }
    let temporary = Path.absolute(folder) + ".restoring"
    // Left by a restore that was killed.
    try FileSystem.remove(temporary)
    try FileSystem.makeDirectory(temporary)
    do {
      let manifest = try unpack(into: temporary)
      let layout = ArtifactLayout(root: temporary)
      try layout.create()
      try makeLinks(layout)
      let opened = try FileDescriptor(path: temporary, flags: O_RDONLY | O_DIRECTORY)
      guard csystem_syncfs(opened.raw) == 0 else { throw FileSystem.systemError("make durable", temporary) }
      guard rename(temporary, folder) == 0 else { throw FileSystem.systemError("put in place", folder) }
      try FileSystem.syncDirectory(Path.parent(Path.absolute(folder)))
      return manifest.files.count
    } catch {
      // The first error is the one to tell.
      try? FileSystem.remove(temporary)
      throw error
    }
  }

  private func damaged(_ what: String) -> SluiceError {
    SluiceError(.corrupt, "\(file) \(what)", advice: "Nothing was restored. Use another backup.")
  }

  private func unpack(into folder: String) throws -> BackupManifest {
    try ArchiveLibrary.version()
    let archive = try FileDescriptor(path: file, flags: O_RDONLY)
    var failure: UnsafeMutablePointer<CChar>?
    guard let reader = carchive_open(archive.raw, &failure) else {
      defer { free(failure) }
      throw damaged("cannot be read: \(failure.map { String(cString: $0) } ?? "there is no memory")")
    }
    defer { carchive_reader_free(reader) }
    var files: [String: BackupManifest.File] = [:]
    var manifest: BackupManifest?
    while true {
      let next = carchive_next(reader)
      guard next >= 0 else { throw damaged("is damaged: \(String(cString: carchive_reader_error(reader)))") }
      if next == 0 { break }
      guard carchive_is_file(reader) != 0 else { continue }
      let name = String(cString: carchive_path(reader))
      guard Self.isAllowed(name) else { throw damaged("is no backup of Sluice: it has a file '\(name)'") }
      if name == BackupManifest.name {
        manifest = try? JSONValue(parsing: bytes(reader)).decoded()
      } else {
        guard files[name] == nil else { throw damaged("has the file '\(name)' twice") }
        files[name] = try write(reader, name, into: folder)
      }
    }
    guard let manifest else { throw damaged("has no end: it was cut short, or is no backup of Sluice") }
    guard manifest.version <= BackupManifest.version else {
      throw damaged("was made by a newer Sluice: use that one")
    }
    for wanted in manifest.files {
      guard let found = files.removeValue(forKey: wanted.path) else { throw damaged("lacks the file '\(wanted.path)'") }
      guard found == wanted else { throw damaged("has other bytes than it should in '\(wanted.path)'") }
    }
    if let other = files.keys.min() { throw damaged("has a file that nobody backed up: '\(other)'") }
    return manifest
  }

  /// Names from outside become paths only if they stay inside.
  private static func isAllowed(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else { return false }
    return parts.count == 1
      ? name == "ledger.sqlite" || name == BackupManifest.name : folders.contains(String(parts[0]))
  }

  /// The next bytes of an entry; none at its end.
  private func read(_ reader: OpaquePointer) throws(SluiceError) -> [UInt8] {
    var got: Int64 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
      got = carchive_read(reader, buffer.baseAddress, buffer.count)
      count = max(0, Int(got))
    }
    guard got >= 0 else { throw damaged("is damaged: \(String(cString: carchive_reader_error(reader)))") }
    return bytes
  }

  private func bytes(_ reader: OpaquePointer) throws(SluiceError) -> [UInt8] {
    var all: [UInt8] = []
    while true {
      let bytes = try read(reader)
      if bytes.isEmpty { return all }
      all += bytes
    }
  }

  private func write(_ reader: OpaquePointer, _ name: String, into folder: String) throws -> BackupManifest.File {
    let path = "\(folder)/\(name)"
    try FileSystem.makeDirectory(Path.parent(path))
    let target = try FileDescriptor(path: path, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
    var hasher = DigestHasher()
    var size = 0
    while true {
      let bytes = try read(reader)
      if bytes.isEmpty { break }
      try bytes.withUnsafeBytes { raw in
        hasher.update(raw)
        try FileSystem.write(raw, to: target.raw, path)
      }
      size += bytes.count
    }
    guard fchmod(target.raw, carchive_mode(reader) & 0o777) == 0 else {
      throw FileSystem.systemError("set the permissions of", path)
    }
    return BackupManifest.File(path: name, size: size, sha256: hasher.finalize())
  }

  private func makeLinks(_ layout: ArtifactLayout) throws {
    guard FileSystem.exists(layout.ledger) else { throw damaged("has no ledger") }
    let connection = try Ledger.openForWriting(layout)
    for generation in try PublishedLinks.all(connection) {
      let links = GenerationLinks(line: generation.line, layout: layout)
      try links.make(generation.number, generation.exports)
      if generation.isCurrent { try links.turn(to: generation.number) }
    }
  }
}
