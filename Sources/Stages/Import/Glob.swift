import Foundations
import Glibc
import StageKit

/// Finds files by a pattern of fnmatch(3) parts, with `**` for any number of folders.
struct Glob {
  struct Match {
    /// As seen from the base directory.
    let path: String
    let status: FileSystem.Status
  }

  /// What a pattern leads to.
  struct Found {
    /// Regular files, sorted by path.
    var files: [Match] = []
    /// What cannot be read, by path: links that lead nowhere or in circles, names that are no text.
    var failures: [String: ItemFailure] = [:]
    /// What other programs leave for themselves (`~$report.docx`): it was passed over.
    var passedOver: [String] = []
  }

  static func isPattern(_ text: String) -> Bool {
    text.utf8.contains { [UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "[")].contains($0) }
  }

  /// All regular files, sorted by path.
  static func files(_ pattern: String, in base: String) throws -> [Match] { try find(pattern, in: base).files }

  /// All that a pattern leads to. A folder stands for all files below it, also through links; files and folders that
  /// begin with a dot are found only when the pattern says so.
  static func find(_ pattern: String, in base: String) throws -> Found {
    var found = Found()
    var parts = pattern.split(separator: "/").map(String.init)
    let root = pattern.hasPrefix("/") ? "/" : ""
    if let status = try isPattern(pattern) ? nil : FileSystem.status(Path.join(base, pattern)) {
      if status.isRegular {
        found.files = [Match(path: pattern, status: status)]
        return found
      }
      if status.isDirectory { parts.append(contentsOf: ["**", "*"]) }
    }
    var walk = Walk(base: base)
    try walk.walk(root, parts[...])
    found = walk.found
    found.files.sort { ExactText($0.path) < ExactText($1.path) }
    // `**` can lead to one file in several ways.
    let files = found.files
    found.files = files.enumerated().filter {
      $0.offset == 0 || ExactText(files[$0.offset - 1].path) != ExactText($0.element.path)
    }.map(\.element)
    found.passedOver = Set(found.passedOver).sorted()
    return found
  }

  /// Whether a program keeps this file for itself while a document is open, or a file manager for its view of the folder.
  static func isLeftover(_ name: String) -> Bool {
    name.hasPrefix("~$") || name.hasPrefix(".~lock.") || ["Thumbs.db", "desktop.ini", ".DS_Store"].contains(name)
      || (name.hasPrefix("~WRL") && name.hasSuffix(".tmp"))
  }
}
