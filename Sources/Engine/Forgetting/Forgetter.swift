import Foundations
import Manifest
import Planning
import StageKit
import Store

/// Takes items out of the world: out of all results of a pipeline and its variants, of all generations, and of
/// everything that Sluice keeps beside them.
///
/// First the tombstones are written, and what is looked for in the end; each step after it can be done again, so that a
/// `forget` that was killed is finished by the next.
package struct Forgetter {
  /// Makes the stages of a line as the pipeline file has them today.
  package typealias Prepare = (PipelineLine, LedgerReader, ObjectStore) throws -> PreparedPipeline

  private let pipeline: String
  private let layout: ArtifactLayout
  private let jobs: Int
  private let prepare: Prepare
  private let observe: @Sendable (RunEvent) -> Void

  package init(
    _ pipeline: String, _ layout: ArtifactLayout, jobs: Int, prepare: @escaping Prepare,
    observe: @escaping @Sendable (RunEvent) -> Void
  ) {
    self.pipeline = pipeline
    self.layout = layout
    self.jobs = jobs
    self.prepare = prepare
    self.observe = observe
  }

  // MARK: What would leave

  /// Says what would leave; writes nothing.
  package func plan(_ seeds: Set<String>) throws -> ForgettingReport {
    let reader = try LedgerReader(layout)
    let results = ResultReader(try ObjectStore(layout))
    let lines = try reader.lines(of: pipeline).map { try KnownLine($0, reader) }
    let removal = try Removal(seeds, in: lines.flatMap(\.records), results)
    try check(seeds, removal, lines, reader)
    var surgery = ResultSurgery(removal, results, isDryRun: true)
    return try report(lines, removal, results, &surgery)
  }

  private func report(
    _ lines: [KnownLine], _ removal: Removal, _ results: ResultReader, _ surgery: inout ResultSurgery
  ) throws -> ForgettingReport {
    var report = ForgettingReport()
    for known in lines {
      var snapshot = SnapshotSurgery(known.newest, removal, results)
      for (stage, outcome) in try snapshot.run(&surgery).sorted(by: { $0.key < $1.key }) {
        if case .gone = outcome { report.anew.append((known.line, stage)) }
        guard let record = known.newest[stage], !removal[record.dataset].isEmpty else { continue }
        let ids = removal[record.dataset].sorted()
        report.leaving.append(
          .init(
            line: known.line, stage: stage, count: ids.count,
            examples: Array(ids.prefix(ForgettingReport.mostExamples))))
      }
      for generation in known.generations {
        let held = known.stages(of: generation.number).mapValues(\.record)
        var snapshot = SnapshotSurgery(held, removal, results)
        let outcomes = try snapshot.run(&surgery)
        guard outcomes.contains(where: { if case .same = $0.value { false } else { true } }) else { continue }
        let gone = outcomes.compactMap { stage, outcome -> String? in
          // What is made anew for the newest results comes into the generations that hold the same.
          if case .gone = outcome, held[stage]?.inputs != known.newest[stage]?.inputs { stage } else { nil }
        }
        let isCurrent = generation.state == .current
        report.generations.append(
          .init(
            line: known.line, number: generation.number, state: generation.state,
            gone: isCurrent ? [] : gone.sorted(), anew: isCurrent ? gone.sorted() : []))
      }
    }
    return report
  }

  /// - Throws: `.usage` for what is no item, or none that could be forgotten.
  private func check(_ seeds: Set<String>, _ removal: Removal, _ lines: [KnownLine], _ reader: LedgerReader) throws {
    let tombstones = Tombstones(Set(try reader.tombstones(of: pipeline).map(\.item)))
    for seed in seeds.subtracting(removal.found).sorted() where !tombstones.contains(seed) {
      if lines.contains(where: { $0.quarantine.contains { $0.item == seed } }) { continue }
      if let stage = removal.whole[seed] {
        throw SluiceError(
          .usage, "'\(seed)' was made of whole datasets by '\(stage)', and would be made of them again",
          advice: "Forget what it was made of: sluice trace '\(seed)'")
      }
      throw SluiceError(
        .usage, "no stage of \(pipeline), its variants and generations has an item '\(seed)'",
        advice: "The whole id is asked for: `sluice trace` finds it, `sluice show STAGE` lists items.")
    }
  }

  // MARK: Doing it

  /// - Throws: `.busy` while a run of the pipeline, of a variant or of another pipeline in these artifacts goes on.
  package func forget(_ asked: Set<String>) throws -> ForgettingReport {
    try layout.create()
    let sweeping = try Lease.sweeping(layout: layout, alone: true)
    let writer = try Ledger.openForWriting(layout)
    let reader = try LedgerReader(layout)
    let store = try ObjectStore(layout)
    let leases = try reader.lines(of: pipeline).map { try Lease.acquire(pipeline: $0.key, layout: layout) }
    defer { withExtendedLifetime((sweeping, leases)) {} }
    try LedgerEntries.overwritingDeleted(writer)
    let recorder = Recorder(writer, store: store)
    let remaking = Remaking(jobs: jobs, store: store, recorder: recorder, reader: reader, observe: observe)
    // Of a `forget` that was killed.
    for line in try reader.lines(of: pipeline) where line.isAside {
      try recorder.record(LedgerEntries.forgetVariant(line))
      try recorder.flush()
    }
    let known = try reader.lines(of: pipeline).map { try KnownLine($0, reader) }
    // Before anything is done: a pipeline file that cannot be read would leave it half done.
    for known in known { _ = try prepare(known.line, reader, store) }
    let pending = try ForgettingJournal.read(layout, pipeline: pipeline)
    let seeds = asked.union(pending?.seeds ?? [])
    let results = ResultReader(store)
    let removal = try Removal(seeds, in: known.flatMap(\.records), results)
    try check(asked, removal, known, reader)
    var surgery = ResultSurgery(removal, results)
    var report = try report(known, removal, results, &surgery)
    report.generations = []
    var content = try ForgottenContent(
      pending ?? ForgettingJournal(pipeline: pipeline, seeds: seeds), removal, results)
    var keys: Set<Digest> = []
    for known in known { keys.formUnion(try content.memoKeys(prepare(known.line, reader, store))) }
    var changes = try known.map { try NewestSurgery($0, removal, results, &surgery, &content) }
    // Those that a `forget` which was killed did not come to make anew.
    for (index, known) in known.enumerated() {
      let open = (content.journal.remakes[known.line.key] ?? []).subtracting(known.newest.keys)
      changes[index].gone.formUnion(open)
      content.journal.remakes[known.line.key] = changes[index].gone
    }
    try content.addGenerations(known, &surgery)
    for (index, known) in known.enumerated() {
      try changes[index].keepHistories(content.journal.ids, prepare(known.line, reader, store), store)
    }
    try content.journal.write(layout)
    // A line at a time would leave a moment in which a run brings back what another line no longer has.
    try recorder.record(LedgerEntries.tombstones(seeds.sorted(), of: pipeline, at: .now))
    try recorder.flush()
    report.states = try SourceMemory(reader, store, recorder).forget(content.journal.ids, known.map(\.line))
    for change in changes { for entry in change.entries { try recorder.record(entry) } }
    try recorder.flush()
    for change in changes where !change.gone.isEmpty {
      report.problems += try remaking.make(change.gone, prepare(change.line, reader, store))
    }
    for known in known {
      let prepared = try prepare(known.line, reader, store)
      let current = try CurrentSurgery(known, prepared.records, removal, results, &surgery)
      var remade: [String: StageRecord] = [:]
      if !current.gone.isEmpty {
        let (made, problems) = try remaking.makeCurrent(current.gone, of: current.standing, prepared)
        remade = made
        report.problems += problems
      }
      let generations = GenerationSurgery(
        known, remade,
        RunSession(
          prepared: prepared, options: RunOptions(selection: [], jobs: jobs), store: store, recorder: recorder,
          reader: reader, run: 0, observe: observe))
      report.generations += try generations.run(removal, results, &surgery)
      if known.line.variant == nil { report.lagging = try generations.follow() }
    }
    let cassettes = try known.flatMap { try recordings(prepare($0.line, reader, store)) }
    try recorder.close()
    let (own, others) = (
      cassettes.filter { $0.hasPrefix(layout.root + "/") }, cassettes.filter { !$0.hasPrefix(layout.root + "/") }
    )
    report.recordings = try named(in: Set(others).sorted(), content.journal.needles)
    var scrub = ArtifactScrub(
      layout, content.journal, lines: Set(known.map(\.line.key)), memoKeys: keys, cassettes: Set(own).sorted())
    report.findings = try scrub.run()
    // As long as something is left, the next `forget` has to know what to look for.
    if report.findings?.isClean == true { try ForgettingJournal.remove(layout, pipeline: pipeline) }
    return report
  }

  /// Folders into which a line's stages record answers of the network.
  private func recordings(_ prepared: PreparedPipeline) throws -> [String] {
    prepared.graph.stages.compactMap { stage in
      guard let folder = stage.parameters["record"]?.string, !folder.isEmpty else { return nil }
      return Path.absolute(Path.join(prepared.pipeline.directory, folder))
    }
  }

  private func named(in folders: [String], _ needles: Needles) throws -> [String] {
    let names = NeedleSet(Array(needles.names))
    return try folders.flatMap { try ArtifactSearch.files(in: $0, holding: names) }
  }
}
