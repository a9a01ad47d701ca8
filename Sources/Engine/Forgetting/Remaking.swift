import Foundations
import Manifest
import Planning
import StageKit
import Store

/// Makes stages anew that read whole datasets, without the network, and publishes nothing.
struct Remaking {
  let jobs: Int
  let store: ObjectStore
  let recorder: Recorder
  let reader: LedgerReader
  let observe: @Sendable (RunEvent) -> Void

  /// Makes the named stages of a line anew of what stands.
  /// - Returns: those that are not what they should be, and why.
  func make(_ names: Set<String>, _ prepared: PreparedPipeline) throws -> [ForgettingReport.Problem] {
    var options = RunOptions(selection: [], jobs: jobs)
    options.selection = Set(prepared.graph.stages.indices.filter { names.contains(prepared.graph.stages[$0].name) })
    options.isFrozen = true
    options.allowsVanishing = true
    options.publishes = false
    options.arguments = "forget"
    let result = try PipelineRun(
      prepared: prepared, options: options, store: store, recorder: recorder, reader: reader, observe: observe
    ).execute()
    if let error = result.error { throw error }
    if result.exitCode == .interrupted {
      throw SluiceError(.interrupted, "it was interrupted", advice: "Run it again.")
    }
    let records = try reader.stages(of: prepared.line.key)
    return names.sorted().compactMap { name in
      let message: String
      if let record = records[name] {
        guard record.validity == .provisional else { return nil }
        message = "is less than it should be until the next run, which may use the network"
      } else if let summary = result.stages.first(where: { $0.name == name }), !summary.message.isEmpty {
        message = "could not be made anew without the network: \(summary.message)"
      } else {
        message = "is made anew by the next run"
      }
      return .init(line: prepared.line, stage: name, message: message)
    }
  }

  /// Makes anew what readers have now, where newer results than those were not published: in a line of its own, that is
  /// there for this time only.
  /// - Parameter standing: what stays of the current generation.
  /// - Returns: the new results, by stage.
  func makeCurrent(_ names: Set<String>, of standing: [String: StageRecord], _ prepared: PreparedPipeline) throws
    -> (made: [String: StageRecord], problems: [ForgettingReport.Problem])
  {
    let line = prepared.line.aside
    try recorder.record(LedgerEntries.forgetVariant(line))
    for record in standing.values { try recorder.record(LedgerEntries.stage(record, pipeline: line.key)) }
    try recorder.flush()
    let problems = try make(names, prepared.with(standing, in: line)).map { problem in
      ForgettingReport.Problem(line: prepared.line, stage: problem.stage, message: problem.message)
    }
    let made = try reader.stages(of: line.key).filter { names.contains($0.key) }
    try recorder.record(LedgerEntries.handOver(runsOf: line.key, to: prepared.line.key))
    try recorder.record(LedgerEntries.forgetVariant(line))
    try recorder.flush()
    return (made, problems)
  }
}
