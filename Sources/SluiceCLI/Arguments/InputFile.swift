import Foundations

/// A file that a person named.
enum InputFile {
  /// - Returns: the path as it is.
  /// - Throws: `.usage` for what is not there: nobody can do without it, and trying again does not help.
  static func checked(_ path: String) throws -> String {
    if path != "-", !FileSystem.exists(path) {
      let folder = Path.parent(path)
      let names = (try? FileSystem.list(folder.isEmpty ? "." : folder)) ?? []
      throw SluiceError(
        .usage, "there is no file \(path)",
        advice: Suggestion.nearest(to: Path.name(path), among: names).map { "Did you mean '\(Path.join(folder, $0))'?" }
          ?? "Paths are seen from \(Path.workingDirectory).")
    }
    return path
  }
}
