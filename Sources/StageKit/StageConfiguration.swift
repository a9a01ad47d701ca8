import Foundations
import Store

/// A stage of a pipeline file after all checks: what a stage is made from.
package struct StageConfiguration: Sendable {
  /// The name in the pipeline.
  package let name: String
  /// The kind that its definition names.
  package let kind: String
  package let parameters: Parameters
  /// The prompts beside the definition, by file name without `.md`.
  package let prompts: [String: String]
  /// The project's directory.
  package let directory: String
  /// Digests of files that shape the output (programs, tables), cached by their status.
  package let files: FileDigestCache

  package init(
    name: String, kind: String, parameters: Parameters, prompts: [String: String],
    directory: String,
    files: FileDigestCache
  ) {
    self.files = files
    self.name = name
    self.kind = kind
    self.parameters = parameters
    self.prompts = prompts
    self.directory = directory
  }

  /// What a model is told before what it is asked; nothing, where a definition of one's own names no such prompt.
  package func prompt(_ name: String) -> String { prompts[name, default: ""] }
}

/// Checked parameters with defaults filled in. Durations are seconds, sizes bytes, shares 0 to 1.
package struct Parameters: Sendable {
  /// By name.
  package let values: JSONObject

  package init(_ values: JSONObject) { self.values = values }

  private func need<T>(_ name: String, _ value: T?) throws(SluiceError) -> T {
    if let value { return value }
    throw Self.misfit(name)
  }

  private static func misfit(_ name: String) -> SluiceError {
    SluiceError(
      .usage, "the parameter \(name) is missing or of another type than the stage expects",
      advice:
        "The stage's definition in stages/ does not fit the program: compare it with the built-in one."
    )
  }

  /// The parameters as a type whose members are named as they are.
  package func decoded<T: Decodable>(as type: T.Type = T.self) throws(SluiceError) -> T {
    do throws(JSONMismatch) { return try values.decoded(as: type) } catch { throw Self.misfit(error.path) }
  }

  /// - Throws: `.usage` when it is not there or no text; the same for the others.
  package func string(_ name: String) throws(SluiceError) -> String {
    try need(name, values[name]?.string)
  }
  package func int(_ name: String) throws(SluiceError) -> Int { try need(name, values[name]?.int) }
  package func double(_ name: String) throws(SluiceError) -> Double {
    try need(name, values[name]?.double)
  }
  package func bool(_ name: String) throws(SluiceError) -> Bool {
    try need(name, values[name]?.bool)
  }
  package func strings(_ name: String) throws(SluiceError) -> [String] {
    try need(name, values[name]?.array?.compactMap(\.string))
  }
  /// One of the words that a type knows.
  package func choice<T: RawRepresentable>(_ name: String, of type: T.Type = T.self) throws(SluiceError) -> T
  where T.RawValue == String {
    try need(name, values[name]?.string.flatMap(T.init))
  }
  /// The same, where it may be absent.
  package func optionalChoice<T: RawRepresentable>(_ name: String, of type: T.Type = T.self) throws(SluiceError) -> T?
  where T.RawValue == String {
    values[name] == nil ? nil : try choice(name)
  }
  /// A parameter that may be absent.
  package func optionalString(_ name: String) -> String? { values[name]?.string }
  package func optionalInt(_ name: String) -> Int? { values[name]?.int }
  package func optionalDouble(_ name: String) -> Double? { values[name]?.double }
  /// `nil` where it is absent.
  package func optionalBool(_ name: String) -> Bool? { values[name]?.bool }
  /// Empty where it is absent.
  package func optionalStrings(_ name: String) -> [String] { values[name]?.array?.compactMap(\.string) ?? [] }
  /// Names with their values, such as headers; empty where it is absent.
  package func optionalMembers(_ name: String) -> [JSONObject.Member] { values[name]?.object?.members ?? [] }
}
