import Foundations
import StageKit
import Store

/// What the three forms of a command have in common.
struct CommandSettings: Sendable {
  enum Mode: String { case whole, item, lines }

  let template: CommandLineTemplate
  let files: CommandFiles
  let isJSONLines: Bool
  let runner: CommandRunner
  let keyComponents: JSONObject
  let outputType: String
  let maxAttempts: Int
  /// Seconds before the second try.
  let backoff: Double
  /// Why the stage cannot run here.
  let problem: SluiceError?
  /// What a person should know of the line.
  let notes: [String]
  private let outputPattern: String
  private let mode: Mode

  init(_ configuration: StageConfiguration) throws {
    let parameters = configuration.parameters
    mode = try parameters.choice("mode")
    let line = try parameters.string("run")
    if line.utf8.contains(0) { throw SluiceError(.usage, "'run' has a zero byte in it, which no program can be given") }
    template = CommandLineTemplate.of(line)
    let named = try parameters.strings("inputs")
    try Self.check(template, mode, hasInputs: !named.isEmpty)
    let tools = parameters.optionalStrings("tools")
    files = try CommandFiles(template.reading, inputs: named, tools: tools, configuration: configuration)
    let unseen = Self.unseen(files, hasTools: !tools.isEmpty, hasInputs: !named.isEmpty)
    if parameters.optionalBool("strict") == true, let note = unseen.first {
      throw SluiceError(.usage, note, advice: "Or take 'strict' away.")
    }
    notes =
      unseen + files.missing.map { "'\($0)' is no program in PATH: the command will not find it" }
      + Self.unfilled(template, mode)
      + template.misspelt.map { "{\($0.written)} is left as it is: did you mean {\($0.meant)}?" }
    isJSONLines = try parameters.string("output") == "jsonl"
    outputPattern = try Self.outputPattern(parameters, mode)
    outputType = parameters.optionalString("output_type") ?? (isJSONLines ? "record" : "file")
    maxAttempts = max(1, parameters.optionalInt("max_attempts") ?? 1)
    backoff = parameters.optionalDouble("backoff") ?? 1
    let variables = try parameters.strings("env")
    problem = variables.first { Environment[$0] == nil }.map {
      SluiceError(
        .missing, "the environment variable \($0) is not set",
        advice: "Set it before the run: export \($0)=…")
    }
    runner = CommandRunner(
      variables: variables, directory: configuration.directory,
      timeout: try parameters.double("timeout"), startTimeout: parameters.optionalDouble("start_timeout"),
      isRetried: maxAttempts > 1)
    keyComponents = Self.keyComponents(files, variables)
    // A placeholder that cannot be filled is a mistake of the file, and said before anything runs.
    _ = try script(hasInput: true, hasID: mode == .item)
  }

  /// Refuses a line that would run what an id holds, or that names files which are not there.
  private static func check(_ template: CommandLineTemplate, _ mode: Mode, hasInputs: Bool) throws(SluiceError) {
    if mode == .item, let refusal = template.reading.refusals.first {
      throw SluiceError(
        .usage, "'run': \(refusal): what an id holds would be run",
        advice:
          "An id may be a word of an ordinary program: 'tool {id}'. Where code stands, the program can read the environment variable $\(CommandLineTemplate.variable("id")) itself, which has the id in it."
      )
    }
    if !hasInputs, template.uses("inputs") {
      throw SluiceError(
        .usage, "'run' has {inputs}, and the stage has no 'inputs'",
        advice: "Name the files: with: {inputs: [words.txt]}. What the stages before give is {input}.")
    }
  }

  /// What cannot be seen from the line; what is declared answers for it.
  private static func unseen(_ files: CommandFiles, hasTools: Bool, hasInputs: Bool) -> [String] {
    files.gaps.filter { $0.kind == .program ? !hasTools : !hasTools && !hasInputs }.map { gap in
      gap.kind == .program
        ? "\(gap.text) cannot be seen from the line and is no part of the key: name the programs in 'tools'"
        : "\(gap.text) cannot be seen from the line and is no part of the key: name what it reads in 'inputs'"
    }
  }

  /// Placeholders that have no value in this mode, where they were surely meant to have one.
  private static func unfilled(_ template: CommandLineTemplate, _ mode: Mode) -> [String] {
    let filled: Set<String> =
      switch mode {
      case .whole: ["input", "output", "inputs"]
      case .item: ["input", "output", "inputs", "id"]
      case .lines: ["inputs"]
      }
    let meant = template.reading.placeholders.filter { $0.context == .plain || $0.context == .doubleQuoted }
    return Set(meant.map(\.name)).subtracting(filled).sorted().map {
      "{\($0)} has no value in the mode \(mode.rawValue) and is left as it is"
    }
  }

  private static func outputPattern(_ parameters: Parameters, _ mode: Mode) throws -> String {
    let pattern = try parameters.string("output_name")
    if pattern.contains("/") || pattern.hasPrefix(".") || pattern.isEmpty || pattern.utf8.contains(0) {
      throw SluiceError(.usage, "'output_name' must be a plain file name, this is '\(pattern)'")
    }
    if mode != .item, pattern.contains("{id}") {
      throw SluiceError(
        .usage, "'output_name' has {id}, and only in the mode item there is one",
        advice: "Write mode: item, or another name.")
    }
    return pattern
  }

  private static func keyComponents(_ files: CommandFiles, _ variables: [String]) -> JSONObject {
    if variables.isEmpty { return files.components }
    // A digest, since a value may be a secret.
    let digests = JSONObject(variables.map { ($0, Environment[$0].map { .string(Digest(of: $0).hex) } ?? .null) })
    for name in variables where !["PATH", "HOME", "LANG"].contains(name) {
      if let value = Environment[name] { Secrets.register(value) }
    }
    return files.components.merging(["env": .object(digests)])
  }

  /// What is started, with the values that the line's placeholders stand for.
  func invocation(input: String? = nil, output: String? = nil, id: String? = nil) throws(SluiceError)
    -> CommandInvocation
  {
    let values = values(input: input, output: mode == .lines ? nil : output, id: id)
    let inputs = files.inputs.map { Path.join(runner.directory, $0) }
    if let words = template.words(values, inputs: inputs),
      let direct = CommandInvocation(words: words, variables: values, directory: runner.directory)
    {
      return direct
    }
    return CommandInvocation(script: try script(hasInput: input != nil, hasID: id != nil), variables: values)
  }

  /// The line for sh: what has a value is a variable in it.
  private func script(hasInput: Bool, hasID: Bool) throws(SluiceError) -> String {
    var names: Set<String> = ["inputs"]
    if mode != .lines { names.insert("output") }
    if mode != .lines && hasInput { names.insert("input") }
    if hasID { names.insert("id") }
    return try template.script(names, inputs: files.inputs.count)
  }

  /// The variables that the line's placeholders stand for.
  private func values(input: String?, output: String?, id: String?) -> [String: String] {
    var values: [String: String] = [:]
    values[CommandLineTemplate.variable("input")] = input
    values[CommandLineTemplate.variable("output")] = output
    values[CommandLineTemplate.variable("id")] = id
    if template.uses("inputs") {
      for (index, path) in files.inputs.enumerated() {
        values[CommandLineTemplate.variable(ofInput: index)] = Path.join(runner.directory, path)
      }
    }
    return values
  }

  /// Whether each item's output has a name of its own.
  var namesByID: Bool { outputPattern.contains("{id}") }

  /// The name of what it makes: an id in it is data, and no path.
  func outputName(id: String? = nil) -> String {
    guard let id, namesByID else { return outputPattern }
    let parts = outputPattern.split(separator: "{id}", omittingEmptySubsequences: false)
    return BodyExporter.fileName(parts.joined(separator: id))
  }

  /// Whether the input is read from standard input.
  var readsStandardInput: Bool { !template.uses("input") }
  var printsOutput: Bool { !template.uses("output") }
}
