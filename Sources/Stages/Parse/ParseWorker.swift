import Documents
import Foundations
import StageKit
import Store

/// Takes documents one by one to a parser process and hands back what came of them.
final class ParseWorker: BatchWorker {
  let batchSize = 1
  private let pool: ParserPool
  private let language: String?
  private let metadata: [String]
  private let context: StageContext

  /// - Parameter metadata: fields of the record that the parsed document carries on.
  init(_ pool: ParserPool, language: String?, metadata: [String] = [], _ context: StageContext) {
    self.pool = pool
    self.language = language
    self.metadata = metadata
    self.context = context
  }

  func process(_ batch: [WorkItem]) throws -> [ItemOutcome] {
    try batch.map { try outcome($0.item) }
  }

  private func outcome(_ item: Item) throws -> ItemOutcome {
    let record = try item.record.object()
    do {
      let bytes = try body(record)
      let url =
        Self.field(record, "final_url") ?? Self.field(record, "url") ?? record["path"]?.string
      let source = DocumentSource(
        contentType: Self.field(record, "content_type"), charset: Self.field(record, "charset"),
        name: url ?? item.id,
        language: language)
      var members = try JSONValue(parsing: try pool.parse(bytes, source)).object ?? JSONObject()
      members["document_id"] = .string(item.id)
      if let url { members["source_url"] = .string(url) }
      var carried = JSONObject()
      for name in metadata {
        if let value = JSONValue.object(record)[path: name.split(separator: ".").map(String.init)] {
          carried[name] = value
        }
      }
      if !carried.isEmpty { members["metadata"] = .object(carried) }
      return .done([ItemOutput(id: .same, members: members)])
    } catch let problem as ItemProblem {
      return .failed(ItemFailure(kind: problem.kind, message: problem.message))
    }
  }

  /// The document's bytes: an object, or the text in the record itself.
  private func body(_ record: JSONObject) throws -> [UInt8] {
    if let reference = record["body"]?.string {
      guard let digest = Digest(reference: reference) else {
        throw ItemProblem(
          "no_body", "the field `body` is not the name of an object: \(reference.prefix(80))")
      }
      return try context.objects.get(digest)
    }
    guard let text = record["text"]?.string else {
      throw ItemProblem(
        "no_body", "there is nothing to parse: the record has neither `body` nor `text`")
    }
    return Array(text.utf8)
  }

  /// A member of the record or of its `source`.
  private static func field(_ record: JSONObject, _ name: String) -> String? {
    record[name]?.string ?? record["source"]?[name]?.string
  }
}
