import Foundations
import Glibc

/// Finds files by a pattern of fnmatch(3) parts, with `**` for any number of folders.
struct Glob {
  struct Match {
    /// As seen from the base directory.
    let path: String
    let status: FileSystem.Status
  }

  static func isPattern(_ text: String) -> Bool {
    text.utf8.contains { [UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "[")].contains($0) }
  }

  /// All regular files, sorted by path. A folder stands for all files below it; files and folders that
  /// begin with a dot are found only when the pattern says so.
  static func files(_ pattern: String, in base: String) throws -> [Match] {
    var matches: [Match] = []
    var parts = pattern.split(separator: "/").map(String.init)
    let root = pattern.hasPrefix("/") ? "/" : ""
    if let status = try isPattern(pattern) ? nil : FileSystem.status(Path.join(base, pattern)) {
      if status.isRegular { return [Match(path: pattern, status: status)] }
      if status.isDirectory { parts.append(contentsOf: ["**", "*"]) }
    }
    try walk(root, parts[...], base, &matches)
    matches.sort { ExactText($0.path) < ExactText($1.path) }
    // `**` can lead to one file in several ways.
    return matches.enumerated().filter {
      $0.offset == 0 || ExactText(matches[$0.offset - 1].path) != ExactText($0.element.path)
    }.map(\.element)
  }

  private static func walk(
    _ prefix: String, _ parts: ArraySlice<String>, _ base: String, _ matches: inout [Match]
  ) throws {
    guard let part = parts.first else { return }
    let rest = parts.dropFirst()
    func joined(_ name: String) -> String {
      prefix.isEmpty ? name : prefix.hasSuffix("/") ? prefix + name : prefix + "/" + name
    }
    func visit(_ name: String) throws {
      let path = joined(name)
      guard let status = try FileSystem.status(Path.join(base, path)) else { return }
      if rest.isEmpty {
        if status.isRegular { matches.append(Match(path: path, status: status)) }
      } else if status.isDirectory {
        try walk(path, rest, base, &matches)
      }
    }
    if part == "**" {
      try walk(prefix, rest.isEmpty ? ["*"] : rest, base, &matches)
      let folder = prefix.isEmpty ? base : Path.join(base, prefix)
      for name in try FileSystem.list(folder) where !name.hasPrefix(".") {
        let path = joined(name)
        // Links to folders are not followed here: they can lead in circles.
        if try isRealDirectory(Path.join(base, path)) { try walk(path, parts, base, &matches) }
      }
      return
    }
    guard isPattern(part) else { return try visit(part) }
    let folder = prefix.isEmpty ? base : Path.join(base, prefix)
    guard FileSystem.exists(folder) else { return }
    for name in try FileSystem.list(folder) where fnmatch(part, name, FNM_PERIOD) == 0 {
      try visit(name)
    }
  }

  private static func isRealDirectory(_ path: String) throws -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
