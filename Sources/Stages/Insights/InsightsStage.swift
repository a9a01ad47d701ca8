import Foundations
import Models
import SearchIndex
import StageKit
import Store

/// Says what each cluster means: needs, pains, opportunities, findings; every statement with verbatim
/// quotes that were checked.
struct InsightsStage: CollectionStage {
  let implementationVersion = 1
  let keyComponents: JSONObject = [:]
  let projection = Projection.fields(["label", "terms", "size", "hot_score", "members", "evidence"])

  private let service: ServiceParameters?
  private let prompt: String
  private let maxClusters: Int
  private let evidenceCount: Int

  /// Chunks of a cluster whose sentences are weighed without a model.
  private static let extractiveChunks = 24

  init(_ configuration: StageConfiguration) throws {
    let parameters = configuration.parameters
    service = try parameters.string("provider") == "openai" ? try ServiceParameters(configuration) : nil
    maxClusters = try parameters.int("max_clusters")
    evidenceCount = try parameters.int("evidence")
    prompt = configuration.prompts["insights"] ?? ""
  }

  func run(_ inputs: CollectionInputs, _ context: StageContext) throws -> CollectionOutput {
    guard let file = try inputs.datasets(ofType: "index").first?.file("index.sqlite") else {
      throw SluiceError(
        .badInput, "stage \(context.stage) has no index to read the chunks' texts from",
        advice: "Name both: needs: [cluster, index]")
    }
    let searcher = try Searcher(path: file)
    var clusters: [ClusterSummary] = []
    for dataset in inputs.datasets(ofType: "cluster") {
      for entry in dataset.entries {
        clusters.append(ClusterSummary(id: entry.id, try dataset.item(entry).record.object()))
      }
    }
    // The hottest first: they get the model when not all do.
    clusters.sort { $0.hotScore != $1.hotScore ? $0.hotScore > $1.hotScore : $0.id < $1.id }
    let model = try service.map { service in
      InsightModel(
        client: ChatClient(try service.endpoint(context), isStopping: context.isStopping), prompt: prompt,
        cache: context.cache)
    }
    var insights: [Insight] = []
    var dropped = 0
    for (number, cluster) in clusters.enumerated() {
      try context.checkStopping()
      context.progress(number, clusters.count)
      if let model, number < maxClusters {
        let (insight, faults) = try ask(model, cluster, searcher)
        for fault in faults { context.log(.info, "\(cluster.label): dropped \(fault)") }
        dropped += faults.count
        insights.append(insight)
      } else {
        insights.append(try extract(cluster, searcher))
      }
    }
    context.progress(clusters.count, clusters.count)
    return try output(insights, dropped: dropped, context)
  }

  private func ask(_ model: InsightModel, _ cluster: ClusterSummary, _ searcher: Searcher) throws -> (Insight, [String])
  {
    let ids = Array(cluster.chunkIDs.prefix(max(evidenceCount, 1)))
    let evidence = try searcher.chunks(ids).map { InsightEvidence($0) }
    let result = try model.insight(label: cluster.label, terms: cluster.terms, evidence: evidence)
    let provenance: JSONObject = [
      "model": .string(result.model), "prompt": .string(Digest(of: prompt).description),
      "prompt_tokens": JSONValue(result.promptTokens), "completion_tokens": JSONValue(result.completionTokens),
      "dropped": JSONValue(result.faults.count),
    ]
    return (Insight(cluster: cluster, evidence: evidence, fields: result.fields, provenance: provenance), result.faults)
  }

  private func extract(_ cluster: ClusterSummary, _ searcher: Searcher) throws -> Insight {
    let evidence = try searcher.chunks(Array(cluster.chunkIDs.prefix(Self.extractiveChunks))).map {
      InsightEvidence($0)
    }
    return Insight(
      cluster: cluster, evidence: evidence, fields: ExtractiveInsight.make(evidence),
      provenance: ["model": "extractive"])
  }

  private func output(_ insights: [Insight], dropped: Int, _ context: StageContext) throws -> CollectionOutput {
    let records = insights.map(\.record)
    let json = Path.join(context.scratch, "insights.json")
    let markdown = Path.join(context.scratch, "insights.md")
    try FileSystem.writeAtomically(JSONValue.array(records.map { .object($0) }).prettyText + "\n", to: json)
    let statements = insights.reduce(0) { $0 + $1.statementCount }
    let lead =
      "# Insights\n\n\(Units.show(statements)) statements on \(Units.show(insights.count)) topics; each quote was found "
      + "word for word in the chunk that it names.\n"
    try FileSystem.writeAtomically(lead + insights.map { "\n" + $0.markdown }.joined(), to: markdown)
    return CollectionOutput(
      items: zip(insights, records).map { Item(id: $0.id, record: Record($1)) },
      files: ["insights.json": json, "insights.md": markdown],
      summary: "\(Units.show(insights.count)) insights, \(Units.show(statements)) statements with evidence"
        + (dropped > 0 ? ", \(Units.show(dropped)) unsupported ones dropped" : ""))
  }
}
