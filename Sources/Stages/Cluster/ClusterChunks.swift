import Clustering
import Formats
import Foundations
import Models
import StageKit
import Store

/// The chunks that are to be clustered, in the order of their ids.
struct ClusterChunks {
  struct Member {
    let id: String
    let documentID: String
    let sectionPath: String
    let page: Int?
    let url: String?
    /// Without its breadcrumb.
    let text: String
    let title: String?
    /// The sum of ln(1 + x) over the engagement fields.
    let engagement: Double
    /// Seconds since 1970.
    let date: Double?
  }

  /// Which metadata say how a chunk was received and when it was written.
  struct Signals {
    let engagement: [String]
    let date: String?

    /// A field of the metadata, or of the record itself.
    static func value(_ name: String, _ record: Chunk) -> JSONValue? {
      record.field("metadata.\(name)") ?? record.field(name)
    }

    func engagement(_ record: Chunk) -> Double {
      HotScore.engagement(
        engagement.map { name in
          let value = Self.value(name, record)
          return value?.double ?? value?.string.flatMap(Double.init) ?? 0
        })
    }

    /// A field that no chunk has is a mistake of who named it: scores would be zero without a word.
    /// - Throws: `.badInput`.
    func check(_ inputs: CollectionInputs) throws {
      var missing = Set(engagement + [date].compactMap { $0 })
      if missing.isEmpty || inputs.datasets.allSatisfy({ $0.count == 0 }) { return }
      var seen: Set<String> = []
      for dataset in inputs.datasets {
        for entry in dataset.entries {
          let record = try Chunk(dataset.item(entry))
          missing = missing.filter { Self.value($0, record) == nil }
          if missing.isEmpty { return }
          if seen.count < 200 { seen.formUnion((record.metadata?.keys ?? []) + record.members.keys) }
        }
      }
      guard let name = missing.min() else { preconditionFailure("nothing is missing") }
      throw SluiceError(
        .badInput, "\(engagement.contains(name) ? "engagement" : "date") names '\(name)', a field that no chunk has",
        advice: Suggestion.nearest(to: name, among: seen.sorted()).map { "Did you mean '\($0)'?" }
          ?? "Chunks have: \(seen.sorted().prefix(20).joined(separator: ", ")). Carry it along: parse, with: {metadata: [\(name)]}."
      )
    }

    func date(_ record: Chunk) -> Double? { date.flatMap { ChunkDate.seconds(Self.value($0, record)) } }
  }

  let chunks: [Member]
  let points: Points
  /// The space of the vectors, by the digest of its passport.
  let space: String?
  var count: Int { chunks.count }

  /// - Throws: `.vectorStoreError` when vectors are of several spaces, `.badInput` when one is missing.
  init(_ inputs: CollectionInputs, _ signals: Signals, _ context: StageContext) throws {
    var sources: [(dataset: any DatasetReader, entry: DatasetEntry)] = []
    for dataset in inputs.datasets { sources += dataset.entries.map { (dataset, $0) } }
    if inputs.datasets.count > 1 { sources.sort { $0.entry.id < $1.entry.id } }
    var chunks: [Member] = []
    chunks.reserveCapacity(sources.count)
    var points = Points(count: 0, dimensions: 0)
    let vectors = VectorReader(objects: context.objects)
    let space = try sources.first.flatMap { try vectors.space(of: $0.dataset.item($0.entry)) }
    for (number, source) in sources.enumerated() {
      if number % 256 == 0 { try context.checkStopping() }
      let item = try source.dataset.item(source.entry)
      let record = try Chunk(item)
      guard let bytes = try vectors.vector(of: item, ChunkVector(members: record.members), in: space) else {
        throw SluiceError(.badInput, "\(item.id) has no vector", advice: "Put an embed stage before the cluster stage.")
      }
      if number == 0 { points = Points(count: sources.count, dimensions: bytes.count / 4) }
      guard bytes.count == points.dimensions * 4 else {
        throw SluiceError(
          .badInput,
          "the vector of \(item.id) has \(Units.counted(bytes.count / 4, "dimension")), that of \(chunks[0].id) \(points.dimensions)",
          advice: "Cluster the vectors of one model: a cluster stage for each embed stage.")
      }
      bytes.withUnsafeBytes { points.append(little: $0) }
      chunks.append(
        Member(
          id: source.entry.id, documentID: record.documentID ?? source.entry.id,
          sectionPath: record.sectionPath ?? "", page: record.page, url: record.sourceURL,
          text: String(ChunkLayout.withoutBreadcrumb(record.text ?? "")), title: record.title ?? record.documentTitle,
          engagement: signals.engagement(record), date: signals.date(record)))
    }
    self.chunks = chunks
    self.points = points
    self.space = space?.reference
  }
}
