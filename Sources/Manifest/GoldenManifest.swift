import Foundations

/// `golden.yaml`: which stages are held against golden files, and how.
///
/// ```yaml
/// stages:
///   chunk:    {form: normalised}
///   embed:    {cosine: 0.999, hold: 40}
///   index:    {questions: golden/questions.jsonl, drop: 0.02}
///   cluster:                     # by its type: adjusted Rand index
/// ```
package struct GoldenManifest: Sendable {
  package static let fileName = "golden.yaml"

  /// One stage that is held.
  package struct Stage: Sendable {
    package let name: String
    package let rule: GoldenRule
    /// Its line in the file.
    package let line: Int
  }

  /// Where it was read from.
  package let path: String
  /// In the order of the file.
  package let stages: [Stage]

  private enum Key: String, MappingKey {
    case pipeline, stages
  }

  /// Which pipeline a file says that it is of; `nil` when it does not say, or cannot be read.
  package static func pipeline(ofFile path: String) -> String? {
    guard let bytes = try? FileSystem.read(path, limit: 10_000_000),
      let root = try? YAMLReader.read(SourceText(name: path, bytes: bytes))
    else { return nil }
    return root.mapping?.first { $0.key.text == Key.pipeline.rawValue }?.value.text
  }

  /// - Parameters:
  ///   - pipeline: whose golden set it should be.
  ///   - types: what the pipeline's stages make, by their names.
  /// - Throws: `Diagnostics` with every mistake found; `SluiceError` when the file cannot be read.
  package init(path: String, of pipeline: String, types: [String: String]) throws {
    try self.init(
      SourceText(name: path, bytes: try FileSystem.read(path, limit: 10_000_000)), of: pipeline, types: types)
  }

  package init(_ source: SourceText, of pipeline: String, types: [String: String]) throws {
    let root: YAMLNode
    do throws(Diagnostic) { root = try YAMLReader.read(source) } catch { throw Diagnostics([error]) }
    let collector = DiagnosticCollector(source)
    let members = MappingMembers<Key>(root, of: Self.fileName, collector)
    if let other = members.text(.pipeline), other != pipeline {
      collector.report(
        members.position(.pipeline, else: root), "this is the golden set of '\(other)', not of '\(pipeline)'",
        hint: "A pipeline beside others has a folder of its own: golden/\(pipeline)/\(Self.fileName).")
    }
    let entries = Self.entries(members.value(.stages), collector)
    if entries.isEmpty && collector.found.isEmpty {
      collector.report(
        members.position(.stages, else: root), "the file names no stage", hint: "stages: {chunk: {form: normalised}}")
    }
    var stages: [Stage] = []
    let reader = GoldenRuleReader(collector)
    for (key, value) in entries {
      guard let name = key.text else { continue }
      // One stage, or a whole family.
      let found = types[name] != nil ? [name] : types.keys.filter { $0.hasPrefix(name + "@") }.sorted()
      if found.isEmpty {
        collector.report(
          key.position, "the pipeline '\(pipeline)' has no stage '\(name)'",
          hint: Suggestion.hint(
            name, among: types.keys.sorted(), otherwise: "There are: \(types.keys.sorted().joined(separator: ", "))."))
      }
      for stage in found {
        guard let type = types[stage], let rule = reader.read(value, of: name, type: type, at: key.position) else {
          break
        }
        stages.append(Stage(name: stage, rule: rule, line: key.position.line))
      }
    }
    if !collector.found.isEmpty { throw Diagnostics(collector.found) }
    self.path = source.name
    self.stages = stages
  }

  /// The stages with what is said of them: a mapping, or a list of names alone.
  private static func entries(_ node: YAMLNode?, _ collector: DiagnosticCollector) -> [(
    key: YAMLNode, value: YAMLNode?
  )] {
    guard let node else { return [] }
    if let list = node.sequence {
      return list.compactMap { entry in
        if entry.text != nil { return (entry, nil) }
        collector.report(entry.position, "the name of a stage must be a text, this is \(entry.kindName)")
        return nil
      }
    }
    // Reports what is written twice.
    _ = collector.members(node, of: "'stages'")
    return (node.mapping ?? []).map { ($0.key, $0.value.isNull ? nil : $0.value) }
  }
}
