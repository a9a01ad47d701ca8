import Foundations

/// One night's clusters, matched with the topics of the night before.
package struct LineageNight: Sendable {
  /// A cluster as tonight found it.
  package struct Cluster: Sendable {
    /// The ids of its chunks.
    package let members: [ExactText]
    /// The id that it gets when it is new.
    package let proposedID: String
    package let centroid: [Float]

    package init(members: [ExactText], proposedID: String, centroid: [Float]) {
      self.members = members
      self.proposedID = proposedID
      self.centroid = centroid
    }
  }

  /// What is known of the night before.
  package struct Before: Sendable {
    package let lineage: Lineage
    /// The topic of each chunk that was there, `nil` for none.
    package let topics: [ExactText: String?]
    /// Whether vectors can be compared with those of then.
    package let isSameSpace: Bool

    package init(lineage: Lineage, topics: [ExactText: String?], isSameSpace: Bool) {
      self.lineage = lineage
      self.topics = topics
      self.isSameSpace = isSameSpace
    }
  }

  /// The id of each cluster.
  package let ids: [String]
  package let lineage: Lineage

  /// A pair shares at least this of the chunks that stayed (Jaccard), or it is not the same topic.
  private static let leastOverlap = 0.1
  /// Where no chunk is shared (a source was split anew), centroids as near as this make one topic.
  private static let nearCentroid: Float = 0.9
  /// For so many nights a topic that is gone may come back.
  private static let afterlife = 30

  /// - Parameters:
  ///   - population: the ids of all chunks, those of no cluster included.
  ///   - noveltyThreshold: of tonight's centroids, for tomorrow.
  package init(
    _ clusters: [Cluster], population: Set<ExactText>, date: String?, noveltyThreshold: Double, before: Before?
  ) {
    var lineage = before?.lineage ?? Lineage()
    let former = before?.topics ?? [:]
    let came = population.count { former[$0] == nil }
    let left = former.keys.count { !population.contains($0) }
    if let same = Self.unchanged(clusters, came: came, left: left, former) {
      // The same groups of the same chunks: nothing happened, and no night is counted.
      ids = same
      for (id, cluster) in zip(same, clusters) {
        if let at = lineage.topics.firstIndex(where: { $0.id == id }) { lineage.topics[at].centroid = cluster.centroid }
      }
      lineage.noveltyThreshold = noveltyThreshold
      self.lineage = lineage
      return
    }

    let night = (lineage.nights.last?.number ?? -1) + 1
    var draft = LineageDraft(clusters, population, former, lineage, night, isSameSpace: before?.isSameSpace ?? false)
    draft.goOn(
      Self.match(
        clusters, lineage.living, draft.shared, draft.remaining, former, before?.isSameSpace ?? false))
    draft.nameNew()
    draft.end(lineage.living)
    lineage.record(
      clusters, draft.ids, draft.events, draft.fates, night: night,
      came: clusters.map { cluster in cluster.members.count { former[$0] == nil } })
    lineage.nights.append(
      Lineage.Night(
        number: night, date: date, chunks: population.count,
        noise: population.count - clusters.reduce(0) { $0 + $1.members.count }, came: came, left: left,
        counts: draft.counts))
    lineage.noveltyThreshold = noveltyThreshold
    lineage.forget(before: night - Lineage.memory)
    ids = draft.ids
    self.lineage = lineage
  }

  /// The ids when tonight's groups are last night's.
  private static func unchanged(_ clusters: [Cluster], came: Int, left: Int, _ former: [ExactText: String?])
    -> [String]?
  {
    guard came == 0, left == 0, !former.isEmpty else { return nil }
    let sizes = former.values.reduce(into: [String: Int]()) { if let topic = $1 { $0[topic, default: 0] += 1 } }
    var ids: [String] = []
    for cluster in clusters {
      guard let first = cluster.members.first, let topic = former[first] ?? nil, sizes[topic] == cluster.members.count,
        cluster.members.allSatisfy({ former[$0] == topic })
      else { return nil }
      ids.append(topic)
    }
    return ids.count == sizes.count ? ids : nil
  }

  /// Pairs of clusters and topics that go on, by the chunks shared, then by centroids.
  private static func match(
    _ clusters: [Cluster], _ living: [Lineage.Topic], _ shared: [[String: Int]], _ remaining: [String: Int],
    _ former: [ExactText: String?], _ isSameSpace: Bool
  ) -> [(cluster: Int, topic: String)] {
    let number = Dictionary(uniqueKeysWithValues: living.enumerated().map { ($1.id, $0) })
    var pairs: [Assignment.Pair] = []
    for (cluster, counts) in shared.enumerated() {
      let stayed = clusters[cluster].members.count { former[$0] != nil }
      for (topic, count) in counts {
        guard let at = number[topic] else { continue }
        let jaccard = Double(count) / Double(stayed + (remaining[topic] ?? 0) - count)
        guard jaccard >= leastOverlap else { continue }
        let cosine = isSameSpace ? max(0, Points.cosine(clusters[cluster].centroid, living[at].centroid)) : 0
        pairs.append(Assignment.Pair(row: at, column: cluster, score: jaccard + 0.01 * Double(cosine)))
      }
    }
    pairs.sort { ($0.row, $0.column) < ($1.row, $1.column) }
    var matches = Assignment.best(pairs).map { (cluster: $0.column, topic: living[$0.row].id) }
    guard isSameSpace else { return matches }
    // What shares no chunk at all may be the same topic under other chunk ids.
    let heldTopics = Set(pairs.map(\.row))
    let heldClusters = Set(pairs.map(\.column))
    var near: [Assignment.Pair] = []
    for (at, topic) in living.enumerated() where !heldTopics.contains(at) && remaining[topic.id] == nil {
      for cluster in clusters.indices where !heldClusters.contains(cluster) && shared[cluster].isEmpty {
        let cosine = Points.cosine(clusters[cluster].centroid, topic.centroid)
        if cosine >= nearCentroid { near.append(Assignment.Pair(row: at, column: cluster, score: Double(cosine))) }
      }
    }
    matches += Assignment.best(near).map { (cluster: $0.column, topic: living[$0.row].id) }
    return matches
  }

  /// The dead topic that a cluster without forebears is nearest to.
  static func revived(
    _ cluster: Cluster, _ lineage: Lineage, _ night: Int, _ isSameSpace: Bool, _ holder: [String: Int]
  ) -> String? {
    guard isSameSpace else { return nil }
    var best: (id: String, cosine: Float)?
    for topic in lineage.topics where holder[topic.id] == nil && topic.into == nil {
      guard let died = topic.died, night - died <= afterlife else { continue }
      let cosine = Points.cosine(cluster.centroid, topic.centroid)
      if cosine >= max(nearCentroid, best?.cosine ?? 0) { best = (topic.id, cosine) }
    }
    return best?.id
  }
}

extension Lineage {
  fileprivate mutating func record(
    _ clusters: [LineageNight.Cluster], _ ids: [String], _ events: [Event], _ fates: [String: String?], night: Int,
    came: [Int]
  ) {
    var at = Dictionary(uniqueKeysWithValues: topics.enumerated().map { ($1.id, $0) })
    for (number, id) in ids.enumerated() {
      let index = at[id] ?? topics.count
      if index == topics.count {
        at[id] = index
        let origin = events.first { $0.topic == id && $0.change == .split }
        topics.append(Topic(id: id, label: "", born: night, from: origin?.other))
      }
      topics[index].died = nil
      topics[index].centroid = clusters[number].centroid
      topics[index].sizes.append(Size(night: night, size: clusters[number].members.count, came: came[number]))
    }
    for (id, into) in fates {
      guard let index = at[id] else { preconditionFailure("the topic \(id) ends, and never was") }
      topics[index].died = night
      topics[index].into = into
    }
    self.events += events.sorted { ($0.change.rawValue, $0.topic) < ($1.change.rawValue, $1.topic) }
    topics.sort { $0.id < $1.id }
  }

  fileprivate mutating func forget(before night: Int) {
    nights.removeAll { $0.number < night }
    events.removeAll { $0.night < night }
    topics.removeAll { ($0.died ?? .max) < night }
    for index in topics.indices { topics[index].sizes.removeAll { $0.night < night } }
  }
}
