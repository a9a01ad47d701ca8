import Engine
import Foundations
import Manifest
import StageKit
import Store
import Views

/// `sluice show`
enum ShowCommand {
  static let spec = CommandSpec(
    "show", "List a stage's items, or print one.", usage: "[PIPELINE] STAGE [ITEM]",
    options: [
      .pipeline, OptionSpec("--limit", short: "-n", value: "N", "How many items to list (50)."),
      OptionSpec("--removed", "List the items that the stage had and has no longer: when they left, and why."), .json,
    ]
      + AskedGeneration.options, run: run)

  /// More than this is not for the screen: it is published, or `sluice show` says the digest.
  private static let maxContent = 1 << 20

  /// A record, and beside it what its file says.
  private struct Shown: JSONView {
    enum Name: String { case content }
    var members: JSONObject

    var content: JSONValue? {
      get { self[.content] }
      set { self[.content] = newValue }
    }
  }

  /// The text of the file that an item stands for; `nil`: there is none, it is large, or it is no text.
  private static func content(of item: Item, _ store: ObjectStore) throws -> String? {
    guard let digest = try Document(item).body else { return nil }
    let bytes = try store.get(digest)
    guard bytes.count <= maxContent, !bytes.contains(0) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let words = PipelineWords(arguments)
    let project = try Project(named: words.pipeline)
    let asked = try AskedGeneration(project, arguments)
    guard let stage = words.rest.first else {
      throw SluiceError(
        .usage, "which stage?",
        advice: "For example: sluice show chunk. `sluice status` lists the stages.")
    }
    let known = try? project.graph(arguments, line: asked.line)
    // A slip of the finger is said even where nothing was run yet.
    if let known, asked.selector == nil { _ = try Selector(stage).resolve(in: known) }
    if arguments.has("--removed") { return try listRemoved(stage, words.rest.dropFirst().first, asked, arguments) }
    let snapshot = try asked.snapshot()
    let (record, dataset) = try Results.dataset(of: stage, in: snapshot, known: known)
    let store = snapshot.store
    if words.rest.count > 1 {
      let item = try Results.item(words.rest[1], in: dataset, stage, store)
      var shown = Shown(members: try item.named())
      if shown.content == nil, let content = try content(of: item, store) { shown.content = .string(content) }
      Output.json(.object(shown.members))
      return 0
    }
    let limit = try arguments.int("--limit") ?? 50
    if arguments.isJSON {
      Output.json([
        "stage": .string(stage), "type": .string(record.type), "count": JSONValue(dataset.count),
        "dataset": .string(dataset.digest.hex),
        "items": .array(
          (0..<min(limit, dataset.count)).map {
            ["id": .string(dataset.id($0)), "digest": .string(dataset.digest($0).hex)]
          }),
      ])
      return 0
    }
    var table = TextTable(["item", "digest"])
    for index in 0..<min(limit, dataset.count) { table.add([dataset.id(index), dataset.digest(index).short]) }
    Output.line(table.text)
    if dataset.count > limit {
      Output.line("… \(Units.show(dataset.count - limit)) more (--limit \(dataset.count) shows all)")
    }
    return 0
  }

  /// What left, as far as generations are kept that had it.
  private static func listRemoved(
    _ stage: String, _ item: String?, _ asked: AskedGeneration, _ arguments: Arguments
  ) throws -> Int32 {
    let limit = try arguments.int("--limit") ?? (arguments.isJSON ? Int.max : 50)
    let departures = try Departures(asked.line, layout: asked.project.layout).departures(
      of: stage, item: item, limit: limit)
    if arguments.isJSON {
      Output.json(["stage": .string(stage), "removed": JSONValue(encoding: departures)])
      return 0
    }
    var table = TextTable(["item", "left in run", "generation", "when", "because"], numeric: [1, 2])
    for departure in departures {
      table.add([
        departure.item, "\(departure.run)", departure.generation.map { "\($0)" } ?? "–", departure.time,
        departure.reason,
      ])
    }
    Output.line(
      table.isEmpty ? "Nothing left \(stage) since the oldest generation that is kept." : table.text)
    return 0
  }
}
