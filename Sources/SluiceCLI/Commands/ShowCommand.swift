import Engine
import Foundations
import Manifest
import StageKit
import Store

/// `sluice show`
enum ShowCommand {
  static let spec = CommandSpec(
    "show", "List a stage's items, or print one.", usage: "[PIPELINE] STAGE [ITEM]",
    options: [.pipeline, OptionSpec("--limit", value: "N", "How many items to list (50)."), .json], run: run)

  /// More than this is not for the screen: it is published, or `sluice show` says the digest.
  private static let maxContent = 1 << 20

  /// The text of the file that an item stands for; `nil`: there is none, it is large, or it is no text.
  private static func content(of record: JSONObject, _ store: ObjectStore) throws -> String? {
    guard record["content"] == nil, let digest = record["body"]?.string.flatMap({ Digest(reference: $0) }) else {
      return nil
    }
    let bytes = try store.get(digest)
    guard bytes.count <= maxContent, !bytes.contains(0) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let words = PipelineWords(arguments)
    let project = try Project(named: words.pipeline)
    let pipeline = try project.pipelineName()
    guard let stage = words.rest.first else {
      throw SluiceError(
        .usage, "which stage?",
        advice: "For example: sluice show chunk. `sluice status` lists the stages.")
    }
    let (record, dataset, store) = try Results.dataset(
      of: stage, pipeline, project.layout, known: try? project.graph(arguments))
    if words.rest.count > 1 {
      let item = try Results.item(words.rest[1], in: dataset, stage, store)
      var object = try item.record.object()
      object["id"] = .string(item.id)
      if let content = try content(of: object, store) { object["content"] = .string(content) }
      Output.json(.object(object))
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
}
