import Documents
import Evidence
import Formats
import Foundations
import Manifest
import Models
import StageKit
import Store
import Synchronization

/// Says in two or three sentences what a table holds, so that it is found by what it means. Other
/// chunks pass through as they are.
struct SummarizeStage: ItemStage {
  let implementationVersion = 4
  let keyComponents: JSONObject
  let projection = Projection.fields(
    ["text", "table", "element_type", "section_path", "max_tokens"], includesID: false)
  let parallelism: Parallelism
  var exporter: (any DatasetExporter)? { ChunkLinesExporter(fileName: PublishedFile.chunks) }

  private let chat: StageProvider?
  private let prompt: String
  private let counting: CountingTokenizer

  init(_ configuration: StageConfiguration) throws {
    counting = try CountingTokenizer(configuration)
    chat = try StageProvider.chat(configuration, without: "rules")
    prompt = configuration.prompt("summarize")
    // They wait for the server.
    parallelism = chat.map { .threads($0.concurrent) } ?? .jobs
    let tokenizer: JSONObject = ["tokenizer": .string(counting.digest.hex)]
    keyComponents = tokenizer.merging(chat?.keyComponents ?? [:])
  }

  func makeWorker(_ context: StageContext) throws -> any ItemWorker {
    let counter = try counting.load()
    let model = try chat.map { try LanguageModel($0.chain, $0.environment(context)) }
    return SummarizeWorker(
      model: model.map { TableModel(model: $0, prompt: prompt) }, counter: counter, context: context)
  }
}

/// Summarizes chunk by chunk.
final class SummarizeWorker: BatchWorker {
  let batchSize: Int
  private let model: TableModel?
  private let counter: any TokenCounter
  private let context: StageContext
  private let hasComplained = Atomic(false)

  init(model: TableModel?, counter: any TokenCounter, context: StageContext) {
    self.model = model
    self.counter = counter
    self.context = context
    batchSize = model == nil ? 32 : 1
  }

  func process(_ batch: [WorkItem]) throws -> [ItemOutcome] {
    try batch.map { work in
      let record = try Chunk(work.item)
      guard record.elementType == Chunk.Kind.table.rawValue, let member = record.table,
        let table = try? member.decoded(as: DocumentTable.self)
      else { return .done([ItemOutput(id: .same, members: [:], inherits: true)]) }
      let section = record.sectionPath ?? ""
      var summary = TableSummary.extract(from: table)
      var author: String?
      var freshness = Freshness.forever
      if let model {
        do throws(SluiceError) {
          switch try model.summary(of: table, section: section) {
          case .accepted(let text, let model): (summary, author) = (text, model)
          case .refused(let reason):
            context.log(
              .warning, "\(work.item.id): the model's summary was not taken (\(reason)); the one by rule stands")
          }
        } catch {
          // The rules speak until the next run, when the model is asked again.
          guard error.code == .service || error.code == .budget else { throw error }
          missing(error)
          freshness = Freshness(seconds: 0)
        }
      }
      let fitted = fit(summary, limit: record.maxTokens) { summary in
        record.text.flatMap { ChunkLayout.inserting(summary: summary, into: $0) }
          ?? ChunkLayout.table(section: section, summary: summary, markdown: table.markdown)
      }
      guard let fitted else { return .done([ItemOutput(id: .same, members: [:], inherits: true)], freshness) }
      var summarized = Chunk()
      summarized.summary = fitted.summary
      summarized.summaryBy = author
      summarized.hasSummary = true
      summarized.text = fitted.text
      summarized.tokenCount = fitted.tokens
      return .done([ItemOutput(id: .same, members: summarized.members, inherits: true)], freshness)
    }
  }

  /// Says once why there are summaries by rule.
  private func missing(_ error: SluiceError) {
    guard !hasComplained.exchange(true, ordering: .relaxed) else { return }
    context.log(.warning, "\(error.message); tables are summarized by rule until the next run")
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
}
