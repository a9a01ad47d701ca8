import Foundations
import Manifest
import Planning
import StageKit
import Store

/// Reads what is about to be forgotten, so that it can be looked for when it is gone.
struct ForgottenContent {
  private let removal: Removal
  private let reader: ResultReader
  var journal: ForgettingJournal
  private var seen: Set<Digest> = []

  init(_ journal: ForgettingJournal, _ removal: Removal, _ reader: ResultReader) throws {
    self.journal = journal
    self.removal = removal
    self.reader = reader
    self.journal.ids.formUnion(removal.all)
    for id in removal.all { self.journal.needles.add(name: id) }
    for (digest, ids) in removal.ids where !ids.isEmpty {
      self.journal.objects.insert(digest)
      let dataset = try reader.dataset(digest)
      for id in ids { if let position = dataset.index(of: id) { try add(dataset.digest(position)) } }
    }
  }

  /// A record with all that it refers to. What a listing has may be digests of content that is no object.
  private mutating func add(_ digest: Digest) throws {
    guard seen.insert(digest).inserted, try reader.store.contains(digest) else { return }
    journal.objects.insert(digest)
    let bytes = try reader.store.get(digest)
    guard let record = (try? JSONValue(parsing: bytes))?.object else {
      return journal.needles.add(bytes, isDerived: false)
    }
    journal.needles.add(record: .object(record), isDerived: false)
    for member in ["body", "vector"] {
      guard let body = record[member]?.string.flatMap({ Digest(reference: $0) }),
        journal.objects.insert(body).inserted, try reader.store.contains(body)
      else { continue }
      if member == "body" { journal.needles.add(try reader.store.get(body), isDerived: false) }
    }
  }

  /// A result whose items leave: what it rests on goes with them, unless something else needs it.
  mutating func add(_ record: StageRecord) throws {
    if let origin = record.result.origin {
      journal.objects.formUnion([record.dataset, origin.input, origin.derivation])
    } else if case .collection(let result) = record.result {
      journal.objects.insert(result.datasets)
      try add(whole: record.dataset, files: result.files)
    }
  }

  /// Those of a set of results that do not stay as they are.
  func changed(_ stages: [String: StageRecord], _ surgery: inout ResultSurgery) throws -> [StageRecord] {
    var snapshot = SnapshotSurgery(stages, removal, reader)
    return try snapshot.run(&surgery).compactMap { stage, outcome in
      if case .same = outcome { nil } else { stages[stage] }
    }
  }

  mutating func add(_ history: HistoryRecord) throws { try add(whole: history.dataset, files: history.files) }

  private mutating func add(whole digest: Digest, files: [String: Digest]) throws {
    journal.objects.insert(digest)
    journal.objects.formUnion(files.values)
    guard seen.insert(digest).inserted else { return }
    let dataset = try reader.dataset(digest)
    for position in 0..<dataset.count {
      let digest = dataset.digest(position)
      journal.objects.insert(digest)
      // What was said without naming an item that leaves is what is said again.
      guard seen.insert(digest).inserted, try reader.mentions(digest, removal.all) else { continue }
      journal.needles.add(record: try JSONValue(parsing: reader.store.get(digest)), isDerived: true)
    }
  }

  /// Under which keys a pipeline's stages may remember what became of the items.
  func memoKeys(_ prepared: PreparedPipeline) throws -> Set<Digest> {
    var keys: Set<Digest> = []
    for id in prepared.graph.stages.indices {
      guard case .success(.item(let stage)) = prepared.stages[id].stage,
        let origin = prepared.records[prepared.graph.stages[id].name]?.result.origin
      else { continue }
      let input = try reader.dataset(origin.input)
      for name in removal[origin.input] {
        guard let position = input.index(of: name), try reader.store.contains(input.digest(position)) else { continue }
        let digest = input.digest(position)
        let item = Item(id: name, digest: digest, record: Record(bytes: try reader.store.get(digest)))
        keys.insert(try stage.projection.digest(of: item))
      }
    }
    return keys
  }
}
