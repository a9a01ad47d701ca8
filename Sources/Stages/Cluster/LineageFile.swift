import Clustering
import Foundations

/// `lineage.json`: the history of the topics, and what the next night needs to go on from it.
struct LineageFile {
  static let name = "lineage.json"

  let lineage: Lineage
  /// The space that the centroids lie in.
  let space: String?

  init(lineage: Lineage, space: String?) {
    self.lineage = lineage
    self.space = space
  }

  /// - Throws: `.corrupt` when it is not what this wrote.
  init(parsing bytes: [UInt8]) throws {
    let file = try JSONValue(parsing: bytes)
    guard file["version"]?.int == 1 else {
      throw SluiceError(
        .corrupt, "the lineage of the last run cannot be read: it is of another version",
        advice: "Begin a new one: run once with `--set <stage>.lineage=false`, then without.")
    }
    space = file["space"]?.string
    lineage = Lineage(
      nights: (file["nights"]?.array ?? []).map(Self.night), topics: (file["topics"]?.array ?? []).map(Self.topic),
      events: (file["events"]?.array ?? []).compactMap(Self.event),
      noveltyThreshold: file["novelty_threshold"]?.double ?? 1)
  }

  /// A night, a topic and an event a line.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    func add(_ text: String) { bytes += Array(text.utf8) }
    func list(_ name: String, _ objects: [JSONObject]) {
      add("\"\(name)\":[")
      for (number, object) in objects.enumerated() {
        add(number == 0 ? "\n" : ",\n")
        bytes += object.canonicalBytes
      }
      add("\n]")
    }
    add("{\"version\":1,\n\"novelty_threshold\":")
    bytes += JSONValue.double(lineage.noveltyThreshold).canonicalBytes
    if let space { add(",\n\"space\":" + JSONValue.string(space).canonicalText) }
    add(",\n")
    list("nights", lineage.nights.map(Self.json))
    add(",\n")
    list("events", lineage.events.map(Self.json))
    add(",\n")
    list("topics", lineage.topics.map(Self.json))
    add("}\n")
    return bytes
  }

  private static func json(_ night: Lineage.Night) -> JSONObject {
    var object: JSONObject = [
      "night": JSONValue(night.number), "chunks": JSONValue(night.chunks), "noise": JSONValue(night.noise),
      "came": JSONValue(night.came), "left": JSONValue(night.left),
    ]
    if let date = night.date { object["date"] = .string(date) }
    for change in Lineage.Change.allCases { object[change.rawValue] = JSONValue(night.counts[change] ?? 0) }
    return object
  }

  private static func night(_ value: JSONValue) -> Lineage.Night {
    Lineage.Night(
      number: value["night"]?.int ?? 0, date: value["date"]?.string, chunks: value["chunks"]?.int ?? 0,
      noise: value["noise"]?.int ?? 0, came: value["came"]?.int ?? 0, left: value["left"]?.int ?? 0,
      counts: Dictionary(
        uniqueKeysWithValues: Lineage.Change.allCases.compactMap { change in
          value[change.rawValue]?.int.flatMap { $0 > 0 ? (change, $0) : nil }
        }))
  }

  private static func json(_ event: Lineage.Event) -> JSONObject {
    var object: JSONObject = [
      "night": JSONValue(event.night), "change": .string(event.change.rawValue), "topic": .string(event.topic),
      "shared": JSONValue(event.shared),
    ]
    if let other = event.other { object["other"] = .string(other) }
    return object
  }

  private static func event(_ value: JSONValue) -> Lineage.Event? {
    guard let change = value["change"]?.string.flatMap({ Lineage.Change(rawValue: $0) }) else { return nil }
    return Lineage.Event(
      night: value["night"]?.int ?? 0, change: change, topic: value["topic"]?.string ?? "",
      other: value["other"]?.string, shared: value["shared"]?.int ?? 0)
  }

  private static func json(_ topic: Lineage.Topic) -> JSONObject {
    var object: JSONObject = [
      "id": .string(topic.id), "label": .string(topic.label), "born": JSONValue(topic.born),
      // [night, size, came]
      "sizes": .array(topic.sizes.map { [JSONValue($0.night), JSONValue($0.size), JSONValue($0.came)] }),
      "centroid": .string(Base64.encode(topic.centroid.withUnsafeBytes { Array($0) })),
    ]
    if let died = topic.died { object["died"] = JSONValue(died) }
    if let from = topic.from { object["from"] = .string(from) }
    if let into = topic.into { object["into"] = .string(into) }
    return object
  }

  private static func topic(_ value: JSONValue) -> Lineage.Topic {
    let bytes = Base64.decode(value["centroid"]?.string ?? "") ?? []
    return Lineage.Topic(
      id: value["id"]?.string ?? "", label: value["label"]?.string ?? "", born: value["born"]?.int ?? 0,
      died: value["died"]?.int, from: value["from"]?.string, into: value["into"]?.string,
      sizes: (value["sizes"]?.array ?? []).map { row in
        let numbers = row.array?.map { $0.int ?? 0 } ?? []
        return Lineage.Size(
          night: numbers.first ?? 0, size: numbers.dropFirst().first ?? 0, came: numbers.dropFirst(2).first ?? 0)
      },
      centroid: bytes.withUnsafeBytes { raw in
        (0..<raw.count / 4).map { raw.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
      })
  }
}
