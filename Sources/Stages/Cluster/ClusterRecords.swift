import Clustering
import Evidence
import Foundations
import StageKit

/// Makes cluster records out of groups of chunks.
struct ClusterRecords {
  struct Settings {
    let terms: Int
    let evidence: Int
    let gravity: Double
    let burst: Burst.Method
    /// Whether the chunks have numbers that say how they were received.
    let hasEngagement: Bool
    let labeler: (any ClusterLabeler)?
  }

  let chunks: ClusterChunks
  let clusters: Clusters
  let settings: Settings
  /// Seconds since 1970 from which ages are counted; `nil` without dates.
  let now: Double?

  /// A cluster before it has its id.
  struct Draft {
    let members: [Int]
    let centroid: [Float]
    /// Members with their cosines to the centroid, the nearest first, ties by id.
    let ranked: [(chunk: Int, cosine: Float)]

    var cohesion: Double { ranked.reduce(0) { $0 + Double($1.cosine) } / Double(max(1, ranked.count)) }
    /// What a new topic is called by: its middle.
    func proposedID(_ chunks: ClusterChunks) -> String {
      "cluster-" + Digest(of: chunks.chunks[ranked[0].chunk].id).short
    }
  }

  /// Chunks closer than this say the same.
  private static let duplicate: Float = 0.985
  /// Chunks that share more than this of their terms (Jaccard) say the same, too.
  private static let sameWords = 0.5
  /// What engagement may add to closeness, as a share of it.
  private static let engagementShare = 0.25

  func drafts() -> [Draft] {
    clusters.members.map { members in
      let centroid = chunks.points.centroid(of: members)
      let cosines = chunks.points.cosines(members, to: centroid)
      return Draft(
        members: members, centroid: centroid,
        ranked: zip(members, cosines).map { (chunk: $0, cosine: $1) }.sorted {
          $0.cosine != $1.cosine ? $0.cosine > $1.cosine : $0.chunk < $1.chunk
        })
    }
  }

  /// The hottest first, ties by id.
  /// - Parameters:
  ///   - ids: of each draft.
  ///   - lineage: `nil` when none is kept.
  func make(
    _ drafts: [Draft], ids: [String], lineage: Lineage?, arrivals: [ClusterHistory.Arrival], _ context: StageContext
  ) throws -> [Cluster] {
    var classTerms = ClassTerms(classes: clusters.count)
    for (number, (chunk, label)) in zip(chunks.chunks, clusters.labels).enumerated() {
      if number % 256 == 0 { try context.checkStopping() }
      classTerms.add(chunk.text, to: label < 0 ? nil : label)
    }
    let topics = Dictionary(uniqueKeysWithValues: (lineage?.topics ?? []).map { ($0.id, $0) })
    let records = try drafts.enumerated().map { number, draft in
      var record = try record(
        draft, id: ids[number], terms: classTerms.best(of: number, limit: settings.terms), topics[ids[number]],
        context)
      if let lineage, let topic = topics[ids[number]] { addHistory(&record, draft, topic, lineage, arrivals) }
      return record
    }
    return records.sorted { a, b in
      a.hotScore != b.hotScore ? a.hotScore > b.hotScore : a.id < b.id
    }
  }

  private func record(
    _ draft: Draft, id: String, terms: [String], _ topic: Lineage.Topic?, _ context: StageContext
  ) throws -> Cluster {
    let members = draft.members.map { chunks.chunks[$0] }
    let documents = Set(members.map { ExactText($0.documentID) }).count
    let evidence = best(draft.ranked)
    let named = try settings.labeler?.label(
      terms: terms, evidence: evidence.map { chunks.chunks[$0.chunk].text }, context)
    let label = named ?? terms.prefix(3).joined(separator: ", ")
    let burst = topic.flatMap { Self.burst($0, settings.burst) }
    let heat = members.map { chunk in
      HotScore.Member(
        engagement: chunk.engagement,
        age: chunk.date.flatMap { date in now.map { max(0, $0 - date) / 86400 } })
    }
    var record = Cluster(
      id: id, label: label.isEmpty ? ChunkText.snippet(chunks.chunks[draft.ranked[0].chunk].text, limit: 60) : label,
      terms: terms, size: members.count,
      hotScore: Self.rounded(
        HotScore.of(heat, documents: documents, cohesion: draft.cohesion, burst: burst, gravity: settings.gravity)),
      members: members.map(\.id))
    record.documents = documents
    record.cohesion = Self.rounded(draft.cohesion)
    record.evidence = evidence.map { self.evidence($0.chunk, $0.score) }
    if settings.labeler != nil { record.labelSource = named == nil ? "terms" : "model" }
    if settings.hasEngagement {
      record.engagement = Self.rounded(members.reduce(0) { $0 + $1.engagement } / Double(members.count))
    }
    record.newest = members.compactMap(\.date).max().map(ChunkDate.day)
    record.burst = burst.map { Cluster.Outburst(score: Self.rounded($0.score), isBurst: $0.isBurst) }
    return record
  }

  /// What the topic's history says: when it was born, what came last night, and how much of that was new.
  private func addHistory(
    _ record: inout Cluster, _ draft: Draft, _ topic: Lineage.Topic, _ lineage: Lineage,
    _ arrivals: [ClusterHistory.Arrival]
  ) {
    guard let night = lineage.nights.last?.number else { preconditionFailure("a lineage without a night") }
    let event = lineage.events.last { $0.topic == topic.id && $0.night == night }
    record.born = topic.born
    // Later nights sort behind earlier ones.
    let digits = "\(topic.born)"
    let number = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    record.firstSeen = lineage.nights.first { $0.number == topic.born }?.date ?? "night \(number)"
    record.change = (event?.change ?? .continued).rawValue
    record.from = topic.from
    let came = draft.members.map { arrivals[$0] }.filter { $0.night == night && night > 0 }
    record.came = came.count
    if !came.isEmpty { record.novel = Self.rounded(Double(came.count(where: \.isNovel)) / Double(came.count)) }
  }

  /// Whether more came last night than is usual for the topic; the night in which it was born does not count.
  private static func burst(_ topic: Lineage.Topic, _ method: Burst.Method) -> Burst? {
    let came = topic.sizes.filter { $0.night > topic.born }.map { Double($0.came) }
    guard came.count > Burst.leastHistory, let now = came.last else { return nil }
    return Burst(now, history: came.dropLast(), method: method)
  }

  /// The chunks that are nearest to the centroid and best received, without those that repeat a better one.
  private func best(_ ranked: [(chunk: Int, cosine: Float)]) -> [(chunk: Int, score: Double)] {
    let most = ranked.map { chunks.chunks[$0.chunk].engagement }.max() ?? 0
    var scored: [(chunk: Int, score: Double)] = ranked.map { chunk, cosine in
      let share = most > 0 ? chunks.chunks[chunk].engagement / most : 0
      return (chunk, Double(cosine) * (1 + Self.engagementShare * share))
    }
    scored.sort { $0.score != $1.score ? $0.score > $1.score : $0.chunk < $1.chunk }
    var chosen: [(chunk: Int, score: Double)] = []
    var said: [Set<String>] = []
    for candidate in scored {
      if chosen.count == settings.evidence { break }
      if chosen.contains(where: { chunks.points.cosine($0.chunk, candidate.chunk) > Self.duplicate }) { continue }
      // One text in two formats: other breadcrumbs and line breaks set the vectors apart, the words are the same.
      let terms = Set(Terms.extract(chunks.chunks[candidate.chunk].text))
      let repeats = said.contains { other in
        let common = Double(terms.intersection(other).count)
        return common > Self.sameWords * (Double(terms.count + other.count) - common)
      }
      if repeats { continue }
      said.append(terms)
      chosen.append(candidate)
    }
    return chosen
  }

  private func evidence(_ number: Int, _ score: Double) -> Cluster.Evidence {
    let chunk = chunks.chunks[number]
    var evidence = Cluster.Evidence(chunkID: chunk.id)
    evidence.score = Self.rounded(score)
    evidence.snippet = ChunkText.snippet(chunk.text)
    evidence.sectionPath = chunk.sectionPath
    if settings.hasEngagement { evidence.engagement = Self.rounded(chunk.engagement) }
    evidence.url = chunk.url
    evidence.page = chunk.page
    return evidence
  }

  /// To five digits: what is beyond them is the noise of float32.
  static func rounded(_ value: Double) -> Double { (value * 1e5).rounded() / 1e5 }
}
