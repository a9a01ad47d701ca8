import Foundations
import StageKit
import Store
import Synchronization

/// Finds what a command line runs: the program, and every file of the project that it names. Their
/// content is part of the key: a changed script is a changed stage.
enum CommandPrograms {
  private static let found = Mutex<[String: String?]>([:])

  /// Digests by name as written.
  static func digests(
    _ template: CommandLineTemplate, inputs: [String], configuration: StageConfiguration
  ) throws -> JSONObject {
    var digests = JSONObject()
    let words = template.words
    for (index, word) in words.enumerated() {
      guard let path = path(word, isProgram: index == 0, in: configuration.directory) else {
        continue
      }
      digests[word] = .string(try configuration.files.digest(ofFile: path).hex)
    }
    for input in inputs {
      let path = Path.join(configuration.directory, input)
      guard let status = try FileSystem.status(path) else {
        throw SluiceError(
          .usage, "the input file '\(input)' does not exist",
          advice: "'inputs' are files, seen from the project.")
      }
      if status.isDirectory {
        throw SluiceError(
          .usage, "the input '\(input)' is a directory; 'inputs' must be files",
          advice: "An `import` stage reads folders.")
      }
      digests[input] = .string(try configuration.files.digest(ofFile: path, status: status).hex)
    }
    return digests
  }

  private static func path(_ word: String, isProgram: Bool, in directory: String) -> String? {
    let local = Path.join(directory, word)
    if word.contains("/") || !isProgram {
      guard let status = try? FileSystem.status(local), status.isRegular else { return nil }
      return local
    }
    return found.withLock { found in
      if let known = found[word] { return known }
      let path = (Environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").lazy
        .map { "\($0)/\(word)" }.first { (try? FileSystem.status($0))??.isRegular == true }
      found[word] = .some(path)
      return path
    }
  }
}
