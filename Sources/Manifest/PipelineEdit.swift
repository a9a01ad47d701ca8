import Foundations

/// A pipeline file that says itself what `--set` said; comments and layout stay.
package struct PipelineEdit {
  /// A line that changes.
  package struct Change: Sendable, Equatable {
    /// From 1, in the file as it becomes.
    package let line: Int
    /// Empty for a line that is new.
    package let before: String
    package let after: String
  }

  /// The file as it becomes.
  package let bytes: [UInt8]
  /// What differs, by line.
  package let changes: [Change]

  /// - Parameter settings: `chunk.max_tokens=120`.
  /// - Throws: `.usage` for what cannot be said in the file in one place: a value of one stage of a family, for example.
  package init(file: String, settings: [String], library: StageLibrary) throws {
    let source = SourceText(name: file, bytes: try FileSystem.read(file, limit: YAMLReader.maxBytes))
    guard let original = String(validating: source.bytes, as: UTF8.self) else {
      throw SluiceError(.usage, "\(file) is not UTF-8 text")
    }
    let overrides = try settings.map { text throws(SluiceError) in try ParameterOverride(parsing: text) }
    var text = original
    for override in overrides { text = try Self.applied(override, to: text, file) }
    bytes = Array(text.utf8)
    changes = Self.changes(from: original, to: text)
    try Self.check(SourceText(name: file, bytes: bytes), against: source, overrides, library)
  }

  /// The file must mean what the variant was.
  private static func check(
    _ edited: SourceText, against original: SourceText, _ overrides: [ParameterOverride], _ library: StageLibrary
  ) throws {
    let directory = PipelineReader.projectDirectory(ofFile: original.name)
    let wanted = try PipelineReader(library: library, overrides: overrides, needsEnvironment: { _ in false }).read(
      original, directory: directory)
    let made = try PipelineReader(library: library, needsEnvironment: { _ in false }).read(edited, directory: directory)
    let different = zip(made.stages, wanted.stages).first {
      $0.name != $1.name || $0.parameters.canonicalBytes != $1.parameters.canonicalBytes
    }
    guard made.stages.count == wanted.stages.count, different == nil else {
      throw SluiceError(
        .usage,
        "the pipeline file cannot be changed so that it says what the variant was\(different.map { ": '\($0.1.name)' would be another" } ?? "")",
        advice: "Change it by hand: "
          + overrides.map { "\($0.stage).\($0.parameter)=\($0.value)" }.joined(separator: ", "))
    }
  }

  private typealias Pair = (key: YAMLNode, value: YAMLNode)

  private static func member(_ name: String, of node: YAMLNode?) -> Pair? {
    node?.mapping?.first { $0.key.text == name }
  }

  private static func applied(_ override: ParameterOverride, to text: String, _ file: String) throws -> String {
    let root = try YAMLReader.read(SourceText(name: file, bytes: Array(text.utf8)))
    var edit = EditedText(text)
    if override.stage == "params" {
      guard let value = member(override.parameter, of: member("params", of: root)?.value)?.value else {
        throw SluiceError(.usage, "the pipeline has no parameter '\(override.parameter)'")
      }
      replace(value, with: override, &edit)
      return edit.text
    }
    guard let stage = member(override.stage, of: member("stages", of: root)?.value)?.value, stage.mapping != nil else {
      throw SluiceError(
        .usage, "'\(override.stage)' is one stage of a family: the file cannot say another value for it alone",
        advice: "Change the file by hand.")
    }
    guard let with = member("with", of: stage) else {
      insert("with: {\(override.parameter): \(written(override, in: nil))}", into: stage, &edit)
      return edit.text
    }
    if let value = member(override.parameter, of: with.value)?.value {
      replace(value, with: override, &edit)
    } else if with.value.mapping == nil {
      edit.replace(with.key.end, with.value.end, with: ": {\(override.parameter): \(written(override, in: nil))}")
    } else {
      insert("\(override.parameter): \(written(override, in: nil))", into: with.value, &edit)
    }
    return edit.text
  }

  private static func replace(_ value: YAMLNode, with override: ParameterOverride, _ edit: inout EditedText) {
    edit.replace(value.position, value.end, with: written(override, in: value))
  }

  /// A value as YAML. What looks like something else than a text is one only in quotes.
  private static func written(_ override: ParameterOverride, in former: YAMLNode?) -> String {
    let value = override.value
    if value.hasPrefix("[") || value.hasPrefix("{") { return value }
    var isText = false
    // As `--set` takes it: where a parameter of the pipeline is a text, `2024` is one, too.
    if override.stage == "params", case .string? = former.flatMap(YAMLScalar.init) { isText = true }
    // Read back as a member of a mapping in braces, where most characters mean something.
    let read = try? YAMLReader.read(SourceText(name: "value", bytes: Array("{k: \(value)}".utf8)))
    if let node = read?.mapping?.first?.value, read?.mapping?.count == 1,
      case .scalar(value, isPlain: true) = node.value
    {
      if case .string? = YAMLScalar(node) { return value }
      if !isText { return value }
    }
    return JSONValue.string(value).canonicalText
  }

  /// Adds a member to a mapping: in its braces, or as a line of its own.
  private static func insert(_ member: String, into node: YAMLNode, _ edit: inout EditedText) {
    let pairs = node.mapping ?? []
    if node.isFlow {
      let brace = SourcePosition(line: node.end.line, column: node.end.column - 1)
      let last = edit.lastVisible(before: brace)
      let separator = pairs.isEmpty || last == "," ? (last == "," ? " " : "") : ", "
      edit.replace(brace, brace, with: separator + member)
      return
    }
    guard let last = pairs.last else { return }
    let indentation = String(repeating: " ", count: last.key.position.column - 1)
    let isExact = last.value.mapping == nil && last.value.sequence == nil || last.value.isFlow
    // Where a value ends that stands in lines of its own cannot be told: then it goes before it.
    if isExact, last.value.end.line >= last.key.position.line, last.value.end.column > 1 {
      if last.value.end.line >= edit.lineCount, !edit.isEnded {
        edit.replace(last.value.end, last.value.end, with: "\n\(indentation)\(member)")
      } else {
        edit.insert(line: indentation + member, before: last.value.end.line + 1)
      }
    } else {
      edit.insert(line: indentation + member, before: last.key.position.line)
    }
  }

  /// Lines that differ: a value is replaced where it stood, and a new line is one.
  private static func changes(from old: String, to new: String) -> [Change] {
    // By scalars: to Swift "\r\n" is one character.
    func lines(_ text: String) -> [String] {
      text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map {
        let line = String(String.UnicodeScalarView($0))
        return line.unicodeScalars.last == "\r" ? String(line.unicodeScalars.dropLast()) : line
      }
    }
    let (before, after) = (lines(old), lines(new))
    let difference = after.difference(from: before)
    var removed: [Int: String] = [:]
    var changes: [Change] = []
    for change in difference {
      if case .remove(let offset, let line, _) = change { removed[offset] = line }
    }
    var shift = 0
    for case .insert(let offset, let line, _) in difference {
      // A line that was taken out where this one came in is what it was before.
      let former = removed.removeValue(forKey: offset - shift)
      if former == nil { shift += 1 }
      changes.append(Change(line: offset + 1, before: former ?? "", after: line))
    }
    return changes
  }
}
