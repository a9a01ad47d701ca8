import Glibc
import Synchronization

/// Paths as text; nothing here touches the disk but `absolute` and `resolved`.
package enum Path {
  /// The directory that holds `path`: `a/b` → `a`, `a` → `.`, `/` → `/`.
  package static func parent(_ path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    if slash == path.startIndex { return "/" }
    return String(path[..<slash])
  }

  /// The last part: `a/b.txt` → `b.txt`.
  package static func name(_ path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(path[path.index(after: slash)...])
  }

  /// The part after the last dot of the name, in lower case: `A/b.PDF` → `pdf`.
  package static func fileExtension(_ path: String) -> String {
    let name = name(path)
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot != name.startIndex else {
      return ""
    }
    return name[name.index(after: dot)...].lowercased()
  }

  /// `path` seen from `base`, unless it is absolute.
  package static func join(_ base: String, _ path: String) -> String {
    if path.hasPrefix("/") { return path }
    if base.isEmpty || base == "." { return path }
    if path == "." || path.isEmpty { return base }
    return base.hasSuffix("/") ? base + path : base + "/" + path
  }

  /// Where this process is.
  package static var workingDirectory: String {
    guard let raw = getcwd(nil, 0) else { return "/" }
    defer { free(raw) }
    return String(cString: raw)
  }

  /// An absolute path without `.`, `..` and doubled slashes; links are not followed.
  package static func absolute(_ path: String) -> String {
    // Bytes: a mark behind a slash would hide it.
    var parts: [String] = []
    for part in join(workingDirectory, path).utf8.split(separator: UInt8(ascii: "/")).map({ String(Substring($0)) })
    where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  private static let counter = Atomic<UInt64>(0)

  /// A name in the same directory that nobody else uses.
  package static func temporaryName(besides path: String) -> String {
    let number = counter.add(1, ordering: .relaxed).newValue
    return join(parent(path), ".\(name(path)).\(getpid()).\(MonotonicClock.now).\(number).tmp")
  }
}
