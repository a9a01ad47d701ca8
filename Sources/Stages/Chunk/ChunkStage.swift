import Documents
import Foundations
import Models
import StageKit
import Store
import Tokenization

/// Splits parsed documents into chunks by section.
struct ChunkStage: ItemStage {
  let implementationVersion = 1
  let keyComponents: JSONObject
  let projection = Projection.fields(["elements", "title", "language", "source_url", "document_id"])
  let parallelism = Parallelism.jobs

  private let directory: String
  private let maximum: Int
  private let overlap: Int
  private let minimum: Int

  init(_ configuration: StageConfiguration) throws {
    let parameters = configuration.parameters
    maximum = try parameters.int("max_tokens")
    overlap = try parameters.int("overlap")
    minimum = try parameters.int("min_tokens")
    directory = ModelFiles.locate(
      try parameters.string("tokenizer"), project: configuration.directory)
    let file = Path.join(directory, Tokenizers.fileName)
    // The digest of a file that is there is remembered; a missing one is for the tokenizer to explain.
    let digest =
      FileSystem.exists(file)
      ? try configuration.files.digest(ofFile: Path.absolute(file))
      : try Tokenizers.digest(directory: directory)
    keyComponents = ["tokenizer": .string(digest.hex)]
  }

  func makeWorker(_ context: StageContext) throws -> any ItemWorker {
    let counter = ModelTokenCounter(tokenizer: try Tokenizers.load(directory: directory))
    return ChunkWorker(
      Chunker(counter: counter, maximum: maximum, overlap: overlap, minimum: minimum))
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
    let document = ChunkDocument(
      id: record["document_id"]?.string ?? item.id, title: parsed.title, language: parsed.language,
      url: record["source_url"]?.string)
    let name = parsed.title ?? Path.name(item.id)
    let chunks = chunker.chunks(parsed, name: name.isEmpty ? item.id : name)
    return .done(
      chunks.enumerated().map { index, chunk in
        let suffix = Self.suffix(index + 1)
        return ItemOutput(
          id: .child(suffix),
          members: chunk.record(id: "\(item.id)#\(suffix)", index: index, document: document))
      })
  }

  /// `0007`; more digits only beyond 9,999.
  private static func suffix(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
