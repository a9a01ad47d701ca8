import Foundations
import Glibc
import Synchronization

/// Watches which files of a project are opened, by whomever (inotify): it needs no rights and no other program.
///
/// Folders that appear meanwhile are not watched, nor what lies outside the project.
final class OpenedFiles: Sendable {
  /// A project with more folders is not watched whole.
  private static let mostFolders = 4000

  private let root: String
  private let watch: FileDescriptor
  private let folders: [Int32: String]

  /// - Parameter leavingOut: folders that are not looked into: artifacts.
  /// - Returns: `nil` when the kernel has no room for more watches.
  init?(_ root: String, leavingOut: String) {
    let descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    guard descriptor >= 0 else { return nil }
    watch = FileDescriptor(descriptor)
    self.root = root
    var folders: [Int32: String] = [:]
    var waiting = [root]
    while let folder = waiting.popLast(), folders.count < Self.mostFolders {
      let number = inotify_add_watch(descriptor, folder, UInt32(IN_OPEN) | UInt32(IN_ONLYDIR) | UInt32(IN_DONT_FOLLOW))
      guard number >= 0 else { continue }
      folders[number] = folder
      for name in (try? FileSystem.list(folder)) ?? [] where !name.hasPrefix(".") {
        let path = "\(folder)/\(name)"
        if path != leavingOut, FileSystem.linkTarget(path) == nil, (try? FileSystem.status(path))??.isDirectory == true
        {
          waiting.append(path)
        }
      }
    }
    self.folders = folders
  }

  /// The files that were opened since the last call, seen from the project.
  func take() -> Set<String> {
    var found: Set<String> = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(watch.raw, &buffer, buffer.count)
      guard count > 0 else { return found }
      var start = 0
      while start + 16 <= count {
        let (number, mask, length) = buffer.withUnsafeBytes { raw in
          (
            raw.loadUnaligned(fromByteOffset: start, as: Int32.self),
            raw.loadUnaligned(fromByteOffset: start + 4, as: UInt32.self),
            Int(raw.loadUnaligned(fromByteOffset: start + 12, as: UInt32.self))
          )
        }
        let name = buffer[(start + 16)..<min(count, start + 16 + length)].prefix { $0 != 0 }
        start += 16 + length
        guard let folder = folders[number], !name.isEmpty, mask & UInt32(IN_ISDIR) == 0 else { continue }
        found.insert(String("\(folder)/\(String(decoding: name, as: UTF8.self))".dropFirst(root.utf8.count + 1)))
      }
    }
  }
}
