import Foundations
import StageKit
import Store

/// What sources know of the world, without forgotten items.
struct SourceMemory {
  private let reader: LedgerReader
  private let store: ObjectStore
  private let recorder: Recorder

  init(_ reader: LedgerReader, _ store: ObjectStore, _ recorder: Recorder) {
    self.reader = reader
    self.store = store
    self.recorder = recorder
  }

  /// - Returns: the stages whose memory named some.
  func forget(_ ids: Set<String>, _ lines: [PipelineLine]) throws -> [String] {
    var stages: Set<String> = []
    for line in lines {
      for row in try reader.sourceStates(of: line.key) {
        let state = try JSONValue(parsing: store.get(row.state))
        let rest = state.without(ids.contains)
        guard rest != state else { continue }
        stages.insert(row.stage)
        try recorder.record(
          LedgerEntries.sourceState(
            pipeline: line.key, stage: row.stage, identity: row.identity, state: store.put(rest.canonicalBytes),
            run: row.run))
      }
    }
    return stages.sorted()
  }
}
