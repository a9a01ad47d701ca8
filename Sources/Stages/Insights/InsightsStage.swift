import Evidence
import Foundations
import Manifest
import Models
import SearchIndex
import StageKit
import Store
import Synchronization

/// Says what each cluster means: needs, pains, opportunities, findings; every statement with verbatim
/// quotes that were checked.
struct InsightsStage: CollectionStage {
  let implementationVersion = 3
  let keyComponents: JSONObject
  let hasStableIDs = false
  let requiredInputs = ["cluster", "index"]
  var gateMeasures: (any GateMeasures)? { InsightsMeasures() }
  let projection = Projection.fields([
    "label", "terms", "size", "hot_score", "members", "evidence", "first_seen",
  ])

  private let chat: StageProvider?
  private let prompt: String
  private let maxClusters: Int
  private let evidenceCount: Int

  /// Chunks of a cluster whose sentences are weighed without a model.
  private static let extractiveChunks = 24

  init(_ configuration: StageConfiguration) throws {
    let parameters = configuration.parameters
    chat = try StageProvider.chat(configuration, without: "extractive")
    maxClusters = try parameters.int("max_clusters")
    evidenceCount = try parameters.int("evidence")
    prompt = configuration.prompt("insights")
    keyComponents = chat?.keyComponents ?? [:]
  }

  /// A cluster with the chunks that may speak for it.
  private struct Subject: Sendable {
    let cluster: Cluster
    let evidence: [EvidenceChunk]
  }

  func run(_ inputs: CollectionInputs, _ context: StageContext) throws -> CollectionOutput {
    guard let files = try inputs.datasets(ofType: "index").first?.indexFiles() else {
      throw SluiceError(
        .badInput, "stage \(context.stage) has no index to read the chunks' texts from",
        advice: "Name both: needs: [cluster, index]")
    }
    let searcher = try Searcher(files: files)
    var clusters: [Cluster] = []
    for dataset in inputs.datasets(ofType: "cluster") {
      for entry in dataset.entries {
        clusters.append(try Cluster(dataset.item(entry)))
      }
    }
    // The hottest first, then the newest: they get the model when not all do.
    clusters.sort { a, b in
      if a.hotScore != b.hotScore { return a.hotScore > b.hotScore }
      // Without a lineage nobody knows when.
      let (seenA, seenB) = (a.firstSeen ?? "", b.firstSeen ?? "")
      return seenA != seenB ? seenA > seenB : a.id < b.id
    }
    let asked = chat == nil ? 0 : min(maxClusters, clusters.count)
    let subjects = try clusters.enumerated().map { number, cluster in
      let most = number < asked ? max(evidenceCount, 1) : Self.extractiveChunks
      return Subject(
        cluster: cluster, evidence: try searcher.chunks(Array(cluster.speakers.prefix(most))).map { EvidenceChunk($0) })
    }
    let (answers, shortfall) = try ask(subjects.prefix(asked), context)
    var insights: [Insight] = []
    var dropped = 0
    for (number, subject) in subjects.enumerated() {
      try context.checkStopping()
      if case .model(let result)? = number < asked ? answers[number] : nil {
        for fault in result.faults { context.log(.info, "\(subject.cluster.label): dropped \(fault)") }
        dropped += result.faults.count
        insights.append(insight(subject, result))
      } else {
        let evidence =
          number < asked
          ? try searcher.chunks(Array(subject.cluster.speakers.prefix(Self.extractiveChunks))).map { EvidenceChunk($0) }
          : subject.evidence
        let reason: String? =
          if case .without(let reason)? = number < asked ? answers[number] : nil { reason } else {
            chat == nil ? nil : "max_clusters"
          }
        insights.append(extract(subject.cluster, evidence, reason: reason))
      }
    }
    context.progress(clusters.count, clusters.count)
    return try output(insights, dropped: dropped, shortfall: shortfall, context)
  }

  private enum Answer: Sendable {
    case model(StatementModel.Result)
    /// Nobody could be asked: `budget` or `service`.
    case without(String)
  }

  /// Asks about each, several at once.
  /// - Returns: the answers, and why some are missing.
  private func ask(_ subjects: ArraySlice<Subject>, _ context: StageContext) throws -> (
    [Int: Answer], shortfall: String?
  ) {
    guard let chat, !subjects.isEmpty else { return ([:], nil) }
    let model = StatementModel(
      model: try LanguageModel(chat.chain, chat.environment(context)), prompt: prompt, purpose: "insights",
      fields: InsightField.allCases.map(\.field))
    let subjects = Array(subjects)
    let state = Mutex((answers: [Int: Answer](), failure: SluiceError?.none))
    try Parallel.forEach(count: subjects.count, threads: min(chat.concurrent, subjects.count), grain: 1) { number in
      try context.checkStopping()
      context.progress(number, subjects.count)
      let subject = subjects[number]
      do throws(SluiceError) {
        let result = try model.statements(
          about: ["topic": .string(subject.cluster.label), "terms": JSONValue(subject.cluster.terms)],
          evidence: subject.evidence)
        state.withLock { $0.answers[number] = .model(result) }
      } catch {
        guard error.code == .budget || error.code == .service else { throw error }
        state.withLock { state in
          state.answers[number] = .without(error.code == .budget ? "budget" : "service")
          state.failure = state.failure ?? error
        }
      }
    }
    return state.withLock { state in
      let missing = state.answers.values.count { if case .without = $0 { true } else { false } }
      guard missing > 0, let failure = state.failure else { return (state.answers, nil) }
      return (
        state.answers,
        "\(Units.show(missing)) of \(Units.counted(subjects.count, "topic")) without the model (\(failure.message))"
      )
    }
  }

  private func insight(_ subject: Subject, _ result: StatementModel.Result) -> Insight {
    var fields: [InsightField: [Statement]] = [:]
    for field in InsightField.allCases { fields[field] = result.fields[field.rawValue] }
    return Insight(
      cluster: subject.cluster, evidence: subject.evidence, fields: fields,
      provenance: result.provenance(prompt: prompt))
  }

  private func extract(_ cluster: Cluster, _ evidence: [EvidenceChunk], reason: String?) -> Insight {
    var provenance = Provenance.extractive
    provenance.insteadOfModel = reason
    return Insight(
      cluster: cluster, evidence: evidence, fields: ExtractiveInsight.make(evidence), provenance: provenance)
  }

  private func output(_ insights: [Insight], dropped: Int, shortfall: String?, _ context: StageContext) throws
    -> CollectionOutput
  {
    let records = insights.map(\.record)
    let files = [PublishedFile.insights, PublishedFile.insightsText, PublishedFile.insightsPage].map {
      ($0, Path.join(context.scratch, $0))
    }
    let statements = insights.reduce(0) { $0 + $1.statementCount }
    let lead =
      "\(Units.counted(statements, "statement")) on \(Units.counted(insights.count, "topic")); each quote was found word for word "
      + "in the chunk that it names."
    try FileSystem.writeAtomically(JSONValue.array(records.map { .object($0) }).prettyText + "\n", to: files[0].1)
    try FileSystem.writeAtomically(
      "# Insights\n\n\(lead)\n" + insights.map { "\n" + $0.markdown }.joined(), to: files[1].1)
    try FileSystem.writeAtomically(InsightsPage(insights, lead: lead, title: context.pipeline).html, to: files[2].1)
    return CollectionOutput(
      items: zip(insights, records).map { Item(id: $0.id, record: Record($1)) },
      files: Dictionary(uniqueKeysWithValues: files),
      summary: "\(Units.counted(insights.count, "insight")), \(Units.counted(statements, "statement")) with evidence"
        + (dropped > 0 ? ", \(Units.show(dropped)) unsupported ones dropped" : ""),
      shortfall: shortfall)
  }
}

extension Cluster {
  /// Its chunks: those that stand for it, the best first, then the others.
  fileprivate var speakers: [String] {
    let first = evidence.map(\.chunkID)
    let known = Set(first)
    return first + members.filter { !known.contains($0) }
  }
}
