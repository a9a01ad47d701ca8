import Foundations

/// What an analysis looks at, one dimension after another: a file that an analyst edits.
///
/// ```yaml
/// dimensions:
///   upkeep:
///     title: Upkeep
///     question: How are packages maintained, and by whom?
///     questions: [Who may upload?, What happens to orphaned packages?]   # instead of planned ones
///     weight: 2
/// ```
package struct DimensionsFile: Sendable {
  /// One question that is asked of a subject.
  package struct Dimension: Sendable, Hashable {
    package let name: String
    package let title: String
    /// What it is about, in one sentence.
    package let question: String
    /// What is looked up; empty: a model plans it, or the question itself is looked up.
    package let questions: [String]
    /// Its share in the overall score.
    package let weight: Double
  }

  /// In the order of the file.
  package let dimensions: [Dimension]

  private enum FileKey: String, MappingKey {
    case dimensions
  }

  private enum Key: String, MappingKey {
    case title, question, questions, weight
  }

  /// - Throws: `Diagnostics` with every mistake found; `SluiceError` when the file cannot be read.
  package init(path: String) throws {
    let source = SourceText(name: path, bytes: try FileSystem.read(path, limit: 10_000_000))
    let root: YAMLNode
    do throws(Diagnostic) { root = try YAMLReader.read(source) } catch { throw Diagnostics([error]) }
    let collector = DiagnosticCollector(source)
    let members = MappingMembers<FileKey>(root, of: "a file of dimensions", collector)
    var dimensions: [Dimension] = []
    let entries = members[.dimensions]?.value.mapping ?? []
    if entries.isEmpty {
      collector.report(
        members.position(.dimensions, else: root), "the file names no dimension",
        hint: "dimensions: {upkeep: {question: How are packages maintained?}}")
    }
    if let node = members[.dimensions]?.value { _ = collector.members(node, of: "'dimensions'") }
    for entry in entries {
      guard let name = entry.key.text else { continue }
      if !PipelineReader.isName(name) {
        collector.report(entry.key.position, "'\(name)' is no name for a dimension: letters, digits, '-' and '_' only")
      }
      let found = MappingMembers<Key>(entry.value, of: "the dimension '\(name)'", collector)
      guard let question = found[.question]?.value.text, !question.isEmpty else {
        collector.report(entry.key.position, "the dimension '\(name)' has no 'question'")
        continue
      }
      dimensions.append(
        Dimension(
          name: name, title: found[.title]?.value.text ?? name, question: question,
          questions: Self.questions(found.value(.questions), collector),
          weight: Self.weight(found.value(.weight), collector)))
    }
    if !collector.found.isEmpty { throw Diagnostics(collector.found) }
    self.dimensions = dimensions
  }

  private static func questions(_ node: YAMLNode?, _ collector: DiagnosticCollector) -> [String] {
    guard let node else { return [] }
    guard let list = node.sequence else {
      collector.report(node.position, "'questions' must be a list, this is \(node.kindName)")
      return []
    }
    return list.compactMap { entry in
      if let text = entry.text, !text.isEmpty { return text }
      collector.report(entry.position, "a question must be a text, this is \(entry.kindName)")
      return nil
    }
  }

  private static func weight(_ node: YAMLNode?, _ collector: DiagnosticCollector) -> Double {
    guard let node else { return 1 }
    if let value = node.text.flatMap(Double.init), value.isFinite, value > 0 { return value }
    collector.report(node.position, "'weight' must be a number above 0")
    return 1
  }
}
