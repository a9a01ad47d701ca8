import Foundations
import Manifest
import Planning
import StageKit
import Store

/// Makes a generation of what a run left, and shows it to readers: `published/<line>` is a link to a folder of links,
/// one for each stage, so that a reader sees the old set or the new one, never a mix.
///
/// First the files are in their places, then the ledger knows the generation, then the link is turned: a run that is
/// killed in between is followed by one that turns it. Every run looks at every published file (size, times, inode):
/// what somebody edited, emptied or deleted is put back.
struct Publisher {
  private let session: RunSession
  private let links: GenerationLinks
  private let exports: Exports

  init(_ session: RunSession) {
    self.session = session
    links = GenerationLinks(line: session.prepared.line.key, layout: session.prepared.layout)
    exports = Exports(session: session, links: links)
  }

  private var line: String { session.prepared.line.key }
  private var graph: StageGraph { session.prepared.graph }

  /// Publishes what fits together, if the gates hold.
  func publish(_ results: StageTable<NodeResult>) throws -> Publication {
    let generations = try session.reader.generations(of: line)
    let former = generations.first { $0.state == .current }
    // Whatever becomes of the new set: what readers have is as it was put there.
    let formerStages = try former.map { try Caretaker(session, links, exports).lookAfter($0) } ?? [:]
    let failed = results.indices.filter { !results[$0].isUsable && results[$0].summary.outcome != .skipped }
    let set = ConsistentSet(
      graph, newest: results.mapped(\.record), published: graph.stages.mapped { formerStages[$0.name]?.record },
      failed: Set(failed), inputDigest: session.prepared.inputDigest)
    var publication = Publication(generation: former?.number, current: former?.number)
    publication.behind = set.behind.map { id in
      let name = graph.stages[id].name
      return StageBehind(
        stage: name, published: formerStages[name]?.record.run, newest: results[id].record?.run)
    }
    let draft = try draft(set, failed, formerStages)
    if let former, former.digest == draft.digest {
      publication.gates = try GateCheck(session).measure(
        draft.stages, former: formerStages, accepted: former.gates, isNew: false)
      if publication.gates?.holds == false { publication.verdict = .refused }
      try remember(publication.gates, of: former)
    } else if former != nil || !draft.stages.isEmpty {
      try decide(draft, former, formerStages, generations, &publication)
    }
    let shown = publication.current == former?.number ? formerStages : draft.stages
    publication.lagging = try Followers(session).follow(shown)
    return publication
  }

  private func draft(_ set: ConsistentSet, _ failed: [StageID], _ former: [String: GenerationStage]) throws
    -> GenerationDraft
  {
    var draft = GenerationDraft()
    for id in graph.stages.indices {
      guard let record = set[id] else { continue }
      try exports.add(record, id, known: former[record.stage], to: &draft)
    }
    let gone = GoneStages(graph, former)
    let needed = gone.needed(by: set.behind + failed + failed.flatMap { graph.needs[$0] })
    for (name, stage) in gone.stages {
      if needed.contains(name) {
        draft.stages[name] = stage
      } else {
        session.observe(
          .log(
            stage: name, level: .info,
            message: "is not published any more: the pipeline file no longer has it"))
      }
    }
    return draft
  }

  /// What is published has gates that speak of what is in quarantine: how they stand now is part of its record.
  private func remember(_ report: GateReport?, of former: GenerationRecord) throws {
    guard let report else { return }
    let known = former.gates.flatMap { try? $0.decoded(as: GateReport.self) }
    let merged = (known ?? GateReport([])).updated(with: report)
    guard merged != known else { return }
    try session.recorder.record(LedgerEntries.gates(merged.json, ofGeneration: former.number, of: line))
  }

  private func decide(
    _ draft: GenerationDraft, _ former: GenerationRecord?, _ formerStages: [String: GenerationStage],
    _ generations: [GenerationRecord], _ publication: inout Publication
  ) throws {
    let digest = draft.digest
    let written = try exports.write(draft)
    for entry in written + draft.entries { try session.recorder.record(entry) }
    if let back = generations.first(where: { $0.digest == digest && $0.state == .withdrawn }) {
      publication.verdict = .withdrawn
      publication.generation = back.number
      return
    }
    // The same candidate as before keeps its number.
    let again = generations.first.flatMap { $0.state == .candidate && $0.digest == digest ? $0 : nil }
    let number = try again?.number ?? links.nextNumber(after: generations.first?.number ?? 0)
    publication.generation = number
    // Written out, but not flushed: a gate reads files, not the ledger.
    publication.gates = try GateCheck(session).measure(draft.stages, former: formerStages, accepted: former?.gates)
    let isRefused = publication.gates?.holds == false
    publication.verdict = isRefused ? .refused : try session.reader.isHeld(line) ? .held : .published
    let isPublished = publication.verdict == .published
    let generation = GenerationRecord(
      number: number, run: again?.run ?? session.run, created: again?.created ?? .now,
      state: isPublished ? .current : .candidate, digest: digest, gates: publication.gates?.json)
    try links.make(number, draft.exports)
    let moves = draft.placements(of: line)
    // What a reader has open is kept until a later publication, with all that it rests on.
    let dying = try Retention(session.prepared.pipeline.keep).dying(
      [generation] + generations.filter { $0.number != number }, at: session.now
    )
    .filter { try !links.isOpen($0) }
    let stages = draft.stages
    try session.recorder.record { [line] connection in
      for entry in moves { try entry(connection) }
      try LedgerEntries.generation(generation, of: line, stages: stages)(connection)
      if isPublished { try LedgerEntries.current(number, of: line, former: .superseded)(connection) }
      if !dying.isEmpty { try LedgerEntries.forgetGenerations(dying, of: line)(connection) }
    }
    try session.recorder.flush()
    try links.relead(draft)
    guard isPublished else { return }
    try links.turn(to: number)
    publication.current = number
    let known = Set(generations.map(\.number)).subtracting(dying).union([number])
    // Folders of generations that the ledger forgot, but for the one that readers had until now.
    try links.remove(links.numbers().filter { !known.contains($0) && $0 != former?.number })
  }
}

extension GenerationLinks {
  /// Leads older generations to what took the place of their damaged folders.
  func relead(_ draft: GenerationDraft) throws {
    for (name, damaged) in draft.moved {
      if let export = draft.stages[name]?.export { try relead(name, from: damaged, to: export) }
    }
  }
}
