import Foundations
import Manifest
import Store
import Views

/// The topics that a cluster stage published, with their history.
struct PublishedTopics {
  static let fileName = "clusters.json"

  /// The hottest first.
  let records: [JSONObject]
  let chunks: Int
  let noise: Int
  let nights: [JSONValue]
  /// The page to look at.
  let map: String?
  private let topics: [String: JSONValue]
  private let allEvents: [JSONValue]

  init(folder: String) throws {
    let file = try JSONValue(parsing: FileSystem.read("\(folder)/\(Self.fileName)", limit: 1 << 32))
    records = (file["clusters"]?.array ?? []).compactMap(\.object)
    chunks = file["chunks"]?.int ?? 0
    noise = file["noise"]?.int ?? 0
    let lineage = "\(folder)/lineage.json"
    let history: JSONValue =
      FileSystem.exists(lineage) ? try JSONValue(parsing: FileSystem.read(lineage, limit: 1 << 32)) : [:]
    nights = history["nights"]?.array ?? []
    allEvents = history["events"]?.array ?? []
    topics = Dictionary(
      (history["topics"]?.array ?? []).map { ($0["id"]?.string ?? "", $0) }, uniquingKeysWith: { first, _ in first })
    map = FileSystem.exists("\(folder)/map.html") ? "\(folder)/map.html" : nil
  }

  /// A topic by its id, with or without `cluster-`.
  func record(_ id: String) -> JSONObject? {
    records.first { $0["id"]?.string == id } ?? records.first { $0["id"]?.string == "cluster-" + id }
  }

  /// What the lineage says of a topic, without what is for machines.
  func lineage(_ id: String) -> JSONValue? {
    guard var object = (topics[id] ?? topics["cluster-" + id])?.object else { return nil }
    object["centroid"] = nil
    return .object(object)
  }

  func events(_ id: String) -> [JSONValue] {
    allEvents.filter { $0["topic"]?.string == id || $0["other"]?.string == id }
  }

  /// A record for lists: without its members and evidence, with its sizes.
  func listed(_ record: JSONObject) -> JSONObject {
    var object = record
    object["members"] = nil
    object["evidence"] = nil
    if let sizes = topics[record["id"]?.string ?? ""]?["sizes"] { object["sizes"] = sizes }
    return object
  }

  /// A night by its date, or by its number.
  private func name(_ night: Int) -> String {
    nights.first { $0["night"]?.int == night }?["date"]?.string ?? "night \(night)"
  }

  func since(_ record: JSONObject) -> String { record["born"]?.int.map(name) ?? "" }

  /// The sizes of the last twelve nights.
  func sparkline(_ id: String) -> String {
    let sizes = (topics[id]?["sizes"]?.array ?? []).compactMap { $0.array?.dropFirst().first?.int }.suffix(12)
    guard let most = sizes.max(), most > 0 else { return "" }
    let bars = Array("▁▂▃▄▅▆▇█")
    return String(sizes.map { bars[min(bars.count - 1, $0 * (bars.count - 1) / most)] })
  }

  /// What became of a topic, in words.
  func story(_ id: String) -> String {
    events(id).compactMap { event -> String? in
      let night = name(event["night"]?.int ?? 0)
      let other = event["other"]?.string.map { other in
        topics[other]?["label"]?.string.map { "“\($0)” (\(other))" } ?? other
      }
      let isOwn = event["topic"]?.string == id
      switch (event["change"]?.string, isOwn) {
      case ("born", true): return "born \(night)"
      case ("split", true): return "split off from \(other ?? "?") \(night)"
      case ("merged", true): return "went up in \(other ?? "?") \(night)"
      case ("died", true): return "died \(night)"
      case ("revived", true): return "came back \(night)"
      case ("split", false):
        let topic = event["topic"]?.string ?? ""
        return "“\(topics[topic]?["label"]?.string ?? topic)” (\(topic)) split off \(night)"
      case ("merged", false):
        let topic = event["topic"]?.string ?? ""
        return "took in “\(topics[topic]?["label"]?.string ?? topic)” (\(topic)) \(night)"
      default: return nil
      }
    }.map { " " + $0 }.joined(separator: ";")
  }

  /// The stages of a pipeline that published a file.
  struct Stages {
    let project: String
    let generation: PublishedGeneration
    let names: [String]

    func folder(_ stage: String) throws(SluiceError) -> String {
      if let folder = generation.folder(of: stage) { return folder }
      throw SluiceError(.missing, "nothing of the stage '\(stage)' is published")
    }

    /// The one there is.
    func only(_ what: String) throws -> String {
      guard let first = names.first else {
        throw SluiceError(
          .missing, "no \(what) is published",
          advice: generation.stages.isEmpty
            ? "Run the pipeline first: sluice run" : "What this pipeline published has none: a stage must make it.")
      }
      guard names.count == 1 else {
        throw SluiceError(
          .usage, "there are \(names.count) stages with \(what): name one",
          advice: "There are: \(names.joined(separator: ", ")).")
      }
      return first
    }
  }

  static func stages(_ words: PipelineWords, holding file: String) throws -> Stages {
    let project = try Project(named: words.pipeline)
    let generation = try PublishedGeneration(project.pipelineName(), layout: project.layout)
    return Stages(
      project: project.directory, generation: generation, names: generation.stages(holding: file).sorted())
  }
}
