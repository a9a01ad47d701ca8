import Clustering
import Foundations
import StageKit
import Store

/// Groups chunks by meaning and names the groups.
struct ClusterStage: CollectionStage {
  let implementationVersion = 1
  let keyComponents: JSONObject = [:]
  let projection = Projection.fields([
    "text", "vector", "space", "document_id", "section_path", "page_number", "source_url",
  ])

  static let fileName = "clusters.json"

  enum Method: String { case hdbscan, kmeans }

  private let method: Method
  private let minClusterSize: Int
  private let minSamples: Int
  private let k: Int?
  private let termCount: Int
  private let evidenceCount: Int

  /// Above this many chunks the exact method takes minutes.
  private static let comfortable = 20_000

  init(_ configuration: StageConfiguration) throws {
    let parameters = configuration.parameters
    method = Method(rawValue: try parameters.string("method")) ?? .hdbscan
    minClusterSize = try parameters.int("min_cluster_size")
    minSamples = try parameters.int("min_samples")
    k = parameters.optionalInt("k")
    termCount = try parameters.int("terms")
    evidenceCount = try parameters.int("evidence")
  }

  func run(_ inputs: CollectionInputs, _ context: StageContext) throws -> CollectionOutput {
    let chunks = try ClusterChunks(inputs, context)
    if method == .hdbscan && chunks.count > Self.comfortable {
      context.log(
        .warning, "\(chunks.count) chunks: HDBSCAN compares all pairs, which takes minutes; method: kmeans is quicker")
    }
    let total = 1000
    let step: @Sendable (Double) throws -> Void = { share in
      try context.checkStopping()
      context.progress(Int(share * Double(total)), total)
    }
    let clusters =
      switch method {
      case .hdbscan:
        try HDBSCAN(minClusterSize: minClusterSize, minSamples: minSamples, threads: context.jobs)
          .cluster(chunks.points, step: step)
      case .kmeans:
        try KMeans(k: k ?? KMeans.usualK(chunks.count), threads: context.jobs).cluster(chunks.points, step: step)
      }
    let records = try ClusterRecords(chunks: chunks, clusters: clusters, terms: termCount, evidence: evidenceCount)
      .make()
    context.progress(total, total)
    let noise = clusters.labels.count { $0 < 0 }
    let file: JSONObject = [
      "method": .string(method.rawValue), "chunks": JSONValue(chunks.count), "noise": JSONValue(noise),
      "clusters": .array(records.map { .object($0) }),
    ]
    let path = Path.join(context.scratch, Self.fileName)
    try FileSystem.writeAtomically(JSONValue.object(file).prettyText + "\n", to: path)
    return CollectionOutput(
      items: records.map { Item(id: $0["id"]?.string ?? "", record: Record($0)) }, files: [Self.fileName: path],
      summary:
        "\(Units.show(records.count)) clusters of \(Units.show(chunks.count - noise)) chunks, \(Units.show(noise)) in none"
    )
  }
}
