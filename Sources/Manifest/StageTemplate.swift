import Foundations

/// A stage as written, from which `foreach` makes one declaration per value.
///
/// What does not mention `${item}` is read once: a graph of ten thousand stages is planned in
/// milliseconds only if the work for each is what differs in it.
struct StageTemplate {
  private static let itemMarker = Array("${item}".utf8)

  private let name: String
  private let position: SourcePosition
  private let definition: StageDefinition
  private let publish: Bool?
  private let stage: StageDeclarationReader
  /// Parameters that are the same for all, defaults included.
  private var fixed = JSONObject()
  private var varying: [(declaration: ParameterDeclaration, node: YAMLNode)] = []
  private var fixedNeeds: [StageDeclaration.Need]?
  private let needs: YAMLNode?

  init(
    name: String, position: SourcePosition, definition: StageDefinition,
    pairs: [String: (key: YAMLNode, value: YAMLNode)], needs: YAMLNode?, publish: Bool?,
    stage: StageDeclarationReader
  ) {
    (self.name, self.position, self.definition) = (name, position, definition)
    (self.publish, self.stage, self.needs) = (publish, stage, needs)
    let overrides = stage.overrides.filter { $0.stage == name }
    for declaration in definition.parameters {
      if let override = overrides.last(where: { $0.parameter == declaration.name }) {
        if let value = Self.value(of: override, declaration, stage) {
          fixed[declaration.name] = value
        }
      } else if let pair = pairs[declaration.name], !pair.value.isNull {
        if Interpolation.isNeeded(pair.value, marker: Self.itemMarker) {
          varying.append((declaration, pair.value))
        } else if let value = value(pair.value, declaration, item: nil) {
          fixed[declaration.name] = value
        }
      } else if let value = declaration.defaultValue {
        fixed[declaration.name] = value
      } else if declaration.isRequired {
        stage.collector.report(
          position,
          "the stage '\(name)' (\(definition.name)) needs the parameter '\(declaration.name)'",
          hint: declaration.doc.isEmpty ? "" : "\(declaration.name): \(declaration.doc)")
      }
    }
    reportUnknown(overrides)
    if let needs, Interpolation.isNeeded(needs, marker: Self.itemMarker) {
      fixedNeeds = nil
    } else {
      fixedNeeds = readNeeds(item: nil)
    }
  }

  func instance(item: YAMLNode?, named instanceName: String) -> StageDeclaration {
    var parameters = fixed
    for (declaration, node) in varying {
      if let value = value(node, declaration, item: item) { parameters[declaration.name] = value }
    }
    if item != nil {
      for override in stage.overrides where override.stage == instanceName {
        guard let declaration = definition.parameter(override.parameter) else {
          reportUnknown([override])
          continue
        }
        if let value = Self.value(of: override, declaration, stage) {
          parameters[override.parameter] = value
        }
      }
    }
    return StageDeclaration(
      name: instanceName, position: position, definition: definition,
      needs: fixedNeeds ?? readNeeds(item: item), parameters: parameters,
      tolerate: nil,
      publish: publish)
  }

  private func reportUnknown(_ overrides: [ParameterOverride]) {
    let known = definition.parameters.map(\.name)
    for override in overrides where !known.contains(override.parameter) {
      stage.collector.report(
        Diagnostic(
          override.source, SourcePosition(line: 1, column: override.stage.count + 2),
          "the stage '\(name)' (\(definition.name)) has no parameter '\(override.parameter)'",
          hint: Suggestion.hint(override.parameter, among: known, otherwise: "Known: \(known.joined(separator: ", ")).")
        )
      )
    }
  }

  private static func value(
    of override: ParameterOverride, _ declaration: ParameterDeclaration,
    _ stage: StageDeclarationReader
  ) -> JSONValue? {
    let collector = DiagnosticCollector(override.source)
    if declaration.type == .secret {
      // The value itself would go into the ledger and into the list of processes.
      guard override.value.hasPrefix("${env."), override.value.hasSuffix("}") else {
        stage.collector.report(
          Diagnostic(
            SourceText(name: "--set", bytes: []), SourcePosition(line: 1, column: override.valueColumn),
            "\(override.stage): '\(declaration.name)' is a secret and must not stand in a command line",
            hint: "Put it into the environment and write '${env.NAME}'."))
        return nil
      }
      return .string(String(override.value.dropFirst(6).dropLast()))
    }
    let value = ParameterReader(collector: collector).value(
      PipelineReader.node(of: override), for: declaration, of: override.stage)
    for diagnostic in collector.found { stage.collector.report(diagnostic) }
    return value
  }

  private func value(_ node: YAMLNode, _ declaration: ParameterDeclaration, item: YAMLNode?)
    -> JSONValue?
  {
    let allowsEnvironment = declaration.type == .secret || declaration.type == .map
    let known = stage.collector.found.count
    var interpolation = stage.interpolation
    interpolation.isForShell = definition.kind == "command" && declaration.name == "run"
    let expanded = interpolation.expand(node, item: item, allowsEnvironment: allowsEnvironment)
    // A reference that leads nowhere is one mistake, not two.
    guard stage.collector.found.count == known else { return nil }
    if declaration.type == .secret {
      guard let text = expanded.text, text.hasPrefix("${env."), text.hasSuffix("}") else {
        stage.collector.report(
          node.position, "\(name): '\(declaration.name)' is a secret and must not stand in a file",
          hint: "Put it into the environment and write ${env.NAME}.")
        return nil
      }
      // Only the variable's name goes on from here: the value is read where it is used.
      return .string(String(text.dropFirst(6).dropLast()))
    }
    return ParameterReader(collector: stage.collector).value(expanded, for: declaration, of: name)
  }

  private func readNeeds(item: YAMLNode?) -> [StageDeclaration.Need] {
    guard let needs, !needs.isNull else { return [] }
    let expanded = stage.interpolation.expand(needs, item: item)
    let nodes = expanded.sequence ?? [expanded]
    return nodes.compactMap { node in
      guard let text = node.text, !text.isEmpty else {
        stage.collector.report(
          node.position, "'needs' of '\(name)' must name stages, this is \(node.kindName)")
        return nil
      }
      return StageDeclaration.Need(stage: InstanceName.canonical(text), position: node.position)
    }
  }
}
