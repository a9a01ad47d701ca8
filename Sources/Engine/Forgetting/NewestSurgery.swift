import Foundations
import Manifest
import Planning
import StageKit
import Store

/// What has to be written so that the newest results of a line are those that it would have without some items.
struct NewestSurgery {
  let line: PipelineLine
  private let known: KnownLine
  private(set) var entries: [Recorder.Entry] = []
  /// Stages that have to be made anew.
  var gone: Set<String> = []

  init(
    _ known: KnownLine, _ removal: Removal, _ reader: ResultReader, _ surgery: inout ResultSurgery,
    _ content: inout ForgottenContent
  ) throws {
    line = known.line
    self.known = known
    var snapshot = SnapshotSurgery(known.newest, removal, reader)
    for (stage, outcome) in try snapshot.run(&surgery) {
      guard let old = known.newest[stage] else { continue }
      let released = known.quarantine.count { $0.stage == stage && removal.all.contains($0.item) }
      switch outcome {
      case .same where released == 0 || old.result.origin == nil: continue
      case .same, .without:
        try content.add(old)
        entries.append(LedgerEntries.stage(try surgery.record(old, released: released), pipeline: line.key))
      case .gone:
        try content.add(old)
        gone.insert(stage)
        if let history = known.histories[stage] { try content.add(history) }
      }
    }
    if !gone.isEmpty { entries.append(LedgerEntries.dropStages(gone.sorted(), of: line.key, withHistory: true)) }
  }

  /// What is kept of the histories of the stages that are made anew.
  mutating func keepHistories(_ ids: Set<String>, _ prepared: PreparedPipeline, _ store: ObjectStore) throws {
    let scratch = ScratchFolders(prepared.layout, run: 0)
    defer { scratch.removeAll() }
    for name in gone.sorted() {
      guard let former = known.histories[name], let id = prepared.graph.id(of: name),
        case .success(.collection(let stage)) = prepared.stages[id].stage, stage.readsHistory
      else { continue }
      let reader = StoredDataset(
        stage: name, type: former.type, dataset: try Dataset(reading: store.get(former.dataset)), files: former.files,
        store: store)
      guard let made = try stage.history(reader, without: ids, folder: scratch.make()) else { continue }
      var files: [String: Digest] = [:]
      for (name, path) in made { files[name] = try store.adopt(file: path) }
      let empty = Dataset.empty
      let record = HistoryRecord(
        dataset: try store.put(empty.bytes, digest: empty.digest, compressing: false), files: files, type: former.type,
        run: former.run)
      entries.append(LedgerEntries.history(record, pipeline: line.key, stage: name))
    }
  }
}

extension ForgottenContent {
  /// What generations hold of it.
  mutating func addGenerations(_ lines: [KnownLine], _ surgery: inout ResultSurgery) throws {
    for known in lines {
      for number in known.generations.map(\.number) {
        let held = known.stages(of: number).mapValues(\.record)
        for record in try changed(held, &surgery) { try add(record) }
      }
    }
  }
}
