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
    let formerStages = try former.map { try session.reader.stages(ofGeneration: $0.number, of: line) } ?? [:]
    let set = consistentSet(results, formerStages)
    var publication = Publication(generation: former?.number, current: former?.number)
    publication.behind = set.behind.map { id in
      let name = graph.stages[id].name
      return StageBehind(
        stage: name, published: formerStages[name]?.record.run, newest: results[id].record?.run)
    }
    let draft = try draft(set, former, formerStages)
    if let former, former.digest == draft.digest {
      try putBack(draft, former)
      publication.gates = try GateCheck(session).measure(draft.stages, former: formerStages, isNew: false)
      if publication.gates?.holds == false { publication.verdict = .refused }
    } else if former != nil || !draft.stages.isEmpty {
      try decide(draft, former, formerStages, generations, &publication)
    }
    let shown = publication.current == former?.number ? formerStages : draft.stages
    publication.lagging = try Followers(session).follow(shown)
    return publication
  }

  private func consistentSet(_ results: StageTable<NodeResult>, _ former: [String: GenerationStage]) -> ConsistentSet {
    let failed = results.indices.filter { !results[$0].isUsable && results[$0].summary.outcome != .skipped }
    return ConsistentSet(
      graph, newest: results.mapped(\.record), published: graph.stages.mapped { former[$0.name]?.record },
      failed: Set(failed), inputDigest: session.prepared.inputDigest)
  }

  private func draft(_ set: ConsistentSet, _ former: GenerationRecord?, _ formerStages: [String: GenerationStage])
    throws
    -> GenerationDraft
  {
    let known = formerStages.compactMapValues(\.export)
    let files = try session.reader.exportedFiles(of: Array(Set(known.values)))
    let areLinked = try former.map { try links.standing(of: $0.number, known) == .whole } ?? false
    var draft = GenerationDraft()
    for id in graph.stages.indices {
      guard let record = set[id] else { continue }
      let known = formerStages[record.stage]
      try exports.add(
        record, id, known: known, files: known?.export.flatMap { files[$0] } ?? [], areLinked: areLinked, to: &draft)
    }
    return draft
  }

  /// What is published is what is to be: only what somebody did to it is mended.
  private func putBack(_ draft: GenerationDraft, _ former: GenerationRecord) throws {
    let standing = try links.standing(of: former.number, draft.exports)
    let written = try exports.write(draft)
    if standing != .whole {
      // After the move of a damaged folder the links are expected to be old.
      if standing == .changed && draft.moved.isEmpty {
        session.observe(
          .log(
            stage: session.prepared.pipeline.name, level: .warning,
            message: "links of \(session.prepared.layout.published(line)) were changed: put back"))
      }
      try links.make(former.number, draft.exports)
      try links.turn(to: former.number)
    }
    for entry in written + draft.placements + draft.entries { try session.recorder.record(entry) }
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
    publication.gates = try GateCheck(session).measure(draft.stages, former: formerStages)
    let isRefused = publication.gates?.holds == false
    publication.verdict = isRefused ? .refused : try session.reader.isHeld(line) ? .held : .published
    let isPublished = publication.verdict == .published
    let generation = GenerationRecord(
      number: number, run: again?.run ?? session.run, created: again?.created ?? .now,
      state: isPublished ? .current : .candidate, digest: digest, gates: publication.gates?.json)
    try links.make(number, draft.exports)
    let moves = draft.placements
    // What a reader has open is kept until a later publication, with all that it rests on.
    let dying = try Retention(session.prepared.pipeline.keep).dying([generation] + generations, at: session.now)
      .filter { try !links.isOpen($0) }
    let stages = draft.stages
    try session.recorder.record { [line] connection in
      for entry in moves { try entry(connection) }
      try LedgerEntries.generation(generation, of: line, stages: stages)(connection)
      if isPublished { try LedgerEntries.current(number, of: line, former: .superseded)(connection) }
      if !dying.isEmpty { try LedgerEntries.forgetGenerations(dying, of: line)(connection) }
    }
    try session.recorder.flush()
    guard isPublished else { return }
    try links.turn(to: number)
    publication.current = number
    let known = Set(generations.map(\.number)).subtracting(dying).union([number])
    // Folders of generations that the ledger forgot, but for the one that readers had until now.
    try links.remove(links.numbers().filter { !known.contains($0) && $0 != former?.number })
  }
}
