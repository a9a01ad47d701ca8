import CSystem
import Foundations
import Manifest
import Planning
import StageKit
import Store

/// Measures the gates of a candidate: those of the pipeline file, and those that hold without anyone writing them.
struct GateCheck {
  private let session: RunSession

  init(_ session: RunSession) { self.session = session }

  private var graph: StageGraph { session.prepared.graph }
  private var line: String { session.prepared.line.key }

  /// - Parameters:
  ///   - stages: what the candidate holds.
  ///   - former: what is published.
  ///   - accepted: what the gates of the published generation said, with what somebody accepted of it.
  ///   - isNew: whether the two differ; if not, only what is in quarantine can have changed.
  /// - Returns: `nil` where there is nothing to measure.
  func measure(
    _ stages: [String: GenerationStage], former: [String: GenerationStage], accepted: JSONValue?,
    isNew: Bool = true
  ) throws -> GateReport? {
    // Who has no gates and nothing published is not measured by what is published.
    if session.prepared.pipeline.gates.isEmpty && former.isEmpty { return nil }
    let quarantined = try session.reader.quarantinedStages(of: line)
    if !isNew && quarantined.isEmpty && !session.prepared.pipeline.gates.contains(where: { $0.command != nil }) {
      return nil
    }
    var results: [GateResult] = []
    for id in graph.stages.indices {
      let name = graph.stages[id].name
      guard let stage = stages[name] else { continue }
      let gate = gate(of: name)
      let bars = bars(gate, id, isNew: isNew, isQuarantined: quarantined.contains(name), stage, former[name])
      let command = isNew ? gate?.command : nil
      guard !bars.isEmpty || command != nil else { continue }
      let subject = try subject(stage, former[name], gate)
      for bar in bars { if let result = result(bar, id, subject) { results.append(result) } }
      if let command { results.append(try result(command, subject)) }
    }
    if isNew { results += missing(stages) }
    // Nobody is to publish what was measured in part.
    if isStopping() { throw SluiceError(.interrupted, "the run was interrupted while gates were measured") }
    let known =
      accepted.flatMap { try? $0.decoded(as: GateReport.self) }?.results.filter { $0.isAccepted == true } ?? []
    return results.isEmpty ? nil : GateReport(results.map { accept($0, known) })
  }

  private func isStopping() -> Bool { session.isStopping || csystem_interrupts() > 0 }

  /// Gates of stages of which the candidate holds nothing.
  private func missing(_ stages: [String: GenerationStage]) -> [GateResult] {
    session.prepared.pipeline.gates.filter { gate in
      !stages.keys.contains { $0 == gate.stage || $0.hasPrefix(gate.stage + "@") }
    }.map { gate in
      GateResult(
        stage: gate.stage, measure: gate.bars.first?.measure ?? "run", measured: nil,
        allowed: gate.bars.first?.limit.text ?? "exit 0", holds: false,
        note: "the stage has no result yet: sluice run +\(gate.stage)")
    }
  }

  /// What somebody accepted of what is in quarantine is accepted as long as it does not get worse.
  private func accept(_ result: GateResult, _ known: [GateResult]) -> GateResult {
    guard !result.holds, isAboutQuarantine(result),
      let former = known.first(where: { $0.stage == result.stage && $0.measure == result.measure }),
      let value = result.value, let worst = former.value, former.allowed == result.allowed, value <= worst
    else { return result }
    var result = result
    result.isAccepted = true
    return result
  }

  private func isAboutQuarantine(_ result: GateResult) -> Bool {
    let own = graph.id(of: result.stage).flatMap { self.own($0) }
    return Self.common.isAboutQuarantine(result.measure) || own?.isAboutQuarantine(result.measure) ?? false
  }

  /// What names one stage goes over what names its family.
  private func gate(of stage: String) -> Gate? {
    let gates = session.prepared.pipeline.gates
    return gates.first { $0.stage == stage } ?? gates.first { stage.hasPrefix($0.stage + "@") }
  }

  private static let common = CommonMeasures()

  private func own(_ id: StageID) -> (any GateMeasures)? {
    guard case .success(let body) = session.prepared.stages[id].stage else { return nil }
    return body.stage.gateMeasures
  }

  /// What the file says, and what holds where it says nothing.
  private func bars(
    _ gate: Gate?, _ id: StageID, isNew: Bool, isQuarantined: Bool, _ stage: GenerationStage, _ former: GenerationStage?
  ) -> [Gate.Bar] {
    var bars = gate?.bars ?? []
    let own = own(id)
    let isChanged = former?.identity != stage.identity
    // What somebody changed by hand may turn into anything.
    let isComparable = former != nil && former?.record.recipe == stage.record.recipe
    var standard = isQuarantined ? own?.standard ?? [] : []
    if isNew && isChanged && isComparable && hasStableIDs(id) { standard += Self.common.standard }
    let guarded = session.prepared.pipeline.vanishGuard
    for (name, share) in standard where !bars.contains(where: { $0.measure == name }) {
      bars.append(
        Gate.Bar(
          measure: name, limit: Gate.Limit(.atMost, most(share, guarded), .share),
          position: gate?.position ?? graph.stages[id].position
        ))
    }
    if isNew { return bars }
    return bars.filter { bar in
      own.map { $0.knows(bar.measure) && $0.isAboutQuarantine(bar.measure) } ?? false
        || Self.common.isAboutQuarantine(bar.measure)
    }
  }

  /// Who says in the file that more may leave than that lets as much collapse.
  private func most(_ share: Double, _ rule: VanishGuard) -> Double {
    rule == .standard ? share : max(share, rule.maxVanish)
  }

  /// Whether an item keeps its id, so that it can be compared with what it was.
  private func hasStableIDs(_ id: StageID) -> Bool {
    guard case .success(.collection(let stage)) = session.prepared.stages[id].stage else { return true }
    return stage.hasStableIDs
  }

  private func subject(_ stage: GenerationStage, _ former: GenerationStage?, _ gate: Gate?) throws -> GateSubject {
    let folder = { (stage: GenerationStage?) in
      stage?.export.map { "\(session.prepared.layout.exports)/\($0)" }
    }
    return GateSubject(
      candidate: try stored(stage.record), former: try former.map { try stored($0.record) }, folder: folder(stage),
      formerFolder: folder(former), quarantine: try session.reader.quarantine(of: line, stage: stage.record.stage),
      derived: try session.prepared.derived(stage.record, load: session.dataset), settings: gate?.settings ?? [:],
      directory: session.prepared.pipeline.directory, isFrozen: session.options.isFrozen, now: session.now)
  }

  private func stored(_ record: StageRecord) throws -> StoredDataset {
    StoredDataset(
      stage: record.stage, type: record.type, dataset: try session.dataset(record.dataset), files: record.files,
      store: session.store)
  }

  /// - Returns: `nil` where there is nothing to hold it against yet.
  private func result(_ bar: Gate.Bar, _ id: StageID, _ subject: GateSubject) -> GateResult? {
    let own = own(id)
    let measures: any GateMeasures = own.flatMap { $0.knows(bar.measure) ? $0 : nil } ?? Self.common
    do {
      guard let measured = try measures.measure(bar.measure, of: subject) else { return nil }
      return GateResult(
        stage: subject.candidate.stage, measure: bar.measure, measured: bar.limit.shown(measured.value),
        allowed: bar.limit.text, holds: bar.limit.holds(measured.value), value: measured.value, worst: measured.worst,
        note: measured.note)
    } catch {
      // What cannot be measured does not hold: nobody is awake to look.
      return GateResult(
        stage: subject.candidate.stage, measure: bar.measure, measured: nil, allowed: bar.limit.text, holds: false,
        note: SluiceError(wrapping: error).description)
    }
  }

  private func result(_ command: String, _ subject: GateSubject) throws -> GateResult {
    let stage = subject.candidate.stage
    var result = GateResult(stage: stage, measure: "run", measured: "exit 0", allowed: "exit 0", holds: true)
    guard let program = session.prepared.gateProgram else {
      preconditionFailure("gates with programs need one who runs them")
    }
    let scratch = try session.scratch.make()
    defer { session.scratch.release(scratch) }
    let before = try subject.folder.map(Self.state)
    do {
      try program(command, try input(subject, scratch), subject.directory, scratch, isStopping)
      if try subject.folder.map(Self.state) != before {
        (result.holds, result.measured) = (false, nil)
        result.note = "the program changed what it was to look at"
      }
    } catch let failure as ItemFailure {
      (result.holds, result.measured, result.note) = (false, "failed", failure.message)
    } catch {
      (result.holds, result.measured, result.note) = (false, nil, SluiceError(wrapping: error).description)
    }
    return result
  }

  /// Sizes and times of the files of a folder: whoever wrote to one changed them.
  private static func state(_ folder: String) throws -> [String] {
    try FileSystem.list(folder).sorted().map { name in
      guard let status = try FileSystem.status(Path.join(folder, name)) else { return name }
      return "\(name) \(status.size) \(status.modified) \(status.changed) \(status.inode)"
    }
  }

  /// The one file that is published of a stage, the folder of several; of one of which nothing is, its records.
  private func input(_ subject: GateSubject, _ scratch: String) throws -> String {
    if let folder = subject.folder {
      let files = try FileSystem.list(folder)
      return files.count == 1 ? Path.join(folder, files[0]) : folder
    }
    try JSONLinesExporter(fileName: PublishedFile.items).export(subject.candidate, to: scratch)
    return Path.join(scratch, PublishedFile.items)
  }
}
