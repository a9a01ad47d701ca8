import Documents
import Foundations
import Models
import StageKit
import Store
import Tokenization

/// Splits parsed documents into chunks by section.
struct ChunkStage: ItemStage {
  let implementationVersion = 6
  let keyComponents: JSONObject
  let projection = Projection.fields(["elements", "title", "language", "source_url", "document_id", "metadata"])
  let parallelism = Parallelism.jobs
  var gateMeasures: (any GateMeasures)? { ChunkMeasures() }
  var exporter: (any DatasetExporter)? { ChunkLinesExporter(fileName: PublishedFile.chunks) }

  private let counting: CountingTokenizer
  private let maximum: Int
  private let overlap: Int
  private let minimum: Int
  private let wholeTable: Int

  init(_ configuration: StageConfiguration) throws {
    let parameters = configuration.parameters
    maximum = try parameters.int("max_tokens")
    overlap = try parameters.int("overlap")
    minimum = try parameters.int("min_tokens")
    guard overlap <= maximum / 2 else {
      throw SluiceError(
        .usage, "overlap: \(overlap) is more than half of max_tokens (\(maximum))",
        advice:
          "Give an overlap of at most \(maximum / 2): a chunk would say little that the one before has not said. (It is 100 where the file does not say.)"
      )
    }
    wholeTable = parameters.optionalInt("table_tokens") ?? maximum
    counting = try CountingTokenizer(configuration)
    keyComponents = [
      "tokenizer": .string(counting.digest.hex), "tokenizer_libraries": .string(Tokenizers.libraryVersions),
    ]
  }

  func makeWorker(_ context: StageContext) throws -> any ItemWorker {
    ChunkWorker(
      Chunker(
        counter: try counting.load(), maximum: maximum, overlap: overlap, minimum: minimum, wholeTable: wholeTable))
  }
}

/// Chunks documents one by one.
final class ChunkWorker<Counter: TokenCounter>: BatchWorker {
  let batchSize = 1
  private let chunker: Chunker<Counter>

  init(_ chunker: Chunker<Counter>) { self.chunker = chunker }

  func process(_ batch: [WorkItem]) throws -> [ItemOutcome] {
    try batch.map { try outcome($0.item) }
  }

  private func outcome(_ item: Item) throws -> ItemOutcome {
    let record = try item.record.object()
    let parsed: ParsedDocument
    do { parsed = try ParsedDocument(record) } catch {
      return .failed(ItemFailure(kind: "not_parsed", message: error.message))
    }
    let origin = ParsedRecord(members: record)
    let document = ChunkDocument(
      id: origin.documentID ?? item.id, title: parsed.title, language: parsed.language, url: origin.sourceURL,
      metadata: origin.metadata ?? [:])
    let chunks = chunker.chunks(parsed, name: Chunker<Counter>.name(of: parsed))
    var seen: [String: Int] = [:]
    return .done(
      chunks.enumerated().map { index, chunk in
        let suffix = Self.suffix(chunk, &seen)
        let limit = chunk.kind == .table ? max(chunker.maximum, chunker.wholeTable) : chunker.maximum
        return ItemOutput(
          id: .child(suffix),
          members: chunk.chunk(id: "\(item.id)#\(suffix)", index: index, limit: limit, document: document).members)
      })
  }

  /// Ten digits of the text's digest: a chunk keeps its id while its text stays, whatever comes or goes around it. The
  /// second chunk with the same text in a document is `…-2`.
  static func suffix(_ chunk: ChunkDraft, _ seen: inout [String: Int]) -> String {
    let name = String(Digest(of: Array(chunk.text.utf8)).hex.prefix(10))
    let count = seen[name, default: 0] + 1
    seen[name] = count
    return count == 1 ? name : "\(name)-\(count)"
  }
}
