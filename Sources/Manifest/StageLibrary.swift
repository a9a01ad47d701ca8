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
    var files = Array(Self.builtinFiles.keys)
    if let directory { files += (try? FileSystem.list(directory)) ?? [] }
    return Set(files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.filter { !$0.contains(".") })
      .sorted()
  }

  /// The definition of a name, or `nil` when there is none.
  package func definition(_ name: String) throws -> StageDefinition? { try definition(name, within: []) }

  /// - Parameter open: the definitions that include this one.
  private func definition(_ name: String, within open: [String]) throws -> StageDefinition? {
    if let known = loaded.withLock({ $0[name] }) { return try known.get() }
    guard !name.contains("."), let source = try file("\(name).yaml") else { return nil }
    let result = Result { () throws(Diagnostics) in
      try StageDefinitionReader.read(
        source, name: name,
        StageDefinitionReader.Surroundings(
          prompt: { prompt in self.prompt(prompt) },
          parameters: { (included) throws(Diagnostics) in try self.parameters(included, within: open + [name], source) }
        ))
    }
    // One that stands in a circle is read again by itself.
    if open.isEmpty { loaded.withLock { $0[name] = result } }
    return try result.get()
  }

  private func parameters(_ name: String, within open: [String], _ source: SourceText) throws(Diagnostics)
    -> [ParameterDeclaration]?
  {
    if open.contains(name) {
      let circle = (open + [name]).joined(separator: " → ")
      throw Diagnostics([
        Diagnostic(source, SourcePosition(line: 1, column: 1), "stages include one another in a circle: \(circle)")
      ])
    }
    do {
      if let file = try file("\(name).parameters.yaml") { return try StageDefinitionReader.readParameters(file) }
      return try definition(name, within: open)?.parameters
    } catch let error as Diagnostics {
      throw error
    } catch {
      throw Diagnostics([
        Diagnostic(source, SourcePosition(line: 1, column: 1), "\(name): \(SluiceError(wrapping: error).message)")
      ])
    }
  }

  /// A file of the project, or else the built-in one.
  private func file(_ name: String) throws -> SourceText? {
    guard !name.contains("/"), !name.hasPrefix(".") else { return nil }
    if let directory {
      let path = Path.join(directory, name)
      if FileSystem.exists(path) {
        return SourceText(name: path, bytes: try FileSystem.read(path, limit: YAMLReader.maxBytes))
      }
    }
    return Self.builtinFiles[name].map { SourceText(name: "built-in stages/\(name)", bytes: $0) }
  }

  private func prompt(_ name: String) -> String? {
    let file = name + ".prompt.md"
    let own = directory.flatMap { try? FileSystem.read(Path.join($0, file), limit: 1 << 20) }
    return (own ?? Self.builtinFiles[file]).map { String(decoding: $0, as: UTF8.self) }
  }
}
