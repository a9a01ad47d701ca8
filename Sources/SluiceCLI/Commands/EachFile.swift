import Foundations
import Store

/// The files that a person named for a command that shows what files become, one after another.
struct EachFile {
  private let paths: [String]
  private let isJSON: Bool

  /// - Throws: `.usage` for a file that is not there, before any is read.
  init(_ paths: [String], isJSON: Bool) throws {
    for path in paths { _ = try InputFile.checked(path) }
    self.paths = paths
    self.isJSON = isJSON
  }

  var areSeveral: Bool { paths.count > 1 }

  /// Does `body` for each of them. Of several files, one that cannot be read is named, and the others are shown.
  /// - Returns: the exit code.
  func run(_ body: (_ path: String, _ bytes: [UInt8]) throws -> Void) throws -> Int32 {
    var code = ExitCode.success
    for path in paths {
      do { try body(path, try FileSystem.read(path, limit: 1 << 30)) } catch {
        let error = SluiceError(wrapping: error)
        guard areSeveral, error.code != .interrupted, error.code != .missing else { throw error }
        if isJSON {
          Output.content(
            JSONValue.object([
              "file": .string(path),
              "error": ["code": .string(error.code.description), "message": .string(error.message)],
            ]).canonicalText)
        }
        Output.error("sluice: \(error.description)")
        code = error.code == .usage ? .usage : code == .usage ? code : .stageFailed
      }
    }
    return code.rawValue
  }

  /// The line above what a file of several became.
  func announce(_ path: String) {
    if areSeveral { Output.content("==> \(path) <==") }
  }
}
