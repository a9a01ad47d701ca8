import Formats
import Foundations
import Store
import Views

/// `sluice diff`
enum DiffCommand {
  static let spec = CommandSpec(
    "diff", "Compare two generations, runs or variants, or the artifacts of another folder.",
    usage: "[PIPELINE] [A] [B]",
    discussion: """
      A and B: \(SnapshotSelector.forms).
      Without them: the generation before the current one, and the current one; with one: that and the current one.
      Says which items came, went, changed or have another id, which stage is the first that differs and why, and puts
      numbers side by side. With --stage: the texts of that stage's items, word by word.
      Exit code 0 whether anything differs or not; 1 with --exit-code when something does.
      """,
    options: [
      .pipeline,
      OptionSpec("--stage", value: "NAME", "Show what changed in the items of this stage, word by word."),
      OptionSpec("--limit", short: "-n", value: "N", "How many items to show of each kind (10)."),
      OptionSpec("--exit-code", "End with 1 when something differs."),
      OptionSpec("--html", "Print a page instead of text."), .json,
    ] + AskedGeneration.options, run: run)

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let words = PipelineWords(arguments)
    let project = try Project(named: words.pipeline)
    let line = try AskedGeneration.line(of: project, arguments)
    let (before, after) = try SnapshotSelector(line: line, layout: project.layout).sides(
      arguments.all(AskedGeneration.generation.name) + words.rest)
    let diff = try SnapshotDiff(before, after)
    let stage = arguments["--stage"]
    if let stage, !diff.stages.contains(where: { $0.stage == stage }) {
      let names = diff.stages.map(\.stage)
      throw SluiceError(
        .usage, "neither side has a stage '\(stage)'",
        advice: Suggestion.hint(stage, among: names, otherwise: "There are: \(names.joined(separator: ", "))."))
    }
    let limit = try arguments.int("--limit") ?? (arguments.has("--html") ? 100 : 10)
    if arguments.isJSON {
      Output.json(try json(diff, stage: stage, limit: arguments.int("--limit") ?? Int.max))
    } else if arguments.has("--html") {
      Output.write(try DiffPage(diff, stage: stage, limit: limit).html(), to: 1)
    } else {
      Output.line(try DiffText(diff, limit: limit).text(stage: stage))
    }
    return arguments.has("--exit-code") && diff.firstDivergence != nil ? ExitCode.stageFailed.rawValue : 0
  }

  private static func json(_ diff: SnapshotDiff, stage: String?, limit: Int) throws -> JSONValue {
    guard let stage, let shown = diff.stages.first(where: { $0.stage == stage }), let all = diff.json.object else {
      return diff.json
    }
    let texts = try ChangedTexts(diff, shown).texts(limit: limit).map { change -> JSONValue in
      [
        "id": .string(change.id),
        "parts": .array(
          (change.pieces ?? []).map { piece in
            switch piece {
            case .same(let text): ["same": .string(text)]
            case .old(let text): ["removed": .string(text)]
            case .new(let text): ["added": .string(text)]
            }
          }),
      ]
    }
    return .object(all.merging(["texts": .array(texts)]))
  }
}

/// A comparison for a terminal.
struct DiffText {
  private let diff: SnapshotDiff
  private let limit: Int
  private let style = Style(descriptor: 1)

  init(_ diff: SnapshotDiff, limit: Int) {
    self.diff = diff
    self.limit = limit
  }

  func text(stage: String?) throws -> String {
    var lines = [style.bold("\(diff.before.name)  →  \(diff.after.name)")]
    guard let first = diff.firstDivergence else { return (lines + ["Nothing differs."]).joined(separator: "\n") }
    lines.append("The first stage that differs is \(style.bold(first.stage)):")
    lines += diff.reason.map { "  – \(TerminalText.line($0))" }
    var table = TextTable(
      ["stage", "added", "removed", "changed", "moved", "same"].map(style.dim), numeric: [1, 2, 3, 4, 5])
    for stage in diff.stages {
      func shown(_ count: Int, _ colour: (String) -> String) -> String { count == 0 ? "" : colour(Units.show(count)) }
      table.add([
        stage.stage, shown(stage.added.count, style.green), shown(stage.removed.count, style.red),
        shown(stage.changed.count, style.yellow), shown(stage.moved.count, style.blue),
        stage.hasSameContent ? style.dim("all") : Units.show(stage.unchanged),
      ])
    }
    lines += ["", table.text]
    let numbers = diff.stages.flatMap { stage in
      stage.metrics.filter(\.isNews).map { "  \(stage.stage) \($0.name): \($0.text)" }
    }
    if !numbers.isEmpty { lines += ["", style.bold("Numbers:")] + numbers }
    for stage in diff.stages where !stage.hasSameContent && (stage.stage == first.stage || stage.type == "chunk") {
      if self.limit > 0, diff.stages.first(where: { $0.stage == stage.stage }) != nil { lines += items(stage) }
    }
    if let stage, let shown = diff.stages.first(where: { $0.stage == stage }) { lines += try texts(shown) }
    return lines.joined(separator: "\n")
  }

  private func items(_ stage: StageDiff) -> [String] {
    var lines: [String] = []
    let moved = Dictionary(stage.moved.map { ($0.to, $0.from) }, uniquingKeysWith: { first, _ in first })
    let old = Set(stage.moved.map(\.from))
    let kinds: [(String, [String], (String) -> String)] = [
      ("+", stage.added.filter { moved[$0] == nil }, style.green),
      ("−", stage.removed.filter { !old.contains($0) }, style.red),
      ("~", stage.changed, style.yellow),
    ]
    for (mark, ids, colour) in kinds where !ids.isEmpty {
      lines += ids.prefix(limit).map { "  \(colour("\(mark) \(TerminalText.line($0))"))" }
      if ids.count > limit { lines.append("    … and \(Units.show(ids.count - limit)) more (--limit, --json)") }
    }
    lines += stage.moved.prefix(limit).map {
      "  \(style.blue("→ \(TerminalText.line($0.from)) is \(TerminalText.line($0.to))"))"
    }
    return lines.isEmpty ? [] : ["", style.bold("\(stage.stage):")] + lines
  }

  private func texts(_ stage: StageDiff) throws -> [String] {
    let changes = try ChangedTexts(diff, stage).texts(limit: limit)
    return changes.flatMap { change -> [String] in
      let text = change.shortened(around: 60).map { piece in
        switch piece {
        case .same(let text): TerminalText.escaped(text)
        case .old(let text): style.red("[-\(TerminalText.escaped(text))-]")
        case .new(let text): style.green("{+\(TerminalText.escaped(text))+}")
        }
      }.joined(separator: " ")
      return ["", style.bold(TerminalText.line(change.id)), text]
    } + (stage.changed.count > limit ? ["", "… and \(Units.show(stage.changed.count - limit)) more items"] : [])
  }
}
