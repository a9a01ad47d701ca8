import Foundations
import Manifest
import Planning
import StageKit
import Store

/// Shows another generation to readers than the current one: the one before, or a candidate.
package struct GenerationSwitch {
  /// What became of a wish to publish.
  package struct Outcome: Sendable {
    package let generation: GenerationRecord
    /// What the gates measured that keeps it from being published; `nil`: readers see it.
    package var refusal: GateReport?
    /// The generation that readers saw before, where that is another one.
    package var former: GenerationRecord?
    /// Whether the former one is withdrawn: a run that makes it again does not publish it.
    package var isWithdrawn = false
    /// Whether publications are held from now on.
    package var isHeld = false
    /// Whether they were held before, and are no longer.
    package var hasEndedHold = false
    /// What lies outside and does not follow.
    package var lagging: [StageLag] = []
  }

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
  ///   - target: `nil`: the one that was current before, and that nobody went back from.
  ///   - holds: whether what later runs make stays a candidate until somebody publishes it.
  package func rollBack(to target: GenerationRecord?, holds: Bool) throws -> Outcome {
    guard let current else {
      throw SluiceError(.missing, "\(line.key) has nothing published that one could go back from")
    }
    let before = generations.first { $0.number < current.number && $0.state == .superseded }
    guard let target = target ?? before else {
      throw SluiceError(
        .missing, "there is no generation of \(line.key) before \(current.number) that nobody went back from",
        advice: "`sluice history` lists those that are kept; `sluice rollback N` goes to any of them.")
    }
    guard target.state != .candidate else {
      throw SluiceError(
        .usage, "generation \(target.number) is a candidate: readers never saw it",
        advice: "`sluice publish \(target.number)` measures its gates and publishes it.")
    }
    guard target.number != current.number else {
      guard holds else {
        throw SluiceError(
          .usage, "readers see generation \(target.number) already", advice: "`sluice history` lists the others.")
      }
      return try show(target, former: .superseded, isHeld: true)
    }
    // Who goes forth again takes nothing back.
    let isBack = target.number < current.number
    return try show(target, former: isBack ? .withdrawn : .superseded, isHeld: holds ? true : nil)
  }

  /// Publishes a candidate, or what was published before; a hold ends with it.
  /// - Parameters:
  ///   - target: `nil`: the candidate that the newest results are.
  ///   - isAnyway: whether it is published whatever its gates measure.
  package func publish(_ target: GenerationRecord?, anyway isAnyway: Bool) throws -> Outcome {
    guard let target = try target ?? session.reader.waitingCandidate(of: line.key) ?? current else {
      throw SluiceError(
        .missing, "no generation of \(line.key) waits to be published",
        advice: "`sluice history` lists them; `sluice run` makes one.")
    }
    let isHeld = try session.reader.isHeld(line.key)
    let former = try current.map { try session.reader.stages(ofGeneration: $0.number, of: line.key) } ?? [:]
    let isCurrent = target.number == current?.number
    guard target.state == .candidate || isCurrent else {
      return try show(target, former: .superseded, isHeld: false)
    }
    let stages = try session.reader.stages(ofGeneration: target.number, of: line.key)
    var report = try GateCheck(session).measure(
      stages, former: former, accepted: current?.gates, isNew: !isCurrent)
    if isCurrent, report?.holds ?? true, !isHeld {
      throw SluiceError(
        .usage,
        "readers see generation \(target.number) already, and no generation of \(line.key) waits to be published",
        advice: "`sluice history` lists them; `sluice publish N` shows one of them.")
    }
    if isAnyway { report = report?.accepted }
    if let report { try record(report, of: target) }
    if let report, !report.holds { return Outcome(generation: target, refusal: report, isHeld: isHeld) }
    return try show(target, former: .superseded, isHeld: false)
  }

  private func record(_ report: GateReport, of target: GenerationRecord) throws {
    let known = target.gates.flatMap { try? $0.decoded(as: GateReport.self) } ?? GateReport([])
    try session.recorder.record(
      LedgerEntries.gates(known.updated(with: report).json, ofGeneration: target.number, of: line.key))
    try session.recorder.flush()
  }

  /// - Parameter isHeld: `nil`: as it is.
  private func show(_ target: GenerationRecord, former: GenerationRecord.State, isHeld: Bool?) throws -> Outcome {
    let wasHeld = try session.reader.isHeld(line.key)
    let stages = try session.reader.stages(ofGeneration: target.number, of: line.key)
    let files = try session.reader.exportedFiles(of: stages.values.compactMap(\.export))
    var draft = GenerationDraft()
    for (name, stage) in stages {
      try exports.keep(
        stage, session.prepared.graph.id(of: name), files: stage.export.flatMap { files[$0] } ?? [], areLinked: false,
        isStrict: true, in: &draft)
    }
    let entries = try exports.write(draft) + draft.placements(of: line.key) + draft.entries
    try links.make(target.number, draft.exports)
    try session.recorder.record { [line] connection in
      for entry in entries { try entry(connection) }
      try LedgerEntries.current(target.number, of: line.key, former: former)(connection)
      if let isHeld { try LedgerEntries.held(isHeld, line: line.key)(connection) }
    }
    try session.recorder.flush()
    try links.turn(to: target.number)
    try links.relead(draft)
    let other = current.flatMap { $0.number == target.number ? nil : $0 }
    let isHeldNow = try session.reader.isHeld(line.key)
    return Outcome(
      generation: target, former: other, isWithdrawn: other != nil && former == .withdrawn,
      isHeld: isHeldNow, hasEndedHold: wasHeld && !isHeldNow, lagging: try Followers(session).follow(draft.stages))
  }
}
