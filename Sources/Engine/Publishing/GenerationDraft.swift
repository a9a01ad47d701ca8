import Foundations
import Manifest
import Planning
import StageKit
import Store

/// A generation while it is put together: what it holds of each stage, and which files are still to be written for it.
struct GenerationDraft: Sendable {
  /// By name, in no order.
  var stages: [String: GenerationStage] = [:]
  /// Folders that are written and not yet in their places, with what is to be written into each.
  var staged: [StagedExport] = []
  var contents: [(record: StageRecord, exporter: (any DatasetExporter)?)] = []
  /// By their names: folders whose files are those of another one without some lines.
  var thinned: [String: ThinnedExport] = [:]
  /// Stages of which the same is published as before, from another folder, with the damaged folders that they had.
  var moved: [String: Set<String>] = [:]
  /// What a look at the files found out.
  var entries: [Recorder.Entry] = []

  /// Stage → export, of those of which something is published.
  var exports: [String: String] { stages.compactMapValues(\.export) }

  /// The entries that say where what was moved lies now.
  func placements(of line: String) -> [Recorder.Entry] {
    moved.keys.compactMap { name in
      stages[name].flatMap { stage in
        stage.export.map { LedgerEntries.placed(name, stage.identity, of: line, in: $0) }
      }
    }
  }

  /// Of what readers see and of what it was made from.
  var digest: Digest {
    var hasher = DigestHasher()
    for (name, stage) in stages.sorted(by: { $0.key < $1.key }) {
      hasher.field(name)
      hasher.update(stage.identity)
    }
    return hasher.finalize()
  }
}
