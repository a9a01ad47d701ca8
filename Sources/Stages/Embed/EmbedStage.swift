import Foundations
import Models
import StageKit
import Store

/// Gives each chunk the vector of its text.
///
/// A vector belongs to the exact text and the space of the model, so the key holds only these: an
/// unchanged text is never embedded again, in whichever document it stands.
struct EmbedStage: ItemStage {
  let implementationVersion = 1
  let keyComponents: JSONObject
  let projection = Projection.fields(["text"], includesID: false)
  let parallelism: Parallelism
  var exporter: (any DatasetExporter)? { VectorsExporter() }

  private let batch: Int
  private let source: Source

  private enum Source {
    case local(LocalModel, threads: Int?)
    case service(StageProvider, dimensions: Int?, TextPrefixes)
  }

  private struct ServiceKey: Encodable {
    let space: String
    let asks: JSONValue
    let documentPrefix: String?
    let queryPrefix: String?

    enum CodingKeys: String, CodingKey {
      case space, asks
      case documentPrefix = "document_prefix"
      case queryPrefix = "query_prefix"
    }
  }

  init(_ configuration: StageConfiguration) throws {
    let parameters = configuration.parameters
    batch = try parameters.int("batch")
    let dimensions = parameters.optionalInt("dimensions")
    let query = parameters.optionalString("query_prefix")
    let document = parameters.optionalString("document_prefix")
    switch try StageProvider.embedding(configuration) {
    case .local(var model):
      model.dimensions = dimensions
      model.queryPrefix = query
      model.documentPrefix = document
      source = .local(model, threads: parameters.optionalInt("threads"))
      // One thread feeds the model, which has threads itself.
      parallelism = .threads(1)
      let files = configuration.files
      let passport = try model.passport { path in try files.digest(ofFile: path) }
      keyComponents = ["space": .object(passport.members)]
    case .service(let provider):
      let prefixes = TextPrefixes(query: query ?? "", document: document ?? "")
      source = .service(provider, dimensions: dimensions, prefixes)
      parallelism = .threads(provider.concurrent)
      // Which server took over does not matter: all of them serve the same space, and prove it.
      keyComponents = JSONObject(
        encoding: ServiceKey(
          space: "as the server's model gives it", asks: provider.firstIdentity, documentPrefix: document,
          queryPrefix: query))
    }
  }

  func makeWorker(_ context: StageContext) throws -> any ItemWorker {
    switch source {
    case .local(let model, let threads):
      let embedder = try LocalEmbedder(model, threads: threads ?? min(context.jobs, Parallel.processors))
      context.log(.debug, "\(model.name) computes in \(model.precision.rawValue) on the \(embedder.device)")
      if let warning = embedder.deviceWarning { context.log(.warning, warning) }
      return EmbedWorker(embedder: embedder, batch: batch, context: context)
    case .service(let provider, let dimensions, let prefixes):
      let embedder = try RemoteEmbedder(
        provider.chain, dimensions: dimensions, batch: batch, prefixes: prefixes, provider.environment(context))
      return EmbedWorker(embedder: embedder, batch: batch, context: context)
    }
  }
}
