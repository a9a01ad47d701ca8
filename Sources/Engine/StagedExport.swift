import CSystem
import Foundations
import Glibc

/// A folder of published files that is written and not yet in its place.
struct StagedExport {
  /// With more exports than this it is cheaper to sync the whole file system once than each file.
  private static let manyExports = 32

  let temporary: String
  private let target: String

  /// Makes the empty folder.
  init(target: String) throws {
    self.target = target
    temporary = Path.temporaryName(besides: target)
    try FileSystem.makeDirectory(temporary)
  }

  /// Removes what is still under the temporary name.
  func discard() {
    // What cannot be removed now is swept by gc.
    if FileSystem.exists(temporary) { try? FileSystem.remove(temporary) }
  }

  /// Makes all of them durable and renames them; nothing is renamed before its bytes are safe.
  static func putInPlace(_ exports: [StagedExport], folder: String) throws {
    if exports.isEmpty { return }
    if exports.count > manyExports {
      let directory = try FileDescriptor(path: folder, flags: O_RDONLY | O_DIRECTORY)
      guard csystem_syncfs(directory.raw) == 0 else { throw FileSystem.systemError("make durable", folder) }
    } else {
      for export in exports {
        for name in try FileSystem.list(export.temporary) {
          let path = Path.join(export.temporary, name)
          let file = try FileDescriptor(path: path, flags: O_RDONLY)
          guard fsync(file.raw) == 0 else { throw FileSystem.systemError("make durable", path) }
        }
        try FileSystem.syncDirectory(export.temporary)
      }
    }
    for export in exports where rename(export.temporary, export.target) != 0 {
      // Another run may have made the same export meanwhile.
      guard FileSystem.exists(export.target) else { throw FileSystem.systemError("put in place", export.target) }
    }
  }
}
