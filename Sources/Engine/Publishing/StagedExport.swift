import CSystem
import Foundations
import Glibc
import Store
import Synchronization

/// A folder of published files that is written and not yet in its place.
struct StagedExport: Sendable {
  /// With more exports than this it is cheaper to sync the whole file system once than each file.
  private static let manyExports = 32

  /// The folder's name below `exports/`.
  let name: String
  let temporary: String
  private let target: String

  init(_ name: String, target: String) {
    self.name = name
    self.target = target
    temporary = Path.temporaryName(besides: target)
  }

  /// Removes what is still under the temporary name.
  func discard() {
    // What cannot be removed now is swept by gc.
    if FileSystem.exists(temporary) { try? FileSystem.remove(temporary) }
  }

  private typealias Written = (name: String, digest: Digest, status: FileSystem.Status)

  /// Makes the files read-only and, if asked, durable.
  private func settle(syncs: Bool) throws -> [Written] {
    var files: [Written] = []
    for name in try FileSystem.list(temporary) {
      let path = Path.join(temporary, name)
      guard chmod(path, 0o444) == 0 else { throw FileSystem.systemError("make read-only", path) }
      if syncs {
        let file = try FileDescriptor(path: path, flags: O_RDONLY)
        guard fsync(file.raw) == 0 else { throw FileSystem.systemError("make durable", path) }
      }
      let (digest, status) = try FileSystem.digest(ofFile: path)
      files.append((name, digest, status))
    }
    if syncs { try FileSystem.syncDirectory(temporary) }
    return files
  }

  /// Makes all of them durable and read-only and renames them; nothing is renamed before its bytes are safe.
  /// Returns what was put into each.
  static func putInPlace(_ exports: [StagedExport], folder: String) throws -> [(export: String, files: [ExportedFile])]
  {
    if exports.isEmpty { return [] }
    let isMany = exports.count > manyExports
    let written = Mutex([[Written]](repeating: [], count: exports.count))
    try Parallel.forEach(count: exports.count, threads: Parallel.processors, grain: 16) { index in
      let files = try exports[index].settle(syncs: !isMany)
      written.withLock { $0[index] = files }
    }
    if isMany {
      let directory = try FileDescriptor(path: folder, flags: O_RDONLY | O_DIRECTORY)
      guard csystem_syncfs(directory.raw) == 0 else { throw FileSystem.systemError("make durable", folder) }
    }
    for export in exports where rename(export.temporary, export.target) != 0 {
      // Another run may have made the same export meanwhile.
      guard FileSystem.exists(export.target) else { throw FileSystem.systemError("put in place", export.target) }
    }
    let now = Timestamp.now
    return zip(exports, written.withLock { $0 }).map { export, files in
      (
        export.name,
        files.map {
          ExportedFile(
            name: $0.name, digest: $0.digest, status: $0.status,
            isSettled: FileDigestCache.isSettled($0.status, at: now))
        }
      )
    }
  }
}
