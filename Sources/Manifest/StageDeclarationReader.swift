import Foundations

/// Reads the mapping under `stages:`.
struct StageDeclarationReader {
  let library: StageLibrary
  let overrides: [ParameterOverride]
  var interpolation: Interpolation
  let collector: DiagnosticCollector
  /// The stages whose environment variables must be set.
  let needsEnvironment: (String) -> Bool

  private enum Key: String, MappingKey {
    case uses, run, needs, with, foreach, publish
  }

  /// The name without its `foreach` value: `scrape@a` → `scrape`.
  static func baseName(_ name: String) -> String {
    guard let at = name.utf8.firstIndex(of: UInt8(ascii: "@")) else { return name }
    return String(name[..<at])
  }

  func read(_ node: YAMLNode) throws -> [StageDeclaration] {
    let pairs = collector.members(node, of: "'stages'").sorted {
      $0.value.key.position < $1.value.key.position
    }
    if pairs.isEmpty {
      collector.report(node.position, "'stages' is empty: a pipeline needs at least one stage")
    }
    var declarations: [StageDeclaration] = []
    for (name, pair) in pairs {
      guard PipelineReader.isName(name), name != "params" else {
        collector.report(
          pair.key.position,
          "'\(name)' is no name for a stage: letters, digits, '-' and '_' only, and not 'params'")
        continue
      }
      try read(name, pair.key.position, pair.value, into: &declarations)
    }
    reportUnusedOverrides(Set(pairs.map(\.key)), Set(declarations.map(\.name)))
    return declarations
  }

  private func reportUnusedOverrides(_ bases: Set<String>, _ names: Set<String>) {
    for override in overrides where override.stage != "params" {
      guard !bases.contains(override.stage), !names.contains(override.stage) else { continue }
      collector.report(
        Diagnostic(
          override.source, SourcePosition(line: 1, column: 1),
          "there is no stage '\(override.stage)'",
          hint: Suggestion.hint(
            override.stage, among: bases.sorted(), otherwise: "Stages: \(bases.sorted().joined(separator: ", ")).")))
    }
  }

  private func read(
    _ name: String, _ position: SourcePosition, _ node: YAMLNode,
    into result: inout [StageDeclaration]
  ) throws {
    let members = MappingMembers<Key>(node, of: "the stage '\(name)'", collector)
    guard node.mapping != nil || node.isNull else { return }
    guard let definition = try definition(name, position, members) else { return }
    var pairs =
      members[.with].map {
        collector.members($0.value, of: "'with' of the stage '\(name)'")
      } ?? [:]
    if let run = members[.run] {
      if pairs["run"] != nil {
        collector.report(run.key.position, "'run' stands both in the stage and in its 'with'")
      }
      pairs["run"] = run
    }
    reportUnknown(pairs, name, definition)
    var stage = self
    if !needsEnvironment(name) { stage.interpolation.hasEnvironment = { _ in true } }
    let template = StageTemplate(
      name: name, position: position, definition: definition, pairs: pairs,
      needs: members[.needs]?.value, publish: publish(members[.publish]?.value),
      stage: stage)
    if let foreach = members[.foreach] {
      instances(of: template, name, foreach, &result)
    } else {
      result.append(template.instance(item: nil, named: name))
    }
  }

  private func publish(_ node: YAMLNode?) -> Bool? {
    guard let node else { return nil }
    if case .bool(let value)? = YAMLScalar(node) { return value }
    collector.report(
      node.position, "'publish' must be true or false, this is \(node.text ?? node.kindName)")
    return nil
  }

  /// A stage for each value of `foreach`.
  private func instances(
    of template: StageTemplate, _ name: String, _ foreach: (key: YAMLNode, value: YAMLNode),
    _ result: inout [StageDeclaration]
  ) {
    let list = interpolation.expand(foreach.value, item: nil)
    guard let values = list.sequence else {
      collector.report(foreach.value.position, "'foreach' must be a list, this is \(list.kindName)")
      return
    }
    if values.isEmpty {
      collector.report(
        foreach.value.position, "'foreach' is an empty list: there would be no stage")
    }
    var seen: Set<String> = []
    for value in values {
      guard let text = value.text, !text.isEmpty else {
        collector.report(
          value.position,
          "a value of 'foreach' must be a text or a number, this is \(value.kindName)")
        continue
      }
      let instance = InstanceName.name(of: name, value: text)
      guard seen.insert(instance).inserted else {
        collector.report(
          value.position,
          "'\(text)' stands twice in 'foreach': there would be two stages \(instance)")
        continue
      }
      result.append(template.instance(item: value, named: instance))
    }
  }

  private func definition(
    _ name: String, _ position: SourcePosition,
    _ members: MappingMembers<Key>
  ) throws -> StageDefinition? {
    let used: String
    let usedPosition: SourcePosition
    switch (members[.uses], members[.run]) {
    case (let uses?, _):
      guard let text = uses.value.text, !text.isEmpty else {
        collector.report(
          uses.value.position, "'uses' must name a stage definition, this is \(uses.value.kindName)"
        )
        return nil
      }
      (used, usedPosition) = (text, uses.value.position)
    case (nil, let run?): (used, usedPosition) = ("command", run.key.position)
    case (nil, nil):
      collector.report(
        position, "the stage '\(name)' says neither 'uses' nor 'run'",
        hint:
          "For example: \(name): {uses: parse, needs: fetch}, or {run: ./script.sh {input} {output}, needs: chunk}"
      )
      return nil
    }
    do {
      if let definition = try library.definition(used) { return definition }
    } catch let error as Diagnostics {
      for diagnostic in error.all { collector.report(diagnostic) }
      return nil
    }
    collector.report(
      usedPosition, "there is no stage definition '\(used)'",
      hint: Suggestion.hint(
        used, among: library.names,
        otherwise: "There are: \(library.names.joined(separator: ", ")). Yours go into stages/\(used).yaml.")
    )
    return nil
  }

  private func reportUnknown(
    _ pairs: [String: (key: YAMLNode, value: YAMLNode)], _ name: String,
    _ definition: StageDefinition
  ) {
    let known = definition.parameters.map(\.name)
    for (key, pair) in pairs where !known.contains(key) {
      collector.report(
        pair.key.position, "the stage '\(name)' (\(definition.name)) has no parameter '\(key)'",
        hint: Suggestion.hint(
          key, among: known, otherwise: "`sluice stages show \(definition.name)` lists its parameters."))
    }
  }
}
