import Foundations
import TestSupport
import Testing

@testable import Manifest

/// What is expected at a mark.
struct Expected: Sendable {
  let mark: Character
  let message: String
  let hint: String

  init(_ mark: Character, _ message: String, hint: String = "") {
    self.mark = mark
    self.message = message
    self.hint = hint
  }
}

/// Reads pipeline texts and compares the diagnostics.
enum Findings {
  static func read(_ text: String, set: [String] = [], stages: String? = nil) throws -> Pipeline {
    try read(Array(text.utf8), set: set, stages: stages)
  }

  static func read(_ bytes: [UInt8], set: [String] = [], stages: String? = nil) throws -> Pipeline {
    let overrides = try set.map { try ParameterOverride(parsing: $0) }
    let reader = PipelineReader(
      library: StageLibrary(directory: stages), overrides: overrides, hasEnvironment: { $0 == "KEY" })
    return try reader.read(SourceText(name: "p.yaml", bytes: bytes), directory: "/tmp")
  }

  /// All diagnostics of a text; none when it is right.
  static func all(_ bytes: [UInt8], set: [String] = [], stages: String? = nil) -> [Diagnostic] {
    do {
      _ = try read(bytes, set: set, stages: stages)
      return []
    } catch let error as Diagnostics {
      return error.all
    } catch {
      Issue.record("neither a pipeline nor diagnostics: \(error)")
      return []
    }
  }

  /// Expects exactly these findings, each at its mark.
  static func expect(
    _ marked: String, set: [String] = [], stages: String? = nil, _ expected: Expected...,
    location: SourceLocation = #_sourceLocation
  ) {
    let source = MarkedText(marked)
    let found = all(Array(source.text.utf8), set: set, stages: stages)
    func line(_ position: SourcePosition, _ message: String, _ hint: String) -> String {
      "\(position.line):\(position.column): \(message)" + (hint.isEmpty ? "" : " [\(hint)]")
    }
    #expect(
      found.map { line($0.position, $0.message, $0.hint) }.sorted()
        == expected.map { line(source.place($0.mark), $0.message, $0.hint) }.sorted(), sourceLocation: location)
  }

  /// A pipeline with a good first stage; `stages` are lines without their indentation.
  static func pipeline(_ stages: String...) -> String {
    "pipeline: p\nstages:\n  src: {uses: import, with: {path: a.csv}}\n" + stages.map { "  \($0)\n" }.joined()
  }
}
