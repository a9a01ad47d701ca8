import Foundations

/// A group of chunks that speak of one thing: written by the cluster stage, read by insights and by those who list topics.
package struct Cluster: Sendable, Codable {
  /// Stays from run to run where a lineage is kept.
  package var id: String
  /// What it is called.
  package var label: String
  /// Who gave the label, where a model was asked: `model` or `terms`.
  package var labelSource: String?
  /// The best first.
  package var terms: [String]
  /// How many chunks it has.
  package var size: Int
  /// In how many documents its chunks stand.
  package var documents: Int?
  /// The mean cosine of its chunks to their centroid.
  package var cohesion: Double?
  /// See `HotScore` of Clustering.
  package var hotScore: Double
  /// The mean of its chunks' engagement, where that is known.
  package var engagement: Double?
  /// The day of its newest chunk.
  package var newest: String?
  /// Absent without enough of a history.
  package var burst: Outburst?
  /// Its chunks.
  package var members: [String]
  /// The chunks that stand for it, the best first.
  package var evidence: [Evidence]

  // What its history says, where one is kept.

  /// The night in which it was first seen.
  package var born: Int?
  /// The date of the night in which it was born, or `night 0007`.
  package var firstSeen: String?
  /// What became of it last night: one of `Lineage.Change`.
  package var change: String?
  /// What it split off from.
  package var from: String?
  /// How many of its chunks came last night.
  package var came: Int?
  /// The share of these chunks that was new in what it says; absent when none came.
  package var novel: Double?

  /// As they stand in JSON.
  package enum CodingKeys: String, CodingKey {
    case id, label, terms, size, documents, cohesion, engagement, newest, burst, members, evidence, born, change, from
    case came, novel
    case labelSource = "label_source"
    case hotScore = "hot_score"
    case firstSeen = "first_seen"
  }

  /// How many more chunks came last night than is usual.
  package struct Outburst: Sendable, Codable {
    /// How many deviations above what is usual.
    package var score: Double
    /// Whether that is more than the method's threshold.
    package var isBurst: Bool

    /// As they stand in JSON.
    package enum CodingKeys: String, CodingKey {
      case score
      case isBurst = "is_burst"
    }

    package init(score: Double, isBurst: Bool) {
      self.score = score
      self.isBurst = isBurst
    }
  }

  /// A chunk that stands for a cluster.
  package struct Evidence: Sendable, Codable {
    /// The chunk.
    package var chunkID: String
    /// How near it is to the middle of the cluster, raised by its engagement.
    package var score: Double?
    /// What it says, cut to some 240 characters.
    package var snippet: String?
    /// The titles that it stands under.
    package var sectionPath: String?
    /// Where its document is to be had.
    package var url: String?
    /// From 1; only where the document has pages.
    package var page: Int?
    package var engagement: Double?

    /// As they stand in JSON.
    package enum CodingKeys: String, CodingKey {
      case score, snippet, url, page, engagement
      case chunkID = "chunk_id"
      case sectionPath = "section_path"
    }

    package init(chunkID: String) { self.chunkID = chunkID }
  }

  package init(id: String, label: String, terms: [String], size: Int, hotScore: Double, members: [String]) {
    self.id = id
    self.label = label
    self.terms = terms
    self.size = size
    self.hotScore = hotScore
    self.members = members
    evidence = []
  }
}

extension Cluster {
  /// The record of an item. A program of one's own may make clusters that say less: what they are called by and how hot
  /// they are can do without.
  /// - Throws: `.badInput` when a member is of another type than it should be.
  package init(_ item: Item) throws(SluiceError) {
    let least: JSONObject = [
      "label": .string(item.id), "terms": [], "size": 0, "hot_score": 0, "members": [], "evidence": [],
    ]
    let record = least.merging(try item.record.object()).merging(["id": .string(item.id)])
    do throws(JSONMismatch) { self = try record.decoded() } catch {
      throw SluiceError(.badInput, "the cluster \(item.id) cannot be read: \(error)")
    }
  }
}

/// `clusters.json`: all clusters of a stage, and what they were made of.
package struct ClusterFile: Sendable, Codable {
  /// `hdbscan` or `kmeans`.
  package var method: String
  /// How many chunks were clustered.
  package var chunks: Int
  /// Chunks that belong to no cluster.
  package var noise: Int
  /// The hottest first.
  package var clusters: [Cluster]
  /// The day from which ages are counted.
  package var now: String?
  /// The number of the last night of the lineage.
  package var night: Int?

  package init(method: String, chunks: Int, noise: Int, clusters: [Cluster], now: String?, night: Int?) {
    self.method = method
    self.chunks = chunks
    self.noise = noise
    self.clusters = clusters
    self.now = now
    self.night = night
  }
}
