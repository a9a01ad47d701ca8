import Foundations

/// Paths as people see them.
package enum ShownPath {
  /// As seen from the working directory where it lies below it.
  package static func text(_ path: String, from base: String = Path.workingDirectory) -> String {
    let absolute = Path.absolute(path)
    let start = base == "/" ? "/" : base + "/"
    return absolute.hasPrefix(start) ? String(absolute.dropFirst(start.count)) : absolute
  }
}
