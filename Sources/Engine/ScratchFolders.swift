import Foundations
import Glibc
import Store
import Synchronization

/// The scratch folders of one run's stages, below one folder of the run's own.
///
/// Small ones are kept until the run ends: a file system that just freed very many inodes (ext4 for five seconds) makes
/// every new file wait, and a graph of ten thousand commands makes a file a millisecond.
final class ScratchFolders: Sendable {
  /// Bytes of a stage's folder that may wait, and of all that wait.
  private static let mostOfOne: Int64 = 1 << 20
  private static let mostOfAll: Int64 = 256 << 20

  private let root: String
  private let waiting = Mutex<Int64>(0)

  init(_ layout: ArtifactLayout, run: Int) { root = "\(layout.scratch)/\(getpid())-\(run)" }

  private func path(_ stage: String) -> String { root + "/" + ArtifactLayout.fileName(ofStage: stage) }

  /// Makes a stage's folder.
  func make(_ stage: String) throws -> String {
    let path = path(stage)
    try FileSystem.makeDirectory(path)
    return path
  }

  /// A stage needs its folder no longer. What stays behind is swept by gc: an error here must not fail a run whose
  /// results are safe.
  func release(_ stage: String) {
    let path = path(stage)
    if let bytes = Self.smallSize(of: path),
      waiting.withLock({ total in
        guard total + bytes <= Self.mostOfAll else { return false }
        total += bytes
        return true
      })
    {
      return
    }
    try? FileSystem.remove(path)
  }

  /// Removes all that is left.
  func removeAll() { try? FileSystem.remove(root) }

  /// The bytes of a folder that holds few, and no folders; `nil` of any other.
  private static func smallSize(of path: String) -> Int64? {
    guard let names = try? FileSystem.list(path), names.count <= 16 else { return nil }
    var total: Int64 = 0
    for name in names {
      guard let status = try? FileSystem.status("\(path)/\(name)"), status.isRegular else { return nil }
      total += status.size
    }
    return total <= mostOfOne ? total : nil
  }
}
