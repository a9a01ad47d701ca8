import Foundations
import Manifest
import Store
import Views

/// `sluice golden`
enum GoldenCommand {
  static let spec = CommandSpec(
    "golden", "Hold what a pipeline made against what it should make.",
    usage: "accept|verify [PIPELINE] [STAGE…]",
    discussion: """
      golden/golden.yaml says which stages are held, and how: texts word for word or in normal form, records with
      tolerances for numbers, vectors by cosine, clusters by who stands with whom, indexes by how well they answer
      questions, statements by what they quote, everything else by digest. The golden files lie beside it.
      accept writes them from the last results, and says what they change. verify compares and writes nothing: exit code
      4 when something is not as it should be. Under GitHub Actions it marks the files, too.
      """,
    options: [
      .pipeline, AskedGeneration.variant, AskedGeneration.generation,
      OptionSpec("--junit", value: "FILE", "verify: write the verdicts as JUnit XML, too."),
      OptionSpec("--limit", short: "-n", value: "N", "How many items of a stage are shown (10); 0 for all."), .json,
    ], run: run)

  private static let actions = ["accept", "verify"]

  private static func run(_ arguments: Arguments) throws -> Int32 {
    guard let action = arguments.positional.first else {
      throw SluiceError(.usage, "accept or verify?", advice: "For example: sluice golden verify")
    }
    guard actions.contains(action) else {
      throw SluiceError(
        .usage, "'sluice golden' does not know '\(action)'",
        advice: Suggestion.hint(
          action, among: actions, otherwise: "It knows: \(actions.joined(separator: ", "))."))
    }
    let words = PipelineWords(arguments, behind: 1)
    let project = try Project(named: words.pipeline)
    let pipeline = try project.pipelineName()
    let hasSet = FileSystem.exists(
      "\(GoldenSet.folder(of: pipeline, in: project.directory))/\(GoldenManifest.fileName)")
    if action == "verify", hasSet, !FileSystem.exists(project.layout.ledger) {
      let message = "nothing of \(pipeline) was run yet in \(project.layout.root): nothing is as it should be"
      if arguments.isJSON { Output.json(["error": ["code": "golden", "message": .string(message)]]) }
      Output.error("sluice: \(message)\n  First: sluice run")
      return ExitCode.goldenMismatch.rawValue
    }
    let results = try GoldenResults(
      AskedGeneration(project, arguments).snapshot(), project: project.directory)
    return action == "accept"
      ? try accept(words.rest, project, results, arguments) : try verify(words.rest, project, results, arguments)
  }

  /// What the stages of the pipeline make, in its order: as the ledger knows of those that ran, else as the pipeline file
  /// says; a mistake in that stops nobody.
  private static func types(_ project: Project, _ results: GoldenResults, _ arguments: Arguments) -> [(
    name: String, type: String
  )] {
    guard let graph = try? project.graph(arguments) else {
      return results.types.sorted { $0.key < $1.key }.map { (name: $0.key, type: $0.value) }
    }
    return graph.order.map { id in
      let stage = graph.stages[id]
      let own = stage.parameters["output_type"]?.string ?? stage.definition.output
      return (name: stage.name, type: results.types[stage.name] ?? own)
    }
  }

  private static func set(
    _ types: [(name: String, type: String)], _ project: Project, _ results: GoldenResults
  ) throws -> GoldenSet {
    try GoldenSet(
      of: results.pipeline, in: project.directory,
      types: Dictionary(types.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first }))
  }

  private static func verify(
    _ stages: [String], _ project: Project, _ results: GoldenResults, _ arguments: Arguments
  ) throws -> Int32 {
    let limit = try arguments.int("--limit", minimum: 0) ?? 10
    let set = try set(types(project, results, arguments), project, results)
    let verdicts = try set.verify(set.stages(stages), results)
    if let file = arguments["--junit"] {
      try FileSystem.writeAtomically(GoldenJUnit.text(verdicts, of: results.pipeline), to: file)
    }
    if arguments.isJSON {
      Output.json(GoldenReport.json(verdicts, of: results.pipeline))
    } else {
      Output.line(GoldenReport.text(verdicts, limit: limit))
    }
    if !(Environment["GITHUB_ACTIONS"] ?? "").isEmpty {
      let root = Environment["GITHUB_WORKSPACE"] ?? Path.workingDirectory
      // What a program reads stays whole.
      let descriptor: Int32 = arguments.isJSON ? 2 : 1
      for line in GoldenAnnotations.lines(verdicts, root: root) { Output.write(line + "\n", to: descriptor) }
    }
    return verdicts.allSatisfy(\.isMatch) ? 0 : ExitCode.goldenMismatch.rawValue
  }

  private static func accept(
    _ stages: [String], _ project: Project, _ results: GoldenResults, _ arguments: Arguments
  ) throws -> Int32 {
    let limit = try arguments.int("--limit", minimum: 0) ?? 10
    let types = types(project, results, arguments)
    let begun = try begin(stages, types, project, results)
    let set = try set(types, project, results)
    let accepted = try set.accept(set.stages(stages), results)
    if arguments.isJSON {
      Output.json(GoldenReport.json(accepted, of: results.pipeline))
    } else {
      if let begun { Output.line("Wrote \(begun): it says what is held, and how. Look at it.") }
      Output.line(GoldenReport.text(accepted, limit: limit))
    }
    return 0
  }

  /// Writes a `golden.yaml` to start from where there is none.
  private static func begin(
    _ stages: [String], _ types: [(name: String, type: String)], _ project: Project, _ results: GoldenResults
  ) throws -> String? {
    let folder = GoldenSet.folder(of: results.pipeline, in: project.directory)
    let path = "\(folder)/\(GoldenManifest.fileName)"
    guard !FileSystem.exists(path) else { return nil }
    for name in stages where !types.contains(where: { $0.name == name }) {
      throw SluiceError(
        .usage, "the pipeline '\(results.pipeline)' has no stage '\(name)'",
        advice: Suggestion.hint(name, among: types.map(\.name), otherwise: "`sluice status` lists the stages."))
    }
    // A set that begins with what a run left over would never miss the rest.
    let open = types.map(\.name).filter { stages.isEmpty || stages.contains($0) }.compactMap { name in
      results.shortcoming(of: name).map { "\(name): \($0)" }
    }
    guard open.isEmpty else {
      throw SluiceError(
        .usage, "not everything has a result that could be held:\n  \(open.joined(separator: "\n  "))",
        advice: "Run the pipeline until it is done, or name the stages that are to be held: sluice golden accept STAGE…"
      )
    }
    let held = types.filter { stages.isEmpty ? results.types[$0.name] != nil : stages.contains($0.name) }
    guard held.contains(where: { GoldenRule(GoldenComparator(fitting: $0.type)) != nil }) else {
      throw SluiceError(
        .usage, "an index is held by how well it answers questions, and nobody said which",
        advice:
          "Write \(ShownPath.text(path)): stages: {\(stages.first ?? "index"): {questions: golden/questions.jsonl}}")
    }
    try FileSystem.makeDirectory(folder)
    try FileSystem.writeAtomically(GoldenStarter.text(of: results.pipeline, stages: held), to: path)
    return ShownPath.text(path)
  }
}
