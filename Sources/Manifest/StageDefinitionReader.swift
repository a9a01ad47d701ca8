import Foundations

/// Reads a stage definition.
struct StageDefinitionReader {
  private enum Key: String, MappingKey {
    case kind, summary, version, input, output, include, parameters, prompts
  }

  private enum ParameterKey: String, MappingKey {
    case type, `default`, optional, required, min, max, values, unit
    case affectsOutput = "affects_output"
    case doc
  }

  /// What stands beside a definition.
  struct Surroundings {
    /// The text of `<name>.prompt.md`.
    let prompt: (String) -> String?
    /// The parameters of `<name>.parameters.yaml`, or of another stage; `nil`: there is neither.
    let parameters: (String) throws(Diagnostics) -> [ParameterDeclaration]?
  }

  static func read(_ source: SourceText, name: String, _ surroundings: Surroundings)
    throws(Diagnostics) -> StageDefinition
  {
    let root: YAMLNode
    do throws(Diagnostic) { root = try YAMLReader.read(source) } catch {
      throw Diagnostics([error])
    }
    let collector = DiagnosticCollector(source)
    let members = MappingMembers<Key>(root, of: "a stage definition", collector)
    func text(_ key: Key, required: Bool) -> String {
      guard let pair = members[key] else {
        if required {
          collector.report(
            root.position, "the stage definition has no '\(key.rawValue)'", hint: "See stages/README.md.")
        }
        return ""
      }
      guard let text = pair.value.text else {
        collector.report(
          pair.value.position, "'\(key.rawValue)' must be a text, this is \(pair.value.kindName)")
        return ""
      }
      return text
    }
    func list(_ key: Key) -> [String] {
      guard let node = members.value(key) else { return [] }
      if let text = node.text { return [text] }
      return node.sequence?.compactMap(\.text) ?? []
    }
    var version = 1
    if let node = members[.version]?.value {
      if case .int(let number)? = YAMLScalar(node) {
        version = Int(number)
      } else {
        collector.report(node.position, "'version' must be a whole number")
      }
    }
    var parameters = members[.parameters].map { self.parameters($0.value, collector) } ?? []
    for included in list(.include) {
      guard let more = try surroundings.parameters(included) else {
        collector.report(
          members.position(.include, else: root),
          "there is nothing to include that is called '\(included)'",
          hint:
            "Parameters of another stage are included by its name, those of \(included).parameters.yaml beside this file, too."
        )
        continue
      }
      // What the definition says itself goes before.
      let own = Set(parameters.map(\.name))
      parameters += more.filter { !own.contains($0.name) }
    }
    var prompts: [String: String] = [:]
    for promptName in list(.prompts) {
      if let text = surroundings.prompt(promptName) {
        prompts[promptName] = text
      } else {
        collector.report(
          members.position(.prompts, else: root),
          "the prompt file \(promptName).prompt.md is missing",
          hint: "It belongs beside \(source.name).")
      }
    }
    let definition = StageDefinition(
      name: name, kind: text(.kind, required: true), summary: text(.summary, required: false),
      version: version,
      inputs: list(.input), output: text(.output, required: true), parameters: parameters,
      prompts: prompts,
      file: source.name)
    if !collector.found.isEmpty { throw Diagnostics(collector.found) }
    return definition
  }

  /// The parameters of a file that holds nothing else.
  static func readParameters(_ source: SourceText) throws(Diagnostics) -> [ParameterDeclaration] {
    let root: YAMLNode
    do throws(Diagnostic) { root = try YAMLReader.read(source) } catch {
      throw Diagnostics([error])
    }
    let collector = DiagnosticCollector(source)
    let found = parameters(root, collector)
    if !collector.found.isEmpty { throw Diagnostics(collector.found) }
    return found
  }

  private static func parameters(_ node: YAMLNode, _ collector: DiagnosticCollector) -> [ParameterDeclaration] {
    collector.members(node, of: "parameters")
      .sorted { $0.value.key.position < $1.value.key.position }
      .compactMap { parameter($0.key, $0.value.value, collector) }
  }

  private static func parameter(_ name: String, _ node: YAMLNode, _ collector: DiagnosticCollector)
    -> ParameterDeclaration?
  {
    let members = MappingMembers<ParameterKey>(node, of: "the parameter '\(name)'", collector)
    guard let typeNode = members[.type]?.value, let typeName = typeNode.text else {
      collector.report(
        node.position, "the parameter '\(name)' has no type",
        hint: "Types: \(ParameterType.names.joined(separator: ", ")).")
      return nil
    }
    let values = members[.values]?.value.sequence?.compactMap(\.text) ?? []
    guard let type = ParameterType(name: typeName, values: values) else {
      collector.report(
        typeNode.position, "there is no parameter type '\(typeName)'",
        hint: Suggestion.hint(
          typeName, among: ParameterType.names, otherwise: "Types: \(ParameterType.names.joined(separator: ", "))."))
      return nil
    }
    func flag(_ key: ParameterKey, default fallback: Bool) -> Bool {
      guard let node = members[key]?.value else { return fallback }
      if case .bool(let value)? = YAMLScalar(node) { return value }
      collector.report(node.position, "'\(key.rawValue)' must be true or false")
      return fallback
    }
    func number(_ key: ParameterKey) -> Double? {
      guard let node = members[key]?.value else { return nil }
      switch type {
      case .duration: return node.text.flatMap(Units.seconds)
      case .size: return node.text.flatMap(Units.bytes).map(Double.init)
      default: return node.text.flatMap(Double.init)
      }
    }
    var declaration = ParameterDeclaration(
      name: name, type: type, defaultValue: nil, isRequired: flag(.required, default: false),
      minimum: number(.min), maximum: number(.max), unit: members[.unit]?.value.text ?? "",
      affectsOutput: flag(.affectsOutput, default: true), doc: members[.doc]?.value.text ?? "")
    if let node = members[.default]?.value {
      declaration.defaultValue = ParameterReader(collector: collector).value(
        node, for: declaration, of: "default")
    }
    return declaration
  }
}
