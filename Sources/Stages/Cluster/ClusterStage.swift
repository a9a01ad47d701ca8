import Clustering
import Foundations
import StageKit
import Store

/// Groups chunks by meaning, names the groups, and keeps their identity from night to night.
struct ClusterStage: CollectionStage {
  let implementationVersion = 3
  let hasStableIDs = false
  let projection: Projection
  let readsHistory: Bool

  enum Method: String { case hdbscan, kmeans }

  private let method: Method
  private let minClusterSize: Int
  private let minSamples: Int
  private let k: Int?
  private let dimensions: Int?
  private let now: Double?
  private let hasMap: Bool
  private let signals: ClusterChunks.Signals
  private let settings: ClusterRecords.Settings

  init(_ configuration: StageConfiguration, labeler: (any ClusterLabeler)? = nil) throws {
    let parameters = configuration.parameters
    method = try parameters.choice("method")
    minClusterSize = try parameters.int("min_cluster_size")
    minSamples = try parameters.int("min_samples")
    k = parameters.optionalInt("k")
    dimensions = parameters.optionalInt("pca")
    readsHistory = try parameters.bool("lineage")
    hasMap = try parameters.bool("map")
    signals = ClusterChunks.Signals(
      engagement: parameters.optionalStrings("engagement"),
      date: parameters.optionalString("date"))
    now = try parameters.optionalString("now").map { text in
      guard let now = ChunkDate.seconds(text) else {
        throw SluiceError(
          .usage, "stage \(configuration.name): now: '\(text)' is no date",
          advice:
            "Write it as 2026-11-21 or 2026-11-21T08:30:00Z, or leave it out: the newest date of the chunks is taken.")
      }
      return now
    }
    settings = ClusterRecords.Settings(
      terms: try parameters.int("terms"), evidence: try parameters.int("evidence"),
      gravity: try parameters.double("gravity"), burst: try parameters.choice("burst"),
      hasEngagement: !signals.engagement.isEmpty, labeler: labeler)
    var fields = ["text", "vector", "space", "document_id", "section_path", "page_number", "source_url"]
    fields += ["title", "metadata.title"]
    for name in signals.engagement + [signals.date].compactMap({ $0 }) { fields += ["metadata.\(name)", name] }
    projection = Projection.fields(Array(Set(fields)))
  }

  var keyComponents: JSONObject { settings.labeler.map { ["labeler": .object($0.keyComponents)] } ?? [:] }

  func check(_ inputs: CollectionInputs) throws { try signals.check(inputs) }

  func run(_ inputs: CollectionInputs, _ context: StageContext) throws -> CollectionOutput {
    let chunks = try ClusterChunks(inputs, signals, context)
    let history = try ClusterHistory(readsHistory ? inputs.history : nil)
    let step: @Sendable (Double) throws -> Void = { share in
      try context.checkStopping()
      context.progress(Int(clamping: share * 800), 1000)
    }
    let (clusters, graph) = try cluster(chunks.points, context.jobs, step)
    let now = now ?? chunks.chunks.compactMap(\.date).max()
    let maker = ClusterRecords(chunks: chunks, clusters: clusters, settings: settings, now: now)
    let drafts = maker.drafts()
    let night = night(chunks, clusters, drafts, history, now)
    let arrivals = arrivals(chunks, night?.lineage, history)
    let ids = night?.ids ?? Self.distinct(drafts.map { $0.proposedID(chunks) })
    let records = try maker.make(drafts, ids: ids, lineage: night?.lineage, arrivals: arrivals, context)
    context.progress(900, 1000)

    var files: [String: String] = [:]
    func write(_ name: String, _ bytes: [UInt8]) throws {
      let path = Path.join(context.scratch, name)
      try FileSystem.writeAtomically(bytes, to: path)
      files[name] = path
    }
    let noise = clusters.labels.count { $0 < 0 }
    let hasDates = signals.date != nil || self.now != nil
    let file = ClusterFile(
      method: method.rawValue, chunks: chunks.count, noise: noise, clusters: records,
      now: hasDates ? now.map(ChunkDate.day) : nil, night: night?.lineage.nights.last?.number)
    try write(PublishedFile.clusters, Array((JSONValue(encoding: file).prettyText + "\n").utf8))
    try write(PublishedFile.assignments, AssignmentsFile.bytes(chunks, clusters, ids: ids, arrivals: arrivals))
    if let tree = clusters.tree {
      try write(PublishedFile.clusterTree, ClusterTreeFile.bytes(tree, clusters, ids: ids))
    }
    if let night {
      let lineage = LineageFile(lineage: labelled(night.lineage, records), space: chunks.space)
      try write(PublishedFile.lineage, lineage.bytes)
    }
    if hasMap {
      try context.checkStopping()
      let places = try PlaneLayout(chunks.points, graph: graph, threads: context.jobs)
      let map = TopicMap(chunks, clusters, places, records, ids: ids, title: context.pipeline)
      try write(PublishedFile.map, Array(TopicMapSVG(map).text.utf8))
      try write(PublishedFile.mapPage, Array(TopicMapPage(map).text.utf8))
    }
    context.progress(1000, 1000)
    return CollectionOutput(
      items: records.map { Item(id: $0.id, record: Record(JSONObject(encoding: $0))) }, files: files,
      summary:
        "\(Units.counted(records.count, "cluster")) of \(Units.counted(chunks.count - noise, "chunk")), \(Units.show(noise)) in none"
        + Self.summary(night?.lineage),
      shortfall: settings.labeler?.shortfall)
  }

  private func cluster(
    _ points: Points, _ threads: Int, _ step: @escaping @Sendable (Double) throws -> Void
  ) throws -> (Clusters, NeighbourGraph?) {
    guard points.dimensions <= PrincipalComponents.mostDimensions else {
      throw SluiceError(
        .badInput, "vectors of \(Units.counted(points.dimensions, "dimension")) cannot be clustered",
        advice:
          "At most \(Units.show(PrincipalComponents.mostDimensions)) can: set `dimensions` of the embed stage, or take another model."
      )
    }
    let reduced: Points
    if let dimensions, dimensions < points.dimensions, points.count > 1 {
      reduced = PrincipalComponents(points, count: dimensions).reduce(points)
    } else {
      reduced = points
    }
    switch method {
    case .hdbscan:
      return try HDBSCAN(minClusterSize: minClusterSize, minSamples: minSamples, threads: threads)
        .run(reduced, step: step)
    case .kmeans:
      return (try KMeans(k: k ?? KMeans.usualK(reduced.count), threads: threads).cluster(reduced, step: step), nil)
    }
  }

  private func night(
    _ chunks: ClusterChunks, _ clusters: Clusters, _ drafts: [ClusterRecords.Draft], _ history: ClusterHistory?,
    _ now: Double?
  ) -> LineageNight? {
    guard readsHistory else { return nil }
    let members = clusters.labels.indices.filter { clusters.labels[$0] >= 0 }
    return LineageNight(
      drafts.map { draft in
        LineageNight.Cluster(
          members: draft.members.map { ExactText(chunks.chunks[$0].id) }, proposedID: draft.proposedID(chunks),
          centroid: draft.centroid)
      },
      population: Set(chunks.chunks.map { ExactText($0.id) }), date: now.map(ChunkDate.day),
      noveltyThreshold: Novelty.threshold(chunks.points, members, centroids: drafts.map(\.centroid)),
      before: history.map {
        LineageNight.Before(lineage: $0.lineage, topics: $0.topics, isSameSpace: $0.space == chunks.space)
      })
  }

  /// When each chunk came; what came tonight is compared with the centroids of the night before.
  private func arrivals(
    _ chunks: ClusterChunks, _ lineage: Lineage?, _ history: ClusterHistory?
  ) -> [ClusterHistory.Arrival] {
    let night = lineage?.nights.last?.number ?? 0
    guard let history else {
      return Array(
        repeating: ClusterHistory.Arrival(night: night, novelty: nil, isNovel: false), count: chunks.count)
    }
    let isSameSpace = history.space == chunks.space
    let novelty = Novelty(
      centroids: history.lineage.living.map(\.centroid), threshold: history.lineage.noveltyThreshold)
    return chunks.chunks.enumerated().map { number, chunk in
      if let known = history.arrivals[ExactText(chunk.id)] { return known }
      let score = isSameSpace ? novelty.score(chunks.points.vector(number)) : nil
      return ClusterHistory.Arrival(night: night, novelty: score, isNovel: score.map(novelty.isNovel) ?? false)
    }
  }

  func history(_ former: any DatasetReader, without ids: Set<String>, folder: String) throws -> [String: String]? {
    try ForgottenHistory(former, without: ids)?.write(to: folder)
  }

  /// The lineage with tonight's labels.
  private func labelled(_ lineage: Lineage, _ records: [Cluster]) -> Lineage {
    let labels = Dictionary(records.map { ($0.id, $0.label) }, uniquingKeysWith: { first, _ in first })
    var lineage = lineage
    for index in lineage.topics.indices {
      if let label = labels[lineage.topics[index].id] { lineage.topics[index].label = label }
    }
    return lineage
  }

  /// Ids of which no two are the same: two clusters of copies could have one middle.
  private static func distinct(_ ids: [String]) -> [String] {
    var seen: [String: Int] = [:]
    return ids.map { id in
      let number = (seen[id] ?? 0) + 1
      seen[id] = number
      return number == 1 ? id : "\(id)-\(number)"
    }
  }

  private static func summary(_ lineage: Lineage?) -> String {
    guard let night = lineage?.nights.last, night.number > 0 else { return "" }
    let parts = [Lineage.Change.continued, .born, .split, .merged, .died, .revived].compactMap { change in
      night.counts[change].flatMap { $0 > 0 ? "\(Units.show($0)) \(change.rawValue)" : nil }
    }
    return "; night \(night.number): " + parts.joined(separator: ", ")
  }
}
