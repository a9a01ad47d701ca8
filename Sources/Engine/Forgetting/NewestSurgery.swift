import Foundations
import Store

/// What has to be written so that the newest results of a line are those that it would have without some items.
struct NewestSurgery {
  let line: PipelineLine
  private(set) var entries: [Recorder.Entry] = []
  /// Stages that have to be made anew.
  var gone: Set<String> = []

  init(
    _ known: KnownLine, _ removal: Removal, _ reader: ResultReader, _ surgery: inout ResultSurgery,
    _ content: inout ForgottenContent
  ) throws {
    line = known.line
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
