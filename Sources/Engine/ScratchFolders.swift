import Foundations
import Glibc
import Store
import Synchronization

/// The scratch folders of one run's stages, below one folder of the run's own.
///
/// A graph of ten thousand commands would make and remove fifty thousand files and folders, which costs as much as the
/// commands. So an empty folder goes from stage to stage, each time under another name (what still runs of the stage
/// before finds it no more), and small files are only moved aside until the run ends: a file system that just freed very
/// many inodes (ext4 without a journal, for five seconds) makes every new file wait.
final class ScratchFolders: Sendable {
  private struct State {
    var made = 0
    var free: [String] = []
    /// Files that were moved aside, and their bytes.
    var aside = 0
    var bytes: Int64 = 0
  }

  /// Bytes of a stage's files that may wait, and of all that wait.
  private static let mostOfOne: Int64 = 1 << 20
  private static let mostOfAll: Int64 = 256 << 20

  private let root: String
  private let state = Mutex(State())
  /// Of a folder as it is made.
  private let mode = Mutex<UInt32?>(nil)

  init(_ layout: ArtifactLayout, run: Int) { root = "\(layout.scratch)/\(getpid())-\(run)" }

  private var asideFolder: String { "\(root)/aside" }

  /// Gives an empty folder.
  func make() throws -> String {
    let (number, free) = state.withLock { state in
      state.made += 1
      return (state.made, state.free.popLast())
    }
    let path = "\(root)/\(number)"
    if let free, rename(free, path) == 0 { return path }
    try FileSystem.makeDirectory(path)
    let made = try FileSystem.status(path)?.mode
    mode.withLock { $0 = made }
    return path
  }

  /// A folder is needed no longer. What stays behind is swept by gc: an error here must not fail a run whose results are
  /// safe.
  func release(_ path: String) {
    // What a program did to the folder itself is not for the next one.
    let isAsMade =
      ((try? FileSystem.status(path)) ?? nil).map { mode in mode.mode == self.mode.withLock { $0 } } ?? false
    if isAsMade, clear(path) { state.withLock { $0.free.append(path) } } else { try? FileSystem.remove(path) }
  }

  /// Moves a few small files aside; false: there is more than that.
  private func clear(_ path: String) -> Bool {
    guard let names = try? FileSystem.list(path), names.count <= 16 else { return false }
    if names.isEmpty { return true }
    var bytes: Int64 = 0
    for name in names {
      guard let status = try? FileSystem.status("\(path)/\(name)"), status.isRegular else { return false }
      bytes += status.size
    }
    guard bytes <= Self.mostOfOne else { return false }
    let first = state.withLock { state -> Int? in
      guard state.bytes + bytes <= Self.mostOfAll else { return nil }
      state.bytes += bytes
      defer { state.aside += names.count }
      return state.aside
    }
    guard let first else { return false }
    // Folders of some hundreds, so that several threads can remove them.
    let folder = "\(asideFolder)/\(first >> 9)"
    return names.enumerated().allSatisfy { index, name in
      let target = "\(folder)/\(first + index)"
      if rename("\(path)/\(name)", target) == 0 { return true }
      guard errno == ENOENT, (try? FileSystem.makeDirectory(folder)) != nil else { return false }
      return rename("\(path)/\(name)", target) == 0
    }
  }

  /// Removes all that is left.
  func removeAll() {
    for folder in [asideFolder, root] {
      let names = (try? FileSystem.list(folder)) ?? []
      // What cannot be removed here is swept by gc.
      try? Parallel.forEach(count: names.count, threads: min(4, Parallel.processors), grain: 1) {
        try FileSystem.remove("\(folder)/\(names[$0])")
      }
    }
    try? FileSystem.remove(root)
  }
}
