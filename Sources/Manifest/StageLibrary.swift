import CBuiltinStages
import Foundations
import Synchronization

/// The stage definitions that pipeline files can name: those of the project's `stages/`, and the
/// built-in ones for all other names.
package final class StageLibrary: Sendable {
  private let directory: String?
  private let loaded = Mutex<[String: Result<StageDefinition, Diagnostics>]>([:])

  /// - Parameter directory: the project's `stages/`, if there is one.
  package init(directory: String?) { self.directory = directory }

  /// The built-in files by name.
  package static let builtinFiles: [String: [UInt8]] = {
    var count = 0
    guard let files = builtin_stage_files(&count) else { return [:] }
    var result: [String: [UInt8]] = [:]
    for index in 0..<count {
      let file = files[index]
      result[String(cString: file.name)] = Array(
        UnsafeBufferPointer(start: file.bytes, count: file.length))
    }
    return result
  }()

  /// All names that `uses:` may give, sorted.
  package var names: [String] {
    var names = Set(
      Self.builtinFiles.keys.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) })
    if let directory, let files = try? FileSystem.list(directory) {
      names.formUnion(files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) })
    }
    return names.sorted()
  }

  /// The definition of a name, or `nil` when there is none.
  package func definition(_ name: String) throws -> StageDefinition? {
    if let known = loaded.withLock({ $0[name] }) { return try known.get() }
    guard let (source, prompt) = try source(name) else { return nil }
    let result = Result { () throws(Diagnostics) in
      try StageDefinitionReader.read(source, name: name, prompt: prompt)
    }
    loaded.withLock { $0[name] = result }
    return try result.get()
  }

  private func source(_ name: String) throws -> (SourceText, (String) -> String?)? {
    guard !name.contains("/"), !name.hasPrefix(".") else { return nil }
    if let directory {
      let path = Path.join(directory, name + ".yaml")
      if FileSystem.exists(path) {
        let source = SourceText(
          name: path, bytes: try FileSystem.read(path, limit: YAMLReader.maxBytes))
        return (
          source,
          { prompt in
            let file = Path.join(directory, prompt + ".prompt.md")
            guard let bytes = try? FileSystem.read(file, limit: 1 << 20) else {
              return Self.builtinPrompt(prompt)
            }
            return String(decoding: bytes, as: UTF8.self)
          }
        )
      }
    }
    guard let bytes = Self.builtinFiles[name + ".yaml"] else { return nil }
    return (SourceText(name: "built-in stages/\(name).yaml", bytes: bytes), Self.builtinPrompt)
  }

  private static func builtinPrompt(_ name: String) -> String? {
    builtinFiles[name + ".prompt.md"].map { String(decoding: $0, as: UTF8.self) }
  }
}
