import Foundations
import Store

/// How each stage of a pipeline stands after its last run.
package struct PipelineStatus {
  /// One stage: what it made last, and what it did last.
  package struct Stage {
    /// As the pipeline file has it.
    package let name: String
    /// The last complete result.
    package let record: StageRecord?
    /// What it did last, if it ever ran.
    package let lastRun: StageRunRecord?

    /// How it stands; `nil` when it never ran, or only once and without coming to an end.
    package var standing: StageRecord.Standing? {
      // What was made once and is there no longer is no result.
      record?.standing ?? lastRun.flatMap { $0.outcome == .done ? nil : $0.outcome.standing }
    }

    /// Whether what stands there is what the last run was to make.
    package var isWell: Bool { standing == .complete || standing == nil }

    /// For people: what it made, or why what stands there is an old result.
    package var note: String {
      guard let standing else { return "never run" }
      guard standing != .complete else { return record?.summary ?? "" }
      let since = record.map { "; this is the result of run \($0.run)" } ?? ""
      let why = lastRun.map { $0.message.split(separator: "\n").first.map(String.init) ?? "" } ?? ""
      return "\(standing.rawValue)\(lastRun.map { " in run \($0.run)" } ?? "")\(why.isEmpty ? "" : ": \(why)")\(since)"
    }
  }

  /// Who runs a pipeline: a process, and since when.
  package struct Holder: Codable, Sendable {
    /// The number of the process.
    package let pid: Int
    /// In RFC 3339.
    package let since: String
  }

  /// As the pipeline file names itself.
  package let pipeline: String
  /// In the order of the file.
  package let stages: [Stage]
  /// The newest run, whatever became of it.
  package let lastRun: RunRecord?
  /// Items that could not be worked on and have no result.
  package let quarantine: [QuarantineEntry]
  /// Items that could not be worked on again: their last good result stands.
  package let stale: [QuarantineEntry]
  /// What readers see, and what is not published yet; `nil`: nobody asked.
  package let published: PublicationStatus?
  /// Who runs it now.
  package let holder: Holder?

  /// - Parameter stages: in the order of the file; `nil` when the file cannot be read: then those of the ledger.
  package init(
    pipeline: String, stages: [String]?, records: [String: StageRecord], lastRuns: [String: StageRunRecord],
    lastRun: RunRecord?, quarantine: [QuarantineEntry], isStale: (QuarantineEntry) -> Bool,
    published: PublicationStatus? = nil, holder: Holder?
  ) {
    self.pipeline = pipeline
    self.stages = (stages ?? records.keys.sorted()).map { name in
      Stage(name: name, record: records[name], lastRun: lastRuns[name])
    }
    self.lastRun = lastRun
    stale = quarantine.filter(isStale)
    self.quarantine = quarantine.filter { !isStale($0) }
    self.published = published
    self.holder = holder
  }

  /// What `sluice status` ends with.
  package var exitCode: ExitCode {
    let standings = Set(stages.compactMap(\.standing))
    // As a run ends: what waits behind the guard is blocked because of it.
    if standings.contains(.guarded) { return .guarded }
    if standings.contains(.failed) || standings.contains(.blocked) { return .stageFailed }
    return published?.isGated ?? false ? .gated : .success
  }

  /// For programs.
  package var json: JSONValue {
    [
      "pipeline": .string(pipeline), "running": holder.map { JSONValue(encoding: $0) } ?? .null,
      "last_run": lastRun.map { ["run": JSONValue($0.id), "state": .string($0.state.rawValue)] } ?? .null,
      "published": published?.json ?? .null, "stages": .array(stages.map(Self.json)),
      "quarantine": .array(
        quarantine.map { Self.json($0, isStale: false) } + stale.map { Self.json($0, isStale: true) }),
    ]
  }

  private static func json(_ entry: QuarantineEntry, isStale: Bool) -> JSONValue {
    [
      "stage": .string(entry.stage), "item": .string(entry.item), "kind": .string(entry.kind),
      "message": .string(entry.message), "attempts": JSONValue(entry.attempts),
      "first": .string(Timestamp(seconds: entry.first).rfc3339),
      "last": .string(Timestamp(seconds: entry.last).rfc3339), "stale": .bool(isStale),
    ]
  }

  private static func json(_ stage: Stage) -> JSONValue {
    let record = stage.record
    return JSONValue(
      encoding: Shown(
        name: stage.name, state: stage.standing?.rawValue ?? "never_run",
        message: stage.isWell ? nil : stage.lastRun?.message, items: record?.count, type: record?.type,
        failed: record?.failed, run: record?.run, dataset: record?.dataset.hex, summary: record.map { $0.summary ?? "" }
      ))
  }

  private struct Shown: Encodable {
    let name: String
    let state: String
    let message: String?
    let items: Int?
    let type: String?
    let failed: Int?
    let run: Int?
    let dataset: String?
    let summary: String?
  }
}
