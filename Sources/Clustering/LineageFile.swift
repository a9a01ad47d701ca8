import Foundations

/// `lineage.json`: the history of the topics, and what the next night needs to go on from it.
package struct LineageFile {
  package let lineage: Lineage
  /// The space that the centroids lie in.
  package let space: String?

  package init(lineage: Lineage, space: String?) {
    self.lineage = lineage
    self.space = space
  }

  private struct Content: Decodable {
    let version: Int
    let space: String?
    let threshold: Double
    let nights: [Lineage.Night]
    let topics: [Lineage.Topic]
    let events: [Lineage.Event]

    enum CodingKeys: String, CodingKey {
      case version, space, nights, topics, events
      case threshold = "novelty_threshold"
    }
  }

  private struct Version: Decodable { let version: Int? }

  /// - Throws: `.corrupt` when it is not what this wrote.
  package init(parsing bytes: [UInt8]) throws {
    let file = try JSONValue(parsing: bytes)
    guard (try? file.decoded(as: Version.self))?.version == 1 else {
      throw SluiceError(
        .corrupt, "the lineage of the last run cannot be read: it is of another version",
        advice: "Begin a new one: run once with `--set <stage>.lineage=false`, then without.")
    }
    let content: Content
    do throws(JSONMismatch) { content = try file.decoded() } catch {
      throw SluiceError(.corrupt, "the lineage of the last run cannot be read: \(error)", advice: "Run `sluice fsck`.")
    }
    space = content.space
    lineage = Lineage(
      nights: content.nights, topics: content.topics, events: content.events, noveltyThreshold: content.threshold)
  }

  /// A night, a topic and an event a line.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    func add(_ text: String) { bytes += Array(text.utf8) }
    func list(_ name: String, _ entries: [some Encodable]) {
      add("\"\(name)\":[")
      for (number, entry) in entries.enumerated() {
        add(number == 0 ? "\n" : ",\n")
        bytes += JSONValue(encoding: entry).canonicalBytes
      }
      add("\n]")
    }
    add("{\"version\":1,\n\"novelty_threshold\":")
    bytes += JSONValue.double(lineage.noveltyThreshold).canonicalBytes
    if let space { add(",\n\"space\":" + JSONValue.string(space).canonicalText) }
    add(",\n")
    list("nights", lineage.nights)
    add(",\n")
    list("events", lineage.events)
    add(",\n")
    list("topics", lineage.topics)
    add("}\n")
    return bytes
  }
}

extension Lineage.Night: Codable {
  private enum CodingKeys: String, CodingKey {
    case number = "night"
    case date, chunks, noise, came, left
  }

  /// Each change has a member of its own, beside those of the night.
  private struct ChangeKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ change: Lineage.Change) { stringValue = change.rawValue }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let changes = try decoder.container(keyedBy: ChangeKey.self)
    var counts: [Lineage.Change: Int] = [:]
    for change in Lineage.Change.allCases {
      if let count = try changes.decodeIfPresent(Int.self, forKey: ChangeKey(change)), count > 0 {
        counts[change] = count
      }
    }
    self.init(
      number: try container.decode(Int.self, forKey: .number),
      date: try container.decodeIfPresent(String.self, forKey: .date),
      chunks: try container.decode(Int.self, forKey: .chunks), noise: try container.decode(Int.self, forKey: .noise),
      came: try container.decode(Int.self, forKey: .came), left: try container.decode(Int.self, forKey: .left),
      counts: counts)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(number, forKey: .number)
    try container.encodeIfPresent(date, forKey: .date)
    try container.encode(chunks, forKey: .chunks)
    try container.encode(noise, forKey: .noise)
    try container.encode(came, forKey: .came)
    try container.encode(left, forKey: .left)
    var changes = encoder.container(keyedBy: ChangeKey.self)
    for change in Lineage.Change.allCases { try changes.encode(counts[change] ?? 0, forKey: ChangeKey(change)) }
  }
}

/// `[night, size, came]`
extension Lineage.Size: Codable {
  package init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    self.init(
      night: try container.decode(Int.self), size: try container.decode(Int.self), came: try container.decode(Int.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    for number in [night, size, came] { try container.encode(number) }
  }
}

extension Lineage.Topic: Codable {
  package enum CodingKeys: CodingKey { case id, label, born, died, from, into, sizes, centroid }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    guard let bytes = Base64.decode(try container.decode(String.self, forKey: .centroid)) else {
      throw DecodingError.dataCorruptedError(forKey: .centroid, in: container, debugDescription: "is not base64")
    }
    self.init(
      id: try container.decode(String.self, forKey: .id), label: try container.decode(String.self, forKey: .label),
      born: try container.decode(Int.self, forKey: .born), died: try container.decodeIfPresent(Int.self, forKey: .died),
      from: try container.decodeIfPresent(String.self, forKey: .from),
      into: try container.decodeIfPresent(String.self, forKey: .into),
      sizes: try container.decode([Lineage.Size].self, forKey: .sizes),
      centroid: bytes.withUnsafeBytes { raw in
        (0..<raw.count / 4).map { raw.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
      })
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(label, forKey: .label)
    try container.encode(born, forKey: .born)
    try container.encodeIfPresent(died, forKey: .died)
    try container.encodeIfPresent(from, forKey: .from)
    try container.encodeIfPresent(into, forKey: .into)
    try container.encode(sizes, forKey: .sizes)
    try container.encode(Base64.encode(centroid.withUnsafeBytes { Array($0) }), forKey: .centroid)
  }
}
