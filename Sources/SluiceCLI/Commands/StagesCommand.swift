import Foundations
import Manifest

/// `sluice stages`
enum StagesCommand {
  static let spec = CommandSpec(
    "stages", "List the stage definitions, or show one's manual.", usage: "[show NAME]", options: [.json], run: run)

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let library = StageLibrary(directory: "stages")
    let words = arguments.positional
    if words.isEmpty || words == ["list"] {
      var table = TextTable(["stage", "reads", "makes", "what it does"])
      var list: [JSONValue] = []
      for name in library.names {
        guard let definition = try library.definition(name) else { continue }
        table.add([name, definition.inputs.joined(separator: ", "), definition.output, definition.summary])
        list.append(["name": .string(name), "kind": .string(definition.kind), "summary": .string(definition.summary)])
      }
      if arguments.isJSON { Output.json(.array(list)) } else { Output.line(table.text) }
      return 0
    }
    let name = words.count > 1 && words[0] == "show" ? words[1] : words[0]
    guard let definition = try library.definition(name) else {
      let guess = Suggestion.nearest(to: name, among: library.names)
      throw SluiceError(
        .usage, "there is no stage definition '\(name)'",
        advice: guess.map { "Did you mean '\($0)'?" } ?? "`sluice stages` lists them.")
    }
    if arguments.isJSON { Output.json(json(definition)) } else { Output.line(manual(definition)) }
    return 0
  }

  private static func manual(_ definition: StageDefinition) -> String {
    let style = Style(descriptor: 1)
    var lines = [
      style.bold(definition.name) + "  " + definition.summary, "",
      "  reads    \(definition.inputs.isEmpty ? "nothing: it is a source" : definition.inputs.joined(separator: " or "))",
      "  makes    \(definition.output)", "  kind     \(definition.kind), version \(definition.version)",
      "  from     \(definition.file)",
    ]
    if !definition.prompts.isEmpty {
      lines.append("  prompts  \(definition.prompts.keys.sorted().joined(separator: ", "))")
    }
    if !definition.parameters.isEmpty { lines.append("\nParameters:") }
    for parameter in definition.parameters {
      lines.append("  \(parameter.signature)\(parameter.affectsOutput ? "" : style.dim("  (not part of the key)"))")
      if !parameter.doc.isEmpty { lines.append("      \(style.dim(parameter.doc))") }
    }
    return lines.joined(separator: "\n")
  }

  private static func json(_ definition: StageDefinition) -> JSONValue {
    [
      "name": .string(definition.name), "kind": .string(definition.kind), "summary": .string(definition.summary),
      "version": JSONValue(definition.version), "input": JSONValue(definition.inputs),
      "output": .string(definition.output),
      "parameters": .array(
        definition.parameters.map { parameter in
          [
            "name": .string(parameter.name), "default": parameter.defaultValue ?? .null,
            "required": .bool(parameter.isRequired),
            "unit": .string(parameter.unit), "affects_output": .bool(parameter.affectsOutput),
            "doc": .string(parameter.doc),
          ]
        }),
    ]
  }
}
