import Documents
import Foundations
import Models
import StageKit
import Store

/// Says in two or three sentences what a table holds, so that it is found by what it means. Other
/// chunks pass through as they are.
struct SummarizeStage: ItemStage {
  let implementationVersion = 2
  let keyComponents: JSONObject
  let projection = Projection.fields(
    ["text", "table", "element_type", "section_path", "max_tokens"], includesID: false)
  let parallelism: Parallelism
  var exporter: (any DatasetExporter)? { ChunkLinesExporter(fileName: "chunks.jsonl") }

  private let service: ServiceParameters?
  private let prompt: String
  private let counting: CountingTokenizer

  init(_ configuration: StageConfiguration) throws {
    counting = try CountingTokenizer(configuration)
    keyComponents = ["tokenizer": .string(counting.digest.hex)]
    prompt = configuration.prompts["summarize"] ?? ""
    if try configuration.parameters.string("provider") == "openai" {
      service = try ServiceParameters(configuration)
      // They wait for the server.
      parallelism = .threads(4)
    } else {
      service = nil
      parallelism = .jobs
    }
  }

  func makeWorker(_ context: StageContext) throws -> any ItemWorker {
    let counter = try counting.load()
    guard let service else { return SummarizeWorker(model: nil, counter: counter, context: context) }
    let client = ChatClient(try service.endpoint(context), isStopping: context.isStopping)
    return SummarizeWorker(
      model: TableModel(client: client, prompt: prompt, cache: context.cache), counter: counter, context: context)
  }
}

/// Summarizes chunk by chunk.
final class SummarizeWorker: BatchWorker {
  let batchSize: Int
  private let model: TableModel?
  private let counter: any TokenCounter
  private let context: StageContext

  init(model: TableModel?, counter: any TokenCounter, context: StageContext) {
    self.model = model
    self.counter = counter
    self.context = context
    batchSize = model == nil ? 32 : 1
  }

  func process(_ batch: [WorkItem]) throws -> [ItemOutcome] {
    try batch.map { work in
      let record = try work.item.record.object()
      guard record["element_type"]?.string == "table", let member = record["table"]?.object,
        let table = try? DocumentTable(member)
      else { return .done([ItemOutput(id: .same, members: [:], inherits: true)]) }
      let section = record["section_path"]?.string ?? ""
      var summary = TableSummary.extract(from: table)
      if let model {
        switch try model.summary(of: table, section: section) {
        case .accepted(let text): summary = text
        case .refused(let reason):
          context.log(
            .warning,
            "\(work.item.id): the model's summary was not taken (\(reason)); the one by rule stands"
          )
        }
      }
      let text = record["text"]?.string ?? ""
      let fitted = fit(summary, limit: record["max_tokens"]?.int) {
        Self.insert($0, into: text, section: section, table: table)
      }
      guard let fitted else { return .done([ItemOutput(id: .same, members: [:], inherits: true)]) }
      let members: JSONObject = [
        "summary": .string(fitted.summary), "has_summary": true, "text": .string(fitted.text),
        "token_count": JSONValue(fitted.tokens),
      ]
      return .done([ItemOutput(id: .same, members: members, inherits: true)])
    }
  }

  /// The summary without as many sentences at its end as it takes for the chunk to keep to its limit;
  /// `nil` when there is no room for one.
  private func fit(_ summary: String, limit: Int?, _ chunk: (String) -> String) -> (
    summary: String, text: String, tokens: Int
  )? {
    var sentences = SentenceSplitter.sentences(summary)
    while !sentences.isEmpty {
      let summary = sentences.joined(separator: " ")
      let text = chunk(summary)
      let tokens = counter.count(text)
      if tokens <= limit ?? .max { return (summary, text, tokens) }
      sentences.removeLast()
    }
    return nil
  }

  /// The chunk's text with the summary between its head (section, caption) and the table.
  static func insert(_ summary: String, into text: String, section: String, table: DocumentTable)
    -> String
  {
    let mark = Array("\n\nTable:\n".utf8)
    let bytes = Array(text.utf8)
    guard let range = ByteSearch.range(of: mark, in: bytes) else {
      return "Section: \(section)\nSummary: \(summary)\n\nTable:\n\(table.markdown)"
    }
    let head = String(decoding: bytes[..<range.lowerBound], as: UTF8.self)
    return head + "\nSummary: \(summary)"
      + String(decoding: bytes[range.lowerBound...], as: UTF8.self)
  }
}
