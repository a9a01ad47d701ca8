import Foundations
import Glibc
import StageKit

extension Glob {
  /// A walk through folders along the parts of a pattern.
  struct Walk {
    let base: String
    var found = Found()
    /// The folders that the walk stands in, by their true paths.
    private var above: [String] = []

    init(base: String) { self.base = base }

    mutating func walk(_ prefix: String, _ parts: ArraySlice<String>) throws {
      guard let part = parts.first else { return }
      let rest = parts.dropFirst()
      let folder = prefix.isEmpty ? base : Path.join(base, prefix)
      if part == "**" {
        try walk(prefix, rest.isEmpty ? ["*"] : rest)
        for (name, isText) in try FileSystem.entries(folder) where isText && !name.hasPrefix(".") {
          let path = Self.joined(prefix, name)
          guard try isFolder(path) else { continue }
          try enter(path) { try $0.walk(path, parts) }
        }
        return
      }
      guard Glob.isPattern(part) else { return try visit(Self.joined(prefix, part), part, rest, isNamed: true) }
      guard FileSystem.exists(folder) else { return }
      for (name, isText) in try FileSystem.entries(folder) where fnmatch(part, name, FNM_PERIOD) == 0 {
        let path = Self.joined(prefix, name)
        if isText {
          try visit(path, name, rest, isNamed: false)
        } else {
          found.failures[path] = ItemFailure(
            kind: "bad_name", message: "\(path): the name of the file is not UTF-8, so it can have no id; rename it")
        }
      }
    }

    private static func joined(_ prefix: String, _ name: String) -> String {
      prefix.isEmpty ? name : prefix.hasSuffix("/") ? prefix + name : prefix + "/" + name
    }

    private mutating func visit(_ path: String, _ name: String, _ rest: ArraySlice<String>, isNamed: Bool) throws {
      let status: FileSystem.Status
      do throws(SluiceError) {
        guard let known = try FileSystem.status(Path.join(base, path)) else {
          // Whether there is nothing at all, or a link to nothing.
          if let target = FileSystem.linkTarget(Path.join(base, path)), rest.isEmpty {
            found.failures[path] = ItemFailure(
              kind: "dangling_link", message: "\(path) is a link to \(target), which does not exist", isTransient: true)
          }
          return
        }
        status = known
      } catch {
        if rest.isEmpty { found.failures[path] = ItemFailure(kind: "unreadable", message: error.message) }
        return
      }
      if !rest.isEmpty {
        if status.isDirectory { try enter(path) { try $0.walk(path, rest) } }
      } else if status.isRegular {
        if !isNamed && Glob.isLeftover(name) {
          found.passedOver.append(path)
        } else {
          found.files.append(Match(path: path, status: status))
        }
      }
    }

    private func isFolder(_ path: String) throws -> Bool {
      // A link to itself is no folder; where it stands for a file, `visit` says so.
      ((try? FileSystem.status(Path.join(base, path))) ?? nil)?.isDirectory == true
    }

    /// Walks on in a folder, unless the walk stands in it already: a link can lead in circles.
    private mutating func enter(_ path: String, _ body: (inout Walk) throws -> Void) throws {
      let full = Path.join(base, path)
      guard let real = Self.real(full) else { return }
      guard !above.contains(real), !(Self.real(base) ?? "").hasPrefix(real + "/"), Self.real(base) != real else {
        found.failures[path] = ItemFailure(
          kind: "link_in_circles",
          message: "\(path) is a link to a folder that it stands in itself; it was not followed")
        return
      }
      // The permissions of one folder are no reason to read none.
      guard access(full, R_OK | X_OK) == 0 else {
        found.failures[path] = ItemFailure(kind: "unreadable", message: FileSystem.systemError("list", path).message)
        return
      }
      above.append(real)
      defer { above.removeLast() }
      try body(&self)
    }

    private static func real(_ path: String) -> String? {
      guard let raw = realpath(path, nil) else { return nil }
      defer { free(raw) }
      return String(cString: raw)
    }
  }
}
