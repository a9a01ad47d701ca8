import Foundations
import Manifest
import Planning
import StageKit
import Store

/// Shows another generation to readers than the current one: the one before, or a candidate.
package struct GenerationSwitch {
  private let session: RunSession
  private let links: GenerationLinks
  private let exports: Exports
  private let generations: [GenerationRecord]

  /// The caller holds the line's lease.
  package init(
    _ prepared: PreparedPipeline, store: ObjectStore, recorder: Recorder, reader: LedgerReader, jobs: Int,
    observe: @escaping @Sendable (RunEvent) -> Void
  ) throws {
    session = RunSession(
      prepared: prepared, options: RunOptions(selection: [], jobs: jobs), store: store, recorder: recorder,
      reader: reader, run: 0, observe: observe)
    links = GenerationLinks(line: prepared.line.key, layout: prepared.layout)
    exports = Exports(session: session, links: links)
    generations = try reader.generations(of: prepared.line.key)
  }

  private var line: PipelineLine { session.prepared.line }
  private var current: GenerationRecord? { generations.first { $0.state == .current } }

  /// Goes back: the current generation is withdrawn, which later runs heed.
  /// - Parameters:
  ///   - target: `nil`: the one before the current.
  ///   - holds: whether what later runs make stays a candidate until somebody publishes it.
  package func rollBack(to target: GenerationRecord?, holds: Bool) throws -> (
    generation: GenerationRecord, lagging: [StageLag]
  ) {
    guard let current else {
      throw SluiceError(.missing, "\(line.key) has nothing published that one could go back from")
    }
    let before = generations.first { $0.number < current.number && [.superseded, .withdrawn].contains($0.state) }
    guard let target = target ?? before else {
      throw SluiceError(
        .missing, "there is no generation of \(line.key) before \(current.number)",
        advice: "`sluice history` lists those that are kept; `keep:` in the pipeline file says how many.")
    }
    return (target, try show(target, former: .withdrawn, isHeld: holds ? true : nil))
  }

  /// Publishes a candidate, or what was published before; a hold ends with it.
  /// - Parameters:
  ///   - target: `nil`: the newest candidate.
  ///   - isAnyway: whether it is published whatever its gates measure.
  /// - Returns: the generation, and what the gates measured that keep it from being published; `nil`: it is published.
  package func publish(_ target: GenerationRecord?, anyway isAnyway: Bool) throws -> (
    generation: GenerationRecord, refusal: GateReport?, lagging: [StageLag]
  ) {
    guard let target = target ?? generations.first(where: { $0.state == .candidate }) else {
      if try session.reader.isHeld(line.key), let current {
        // Nothing waits: only the hold ends.
        return (current, nil, try show(current, former: .superseded, isHeld: false))
      }
      throw SluiceError(
        .missing, "no generation of \(line.key) waits to be published",
        advice: "`sluice history` lists them; `sluice publish N` shows one of them.")
    }
    if target.state == .candidate, !isAnyway {
      let stages = try session.reader.stages(ofGeneration: target.number, of: line.key)
      let former = try current.map { try session.reader.stages(ofGeneration: $0.number, of: line.key) } ?? [:]
      let report = try GateCheck(session).measure(stages, former: former)
      if let report, !report.holds { return (target, report, []) }
    }
    return (target, nil, try show(target, former: .superseded, isHeld: false))
  }

  /// - Parameter isHeld: `nil`: as it is.
  private func show(_ target: GenerationRecord, former: GenerationRecord.State, isHeld: Bool?) throws -> [StageLag] {
    let stages = try session.reader.stages(ofGeneration: target.number, of: line.key)
    let files = try session.reader.exportedFiles(of: stages.values.compactMap(\.export))
    var draft = GenerationDraft()
    for (name, stage) in stages {
      guard let id = session.prepared.graph.id(of: name) else {
        // The pipeline file has it no longer: its files are shown as they are.
        try exports.checkWhole(stage, files: stage.export.flatMap { files[$0] } ?? [])
        draft.stages[name] = stage
        continue
      }
      try exports.keep(stage, id, files: stage.export.flatMap { files[$0] } ?? [], in: &draft)
    }
    let entries = try exports.write(draft) + draft.placements + draft.entries
    try links.make(target.number, draft.exports)
    try session.recorder.record { [line] connection in
      for entry in entries { try entry(connection) }
      try LedgerEntries.current(target.number, of: line.key, former: former)(connection)
      if let isHeld { try LedgerEntries.held(isHeld, line: line.key)(connection) }
    }
    try session.recorder.flush()
    try links.turn(to: target.number)
    return try Followers(session).follow(draft.stages)
  }
}
