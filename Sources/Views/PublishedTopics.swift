import Clustering
import Foundations
import StageKit

/// The topics that a cluster stage published, with their history.
package struct PublishedTopics {
  private let file: ClusterFile
  /// `nil` when the stage keeps none.
  private let lineage: Lineage?
  /// The page to look at.
  package let map: String?
  private let topics: [String: Lineage.Topic]

  /// - Parameter folder: what the stage published.
  /// - Throws: `.corrupt` when that is not what a cluster stage writes.
  package init(folder: String) throws {
    let path = "\(folder)/\(PublishedFile.clusters)"
    do {
      file = try JSONValue(parsing: FileSystem.read(path, limit: 1 << 32)).decoded()
    } catch let mismatch as JSONMismatch {
      throw SluiceError(.corrupt, "\(path) is not what a cluster stage publishes: \(mismatch)")
    }
    let history = "\(folder)/\(PublishedFile.lineage)"
    lineage =
      FileSystem.exists(history)
      ? try LineageFile(parsing: FileSystem.read(history, limit: 1 << 32)).lineage : nil
    topics = Dictionary((lineage?.topics ?? []).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let page = "\(folder)/\(PublishedFile.mapPage)"
    map = FileSystem.exists(page) ? page : nil
  }

  /// The hottest first.
  package var clusters: [Cluster] { file.clusters }
  /// How many chunks were clustered.
  package var chunks: Int { file.chunks }
  /// Chunks that belong to no topic.
  package var noise: Int { file.noise }
  /// The nights that the lineage remembers, the first first.
  package var nights: [Lineage.Night] { lineage?.nights ?? [] }

  /// A topic by its id, with or without `cluster-`.
  package func cluster(_ id: String) -> Cluster? {
    clusters.first { $0.id == id } ?? clusters.first { $0.id == "cluster-" + id }
  }

  /// What the lineage says of a topic, living or dead, by its id with or without `cluster-`.
  package func topic(_ id: String) -> Lineage.Topic? { topics[id] ?? topics["cluster-" + id] }

  /// What happened to a topic, and what happened to others because of it.
  package func events(_ id: String) -> [Lineage.Event] {
    (lineage?.events ?? []).filter { $0.topic == id || $0.other == id }
  }

  /// A night by its date, or by its number.
  private func name(_ night: Int) -> String {
    nights.first { $0.number == night }?.date ?? "night \(night)"
  }

  /// When a topic was born; empty when nobody knows.
  package func since(_ cluster: Cluster) -> String { cluster.born.map(name) ?? "" }

  /// The sizes of the last twelve nights.
  package func sparkline(_ id: String) -> String {
    let sizes = (topics[id]?.sizes ?? []).map(\.size).suffix(12)
    guard let most = sizes.max(), most > 0 else { return "" }
    let bars = Array("▁▂▃▄▅▆▇█")
    return String(sizes.map { bars[min(bars.count - 1, $0 * (bars.count - 1) / most)] })
  }

  /// What became of a topic, in words.
  package func story(_ id: String) -> String {
    events(id).compactMap { words($0, of: id) }.map { " " + $0 }.joined(separator: ";")
  }

  private func words(_ event: Lineage.Event, of id: String) -> String? {
    let night = name(event.night)
    guard event.topic == id else {
      switch event.change {
      case .split: return "\(named(event.topic)) split off \(night)"
      case .merged: return "took in \(named(event.topic)) \(night)"
      case .born, .continued, .died, .revived: return nil
      }
    }
    switch event.change {
    case .born: return "born \(night)"
    case .split: return "split off from \(event.other.map(named) ?? "?") \(night)"
    case .merged: return "went up in \(event.other.map(named) ?? "?") \(night)"
    case .died: return "died \(night)"
    case .revived: return "came back \(night)"
    case .continued: return nil
    }
  }

  /// `“package, conflict” (cluster-ab12)`; the id alone where the topic is forgotten.
  private func named(_ id: String) -> String { topics[id].map { "“\($0.label)” (\(id))" } ?? id }
}

extension PublishedTopics {
  /// A topic for lists: without its members and evidence, with its sizes.
  package func listed(_ cluster: Cluster) -> JSONObject {
    let long: Set<String> = [Cluster.CodingKeys.members.rawValue, Cluster.CodingKeys.evidence.rawValue]
    let short = JSONObject(encoding: cluster).members.filter { !long.contains($0.key) }.map { ($0.key, $0.value) }
    let sizes: JSONObject = topics[cluster.id].map { ["sizes": JSONValue(encoding: $0.sizes)] } ?? [:]
    return JSONObject(short).merging(sizes)
  }

  /// What the lineage says of a topic, without what is for machines.
  package func json(_ topic: Lineage.Topic) -> JSONObject {
    let members = JSONObject(encoding: topic).members
    return JSONObject(
      members.filter { $0.key != Lineage.Topic.CodingKeys.centroid.stringValue }.map { ($0.key, $0.value) })
  }

  /// All of a topic, with its lineage and what happened to it.
  package func whole(_ cluster: Cluster) -> JSONObject {
    var more: JSONObject = ["events": JSONValue(encoding: events(cluster.id))]
    if let topic = topic(cluster.id) { more = more.merging(["lineage": .object(json(topic))]) }
    return JSONObject(encoding: cluster).merging(more)
  }
}
