import Foundations
import Models
import StageKit

/// Gives each chunk the vector of its text.
///
/// A vector belongs to the exact text and the space of the model, so the key holds only these: an
/// unchanged text is never embedded again, in whichever document it stands.
struct EmbedStage: ItemStage {
  let implementationVersion = 1
  let keyComponents: JSONObject
  let projection = Projection.fields(["text"], includesID: false)
  /// One thread feeds the model, which has threads itself.
  let parallelism = Parallelism.threads(1)
  var exporter: (any DatasetExporter)? { VectorsExporter() }

  private let batch: Int
  private let source: Source

  private enum Source {
    case local(directory: String, name: String, threads: Int?)
    case service(ServiceParameters, dimensions: Int?)
  }

  init(_ configuration: StageConfiguration) throws {
    let parameters = configuration.parameters
    batch = try parameters.int("batch")
    if try parameters.string("provider") == "openai" {
      let service = try ServiceParameters(configuration)
      source = .service(service, dimensions: parameters.optionalInt("dimensions"))
      keyComponents = ["space": "as the server's model gives it"]
    } else {
      let name = try parameters.string("model")
      let directory = ModelFiles.locate(name, project: configuration.directory)
      source = .local(directory: directory, name: name, threads: parameters.optionalInt("threads"))
      keyComponents = [
        "space": .object(try LocalEmbedder.passport(directory: directory, name: name).members)
      ]
    }
  }

  func makeWorker(_ context: StageContext) throws -> any ItemWorker {
    let embedder: any TextEmbedder
    switch source {
    case .local(let directory, let name, let threads):
      embedder = try LocalEmbedder(
        directory: directory, name: name, threads: threads ?? min(context.jobs, Parallel.processors)
      )
    case .service(let service, let dimensions):
      embedder = RemoteEmbedder(
        try service.endpoint(context), dimensions: dimensions, keyVariable: service.keyVariable,
        batch: batch,
        isStopping: context.isStopping)
    }
    return EmbedWorker(embedder: embedder, batch: batch, context: context)
  }
}
