import Foundations
import StageKit
import Store
import Synchronization

/// Finds what a command line runs: the program, and every file of the project that it names. Their
/// content is part of the key: a changed script is a changed stage.
enum CommandPrograms {
  /// Digests by directory and word, once for a process: a run is one moment.
  private static let found = Mutex<[String: Found]>([:])

  private struct Found {
    /// `nil`: the word names no file.
    let digest: String?
  }

  /// Digests by name as written.
  static func digests(
    _ template: CommandLineTemplate, inputs: [String], configuration: StageConfiguration
  ) throws -> JSONObject {
    var digests = JSONObject()
    let words = template.words
    for (index, word) in words.enumerated() {
      if let digest = try digest(word, isProgram: index == 0, configuration) {
        digests[word] = .string(digest)
      }
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

  private static func digest(_ word: String, isProgram: Bool, _ configuration: StageConfiguration) throws -> String? {
    let key = (isProgram ? "p" : "f") + word
    if let known = found.withLock({ $0[key] }) { return known.digest }
    let path = path(word, isProgram: isProgram, in: configuration.directory)
    let digest = try path.map { try configuration.files.digest(ofFile: $0).hex }
    found.withLock { $0[key] = Found(digest: digest) }
    return digest
  }

  private static func path(_ word: String, isProgram: Bool, in directory: String) -> String? {
    func isFile(_ path: String) -> Bool { (try? FileSystem.status(path))??.isRegular == true }
    if word.contains("/") || !isProgram {
      let local = Path.join(directory, word)
      return isFile(local) ? local : nil
    }
    return (Environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").map { "\($0)/\(word)" }.first(where: isFile)
  }
}
