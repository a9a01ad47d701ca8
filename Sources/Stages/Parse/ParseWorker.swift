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
    let record = try Document(item)
    do {
      let bytes = try body(record)
      // Some of it stands in the record, some in its `source`.
      let inner = record.source
      let url = record.finalURL ?? inner?.finalURL ?? record.url ?? inner?.url ?? record.path
      let source = DocumentSource(
        contentType: record.contentType ?? inner?.contentType, charset: record.charset ?? inner?.charset,
        name: url ?? item.id, language: language)
      let read = try pool.parse(bytes, source)
      guard let members = try JSONValue(parsing: read.json).object else {
        throw SluiceError(.corrupt, "a parser process answered something else than a document")
      }
      var parsed = ParsedRecord(members: members)
      parsed.documentID = item.id
      parsed.sourceURL = url
      let carried = JSONObject(metadata.compactMap { name in record.field(name).map { (name, $0) } })
      if !carried.isEmpty { parsed.metadata = carried }
      return .done(
        [ItemOutput(id: .same, members: parsed.members)], Freshness(seconds: nil, validators: read.kind.mark))
    } catch let problem as ItemProblem {
      return .failed(ItemFailure(kind: problem.kind, message: problem.message))
    }
  }

  /// The document's bytes: an object, or the text in the record itself.
  private func body(_ record: Document) throws -> [UInt8] {
    if let reference = record.bodyReference {
      guard let digest = record.body else {
        throw ItemProblem(
          "no_body", "the field `body` is not the name of an object: \(reference.prefix(80))")
      }
      return try context.objects.get(digest)
    }
    guard let text = record.text else {
      throw ItemProblem(
        "no_body", "there is nothing to parse: the record has neither `body` nor `text`")
    }
    return Array(text.utf8)
  }
}
