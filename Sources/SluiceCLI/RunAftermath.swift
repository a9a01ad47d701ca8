import Engine
import Foundations
import Manifest
import Planning
import StageKit
import Store

/// What a pipeline file asks to be looked at when a run has ended: whether remembered results still come out the same,
/// and whether everything fits its size. Neither changes how the run ended.
enum RunAftermath {
  /// - Returns: what the audit found; `nil` when there was none.
  static func look(
    _ project: Project, _ prepared: PreparedPipeline, _ result: RunResult, _ options: RunOptions, store: ObjectStore,
    reader: LedgerReader, display: RunDisplay
  ) -> AuditReport? {
    let settings = prepared.pipeline.store
    func warn(_ message: String) {
      display.handle(.log(stage: prepared.line.key, level: .warning, message: message))
    }
    if let most = settings.maxSize, let size = try? prepared.layout.size(), size > most {
      warn(
        "artifacts have \(Units.show(bytes: size)), more than max_size \(Units.show(bytes: most)): `sluice gc` gives up what nothing current needs"
      )
    }
    guard let share = settings.auditShare, share > 0, result.error == nil, result.exitCode != .interrupted else {
      return nil
    }
    do {
      // The results of this run, as the next one will find them.
      let now = try project.prepare(prepared.graph, variant: prepared.line.variant, reader: reader, store: store)
      let report = try Audit(now, store: store, reader: reader, jobs: options.jobs).execute(
        share: share, seed: UInt64(clamping: result.run), run: result.run)
      for line in AuditText.lines(report) where report.isSound {
        display.handle(.log(stage: prepared.line.key, level: .info, message: "audit: \(line)"))
      }
      for line in AuditText.lines(report) where !report.isSound { warn("audit: \(line)") }
      return report
    } catch {
      warn("audit: it could not be done: \(SluiceError(wrapping: error).message)")
      return nil
    }
  }
}
