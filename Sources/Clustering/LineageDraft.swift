import Foundations

/// What becomes of topics in one night, while it is worked out.
struct LineageDraft {
  /// The id of each cluster; empty: not yet found.
  private(set) var ids: [String]
  private(set) var events: [Lineage.Event] = []
  private(set) var counts: [Lineage.Change: Int] = [:]
  /// Of topics that end: the one that they went up in, or nothing.
  private(set) var fates: [String: String?] = [:]
  /// What each cluster shares with each topic, of the chunks that were there in both nights.
  private(set) var shared: [[String: Int]] = []
  /// How many of each topic's chunks stayed.
  private(set) var remaining: [String: Int] = [:]

  private let clusters: [LineageNight.Cluster]
  private let former: [ExactText: String?]
  private let lineage: Lineage
  private let night: Int
  private let isSameSpace: Bool
  /// The cluster that a topic goes on in.
  private var holder: [String: Int] = [:]

  init(
    _ clusters: [LineageNight.Cluster], _ population: Set<ExactText>, _ former: [ExactText: String?],
    _ lineage: Lineage, _ night: Int, isSameSpace: Bool
  ) {
    self.clusters = clusters
    self.former = former
    self.lineage = lineage
    self.night = night
    self.isSameSpace = isSameSpace
    ids = [String](repeating: "", count: clusters.count)
    for (id, topic) in former where population.contains(id) { if let topic { remaining[topic, default: 0] += 1 } }
    for cluster in clusters {
      var counts: [String: Int] = [:]
      for member in cluster.members { if let topic = former[member] ?? nil { counts[topic, default: 0] += 1 } }
      shared.append(counts)
    }
  }

  private mutating func note(_ change: Lineage.Change, _ topic: String, other: String? = nil, shared: Int = 0) {
    counts[change, default: 0] += 1
    if change != .continued {
      events.append(Lineage.Event(night: night, change: change, topic: topic, other: other, shared: shared))
    }
  }

  /// Topics that go on.
  mutating func goOn(_ matches: [(cluster: Int, topic: String)]) {
    for (cluster, topic) in matches {
      ids[cluster] = topic
      holder[topic] = cluster
      note(.continued, topic)
    }
  }

  /// Clusters that are no topic of the night before: old ones that come back, parts that split off, new ones.
  mutating func nameNew() {
    var taken = Set(lineage.topics.map(\.id))
    for (number, cluster) in clusters.enumerated() where ids[number].isEmpty {
      if let old = LineageNight.revived(cluster, lineage, night, isSameSpace, holder) {
        ids[number] = old
        holder[old] = number
        note(.revived, old)
        continue
      }
      var id = cluster.proposedID
      var attempt = 2
      while taken.contains(id) {
        id = "\(cluster.proposedID)-\(attempt)"
        attempt += 1
      }
      taken.insert(id)
      ids[number] = id
      // It split off when most of its chunks that are not new come from one topic.
      let most = shared[number].max { ($0.value, $1.key) < ($1.value, $0.key) }
      let old = cluster.members.count { former[$0] != nil }
      if let most, most.value * 2 > old, most.value * 2 > cluster.members.count {
        note(.split, id, other: most.key, shared: most.value)
      } else {
        note(.born, id)
      }
    }
  }

  /// Topics that no cluster goes on with.
  mutating func end(_ living: [Lineage.Topic]) {
    for topic in living where holder[topic.id] == nil {
      // It went up in what took most of its chunks that stayed.
      var best: (cluster: Int, shared: Int)?
      for (number, counts) in shared.enumerated() {
        if let count = counts[topic.id], count > best?.shared ?? 0 { best = (number, count) }
      }
      if let best, best.shared * 2 > remaining[topic.id] ?? 0 {
        note(.merged, topic.id, other: ids[best.cluster], shared: best.shared)
        fates[topic.id] = ids[best.cluster]
      } else {
        note(.died, topic.id)
        fates[topic.id] = .some(nil)
      }
    }
  }
}
