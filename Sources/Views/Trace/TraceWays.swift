import Foundations
import StageKit
import Store

/// Which items of a snapshot came from which: derivations where stages work item by item, mentions of ids where they read
/// whole datasets.
final class TraceWays {
  typealias Name = TraceNode.Name

  let snapshot: Snapshot
  private var datasets: [Digest: Dataset] = [:]
  private var derived: [String: DerivedDataset?] = [:]
  /// Of stages that read whole datasets: item → the ids that it mentions.
  private var mentions: [String: [(item: String, ids: Set<String>)]] = [:]
  /// Digest of a dataset, as others name it → the stages that made it.
  private lazy var makers: [Digest: [String]] = {
    var makers: [Digest: [String]] = [:]
    for record in snapshot.stages.values {
      for digest in Set([record.dataset, record.inputDigest]) { makers[digest, default: []].append(record.stage) }
    }
    return makers
  }()

  init(_ snapshot: Snapshot) { self.snapshot = snapshot }

  func record(_ stage: String) -> StageRecord {
    guard let record = snapshot.stages[stage] else { preconditionFailure("a stage of the snapshot") }
    return record
  }

  func dataset(_ stage: String) throws -> Dataset {
    let digest = record(stage).dataset
    if let known = datasets[digest] { return known }
    let dataset = try snapshot.dataset(record(stage))
    datasets[digest] = dataset
    return dataset
  }

  private func derivedDataset(_ stage: String) throws -> DerivedDataset? {
    if let known = derived[stage] { return known }
    let made = try snapshot.derived(record(stage))
    derived[stage] = made
    return made
  }

  /// The stages whose results a stage read.
  func needs(_ stage: String) -> [String] {
    var found: [String] = []
    for digest in record(stage).inputs {
      for maker in (makers[digest] ?? []).sorted() where maker != stage && !found.contains(maker) {
        found.append(maker)
      }
    }
    return found
  }

  /// The stages that read a stage's result.
  func dependents(_ stage: String) -> [String] {
    snapshot.stages.keys.filter { $0 != stage && needs($0).contains(stage) }.sorted()
  }

  // MARK: Both ways

  /// What an item was made of.
  func parents(_ name: Name) throws -> [Name] {
    let needs = needs(name.stage)
    guard !needs.isEmpty else { return [] }
    if let derived = try derivedDataset(name.stage) {
      guard let position = derived.output.index(of: name.item),
        let input = derived.derivation.input(ofOutput: position)
      else { return [] }
      let id = derived.input.id(input)
      return try needs.filter { try dataset($0).index(of: id) != nil }.prefix(1).map { Name(stage: $0, item: id) }
    }
    let ids = try mentions(in: name.stage).first { $0.item == name.item }?.ids ?? []
    return try needs.flatMap { need in
      let dataset = try dataset(need)
      return ids.filter { dataset.index(of: $0) != nil }.sorted().map { Name(stage: need, item: $0) }
    }
  }

  /// What was made of an item.
  func children(_ name: Name) throws -> [Name] {
    try dependents(name.stage).flatMap { stage -> [Name] in
      if let derived = try derivedDataset(stage) {
        guard let position = derived.input.index(of: name.item) else { return [] }
        return derived.outputs(ofInput: position).map { Name(stage: stage, item: $0) }
      }
      return try mentions(in: stage).filter { $0.ids.contains(name.item) }.map { Name(stage: stage, item: $0.item) }
    }
  }

  /// Stages that read the whole dataset of an item and keep files of it, without items of their own: an index.
  func wholeReaders(_ name: Name) -> [String] {
    dependents(name.stage).filter { record($0).result.origin == nil && record($0).count == 0 }
  }

  private func mentions(in stage: String) throws -> [(item: String, ids: Set<String>)] {
    if let known = mentions[stage] { return known }
    var found: [(item: String, ids: Set<String>)] = []
    try snapshot.stored(record(stage)).forEach { item in
      var ids: Set<String> = []
      Self.collect(.object(try item.record.object()), into: &ids)
      found.append((item.id, ids))
    }
    mentions[stage] = found
    return found
  }

  /// Every text of a record may be an id: those that are are found in the datasets.
  private static func collect(_ value: JSONValue, into ids: inout Set<String>) {
    if let text = value.string { ids.insert(text) }
    for element in value.array ?? [] { collect(element, into: &ids) }
    for member in value.object?.members ?? [] { collect(member.value, into: &ids) }
  }

  // MARK: Nodes

  func node(_ name: Name) throws -> TraceNode {
    let record = record(name.stage)
    let dataset = try dataset(name.stage)
    guard let position = dataset.index(of: name.item) else { preconditionFailure("an item of the stage") }
    let digest = dataset.digest(position)
    var node = TraceNode(
      name: name, type: record.type, digest: digest, run: record.run, stageKey: record.stageKey)
    if let derived = try derivedDataset(name.stage),
      let output = derived.output.index(of: name.item), let input = derived.derivation.input(ofOutput: output)
    {
      let id = derived.input.id(input)
      let works = try snapshot.reader.itemRuns(
        pipeline: snapshot.line.key, stage: name.stage, item: id, limit: 100)
      if let work = works.first(where: { $0.run <= record.run }) {
        node = TraceNode(
          name: name, type: record.type, digest: digest, run: work.run, stageKey: record.stageKey, reason: work.reason)
        node.attempts =
          try snapshot.reader.failedAttempts(run: work.run, stage: name.stage, item: id) + 1
      }
    }
    node.origin = try origin(digest, record.type)
    return node
  }

  private func origin(_ digest: Digest, _ type: String) throws -> TraceNode.Origin? {
    guard type == "document" || type == "file" || type == "url" else { return nil }
    let document = Document(members: try Record(bytes: snapshot.store.get(digest)).object())
    let object = document.members
    var origin = TraceNode.Origin()
    origin.body = document.bodyReference
    origin.bytes = document.bytes
    origin.url = document.finalURL ?? object["url"]?.string
    origin.path = object["path"]?.string
    origin.status = document.status
    origin.etag = document.etag
    origin.fetchedAt = object["fetched_at"]?.string
    return origin.text.isEmpty ? nil : origin
  }
}
