import Foundations
import Manifest
import Planning
import StageKit
import Store

/// Makes the generations of a line what they would be without some items: each keeps its number, and is another in one
/// step.
struct GenerationSurgery {
  private let known: KnownLine
  /// What was made anew for the current generation alone.
  private let remade: [String: StageRecord]
  private let session: RunSession
  private let links: GenerationLinks
  private let exports: Exports

  init(_ known: KnownLine, _ remade: [String: StageRecord], _ session: RunSession) {
    self.known = known
    self.remade = remade
    self.session = session
    links = GenerationLinks(line: known.line.key, layout: session.prepared.layout)
    exports = Exports(session: session, links: links)
  }

  private var line: String { known.line.key }

  /// - Returns: the generations that held some.
  func run(_ removal: Removal, _ results: ResultReader, _ surgery: inout ResultSurgery) throws
    -> [ForgettingReport.Generation]
  {
    let newest = session.prepared.records
    var draft = GenerationDraft()
    var placed: [Digest: String] = [:]
    var stages: [Int: [String: GenerationStage]] = [:]
    var changed: [ForgettingReport.Generation] = []
    for generation in known.generations {
      let held = known.stages(of: generation.number)
      var snapshot = SnapshotSurgery(held.mapValues(\.record), removal, results) { old, inputs in
        // The current one takes what today's pipeline makes; what others held is made by what they were made by.
        let isCurrent = generation.state == .current
        if isCurrent, let new = remade[old.stage] { return new }
        return newest[old.stage].flatMap { new in
          new.inputs == inputs && (new.stageKey == old.stageKey || isCurrent) ? new : nil
        }
      }
      var gone: [String] = []
      var isChanged = false
      for (name, outcome) in try snapshot.run(&surgery) {
        guard let former = held[name] else { continue }
        if case .same = outcome {
          stages[generation.number, default: [:]][name] = former
          continue
        }
        isChanged = true
        guard case .without(let record) = outcome, let new = try replace(former, by: record, &placed, &draft) else {
          gone.append(name)
          continue
        }
        stages[generation.number, default: [:]][name] = new
      }
      guard isChanged else { continue }
      changed.append(
        .init(
          line: known.line, number: generation.number, state: generation.state, gone: gone.sorted(),
          anew: generation.state == .current ? remade.keys.sorted() : []))
    }
    try write(draft, stages, changed.map(\.number))
    return changed.sorted { $0.number < $1.number }
  }

  /// `nil` for a stage that the pipeline file no longer has: nobody could write its files out.
  private func replace(
    _ former: GenerationStage, by record: StageRecord, _ placed: inout [Digest: String], _ draft: inout GenerationDraft
  ) throws -> GenerationStage? {
    guard let id = session.prepared.graph.id(of: record.stage) else {
      guard former.export == nil else { return nil }
      return GenerationStage(record: record, identity: former.identity, export: nil)
    }
    return try exports.replace(former, by: record, id, &placed, in: &draft)
  }

  private func write(_ draft: GenerationDraft, _ stages: [Int: [String: GenerationStage]], _ changed: [Int]) throws {
    if !changed.isEmpty {
      let entries = try exports.write(draft) + draft.entries
      let rows = KnownLine.rows(
        Dictionary(uniqueKeysWithValues: known.generations.map { ($0.number, stages[$0.number] ?? [:]) }),
        stillOpen: GenerationRow.stillOpen)
      try session.recorder.record { [line] connection in
        for entry in entries { try entry(connection) }
        try LedgerEntries.replaceGenerationRows(rows, of: line)(connection)
        for number in changed {
          var digest = GenerationDraft()
          digest.stages = stages[number] ?? [:]
          try LedgerEntries.generation(number, of: line, has: digest.digest)(connection)
        }
      }
      try session.recorder.flush()
    }
    for generation in known.generations {
      try links.replace(generation.number, (stages[generation.number] ?? [:]).compactMapValues(\.export))
    }
    let numbers = Set(known.generations.map(\.number))
    try links.remove(links.numbers().filter { !numbers.contains($0) })
  }

  /// Brings what lies outside to the current generation.
  func follow() throws -> [StageLag] {
    guard let current = known.generations.first(where: { $0.state == .current }) else { return [] }
    return try Followers(session).follow(session.reader.stages(ofGeneration: current.number, of: line))
  }
}
