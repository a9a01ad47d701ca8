import Formats
import Foundations
import Manifest
import Planning
import StageKit
import Store

extension Explanation {
  /// Why one item of a stage ran or was taken from the memo. `id` is an item that the stage reads or
  /// makes.
  package func item(_ id: String, of name: String) throws -> Answer {
    guard let index = prepared.graph.id(of: name), let record = prepared.records[name], let reader = prepared.reader
    else {
      _ = try Selector(name).resolve(in: prepared.graph)
      throw SluiceError(.missing, "the stage '\(name)' has no result yet", advice: "Run it: sluice run +\(name)")
    }
    guard let made = try prepared.derived(record, load: prepared.dataset) else {
      throw SluiceError(.usage, "'\(name)' reads whole datasets: ask why for the stage", advice: "sluice why \(name)")
    }
    guard let position = locate(id, made) else { return try left(id, name, made.input, reader) }
    let itemID = made.input.id(position)
    let outputs = made.outputs(ofInput: position)
    let isFailed = made.derivation.isFailed(position)
    var draft = Draft(answer: ItemAnswer(stage: name, item: itemID, outputs: outputs, isQuarantined: isFailed))
    let digest = made.input.digest(position)
    try describeFate(itemID, of: name, outputs, isFailed: isFailed, reader, &draft)
    let run = isFailed ? nil : try maker(itemID, digest, index, record, reader)
    try describeWork(itemID, index, isFailed: isFailed, run, reader, &draft)
    try describePending(index, isFailed: isFailed, &draft)
    try describeBasis(itemID, index, record.stageKey, digest, &draft)
    if case .until(let end)? = made.derivation.validity(position), end.seconds > 0 {
      draft.lines.append("  good until \(end.rfc3339)")
    }
    return Answer(
      text: draft.lines.map(TerminalText.message).joined(separator: "\n"), json: JSONValue(encoding: draft.answer))
  }

  /// An answer while it is written.
  private struct Draft {
    var lines: [String] = []
    var answer: ItemAnswer
  }

  /// What the item became.
  private func describeFate(
    _ item: String, of stage: String, _ outputs: [String], isFailed: Bool, _ reader: LedgerReader, _ draft: inout Draft
  ) throws {
    let names = outputs.prefix(3).joined(separator: ", ") + (outputs.count > 3 ? ", …" : "")
    draft.lines.append(
      isFailed
        ? "'\(item)' is in quarantine in \(stage)."
        : "'\(item)' became \(outputs.count) \(outputs.count == 1 ? "item" : "items") in \(stage)\(outputs.isEmpty ? "" : ": " + names)."
    )
    guard let entry = try reader.quarantine(of: pipeline, stage: stage).first(where: { $0.item == item }) else {
      return
    }
    draft.lines.append("  \(entry.kind): \(entry.message) (\(Units.counted(entry.attempts, "try")))")
    draft.answer.failure = ItemAnswer.Failure(entry)
  }

  /// When it was worked on last, and why.
  /// - Parameter made: the run that made its result.
  private func describeWork(
    _ item: String, _ index: StageID, isFailed: Bool, _ made: Int?, _ reader: LedgerReader, _ draft: inout Draft
  ) throws {
    let name = prepared.graph.stages[index].name
    let history = try reader.itemRuns(pipeline: pipeline, stage: name, item: item)
    draft.lines.append("")
    // What is gone since was not made anew: the memo still has what was made before.
    let isGone = history.first?.reason == .gone
    let made = isGone ? nil : made
    guard let work = made.map({ run in history.first { $0.run == run } }) ?? history.first else {
      if !isFailed {
        draft.lines.append(
          "It was never worked on in this pipeline: its result came from the memo, where \(made.map { "run \($0)" } ?? "another run or item") had left it."
        )
      }
      return
    }
    draft.lines.append("It was last worked on in run \(work.run), because \(Self.words(work.reason)).")
    let changes = try describeReason(of: work, index, reader, &draft)
    draft.answer.lastWork = ItemAnswer.Work(
      run: work.run, reason: work.reason.rawValue, changes: changes.map(\.json), seconds: work.seconds)
    if let newest = history.first, newest.run > work.run {
      draft.lines.append(
        "(Run \(newest.run) made another result of it, under another key: this one came back from the memo.)")
    }
  }

  private func describeReason(of work: ItemRunRecord, _ index: StageID, _ reader: LedgerReader, _ draft: inout Draft)
    throws
    -> [KeyChange]
  {
    switch work.reason {
    case .changed:
      guard case .success(.item(let stage)) = prepared.stages[index].stage else { return [] }
      let changes = fieldChanges(work, stage.projection)
      for change in changes { draft.lines.append("  – \(change.text)") }
      if changes.isEmpty { draft.lines.append("  – (the item as it was before is no longer stored)") }
      return changes
    case .key:
      for run in try reader.stageRuns(ofRun: work.run) where run.stage == work.stage {
        for case .keyChanged(let list) in try RunReason.list(run.reasons) {
          draft.lines.append(contentsOf: bullets(.keyChanged(list)))
        }
      }
      return []
    case .new, .retry, .refresh, .forced, .gone: return []
    }
  }

  /// Whether a run now would look at it again.
  private func describePending(_ index: StageID, isFailed: Bool, _ draft: inout Draft) throws {
    draft.lines.append("")
    draft.lines.append(
      isFailed
        ? "The next run tries it first."
        : "As its stage stood in its last run it is a hit: the key was the same, and so was what the stage reads of it."
    )
    let pending = try pending(upTo: index)
    draft.answer.pending = pending.map { ItemAnswer.Pending(stage: $0.name, reasons: $0.reasons.map(\.json)) }
    guard let first = pending.first else { return }
    draft.lines.append(
      "A run now would begin with \(pending.map(\.name).joined(separator: ", ")), so it may be made anew:")
    for reason in first.reasons { draft.lines.append(contentsOf: bullets(reason)) }
  }

  /// What its result rests on.
  private func describeBasis(_ item: String, _ index: StageID, _ key: Digest, _ digest: Digest, _ draft: inout Draft)
    throws
  {
    draft.lines.append("It rests on:")
    draft.lines.append("  stage key  \(key.short)")
    draft.lines.append("  item       \(digest.short)")
    draft.answer.stageKey = key.hex
    draft.answer.itemDigest = digest.hex
    guard case .success(.item(let stage)) = prepared.stages[index].stage else { return }
    draft.lines.append("  reads      \(stage.projection.names.joined(separator: ", "))")
    draft.answer.reads = stage.projection.names
    // An item whose object gc took has no memo key to show.
    guard let bytes = try? prepared.object(digest) else { return }
    let projected = try stage.projection.digest(of: Item(id: item, digest: digest, record: Record(bytes: bytes)))
    draft.lines.append("  memo key   \(projected.short)")
    draft.answer.memoKey = projected.hex
  }

  /// The stages from the sources to this one that a run would begin with: what comes after them follows.
  private func pending(upTo index: StageID) throws -> [Plan.Stage] {
    let plan = try Planner(prepared, selection: Set(prepared.graph.stages.indices), forced: [], jobs: jobs).plan()
    var above: Set<StageID> = [index]
    var open = [index]
    while let next = open.popLast() {
      for need in prepared.graph.needs[next] where above.insert(need).inserted { open.append(need) }
    }
    let names = Set(above.map { prepared.graph.stages[$0].name })
    let behind = plan.stages.filter { names.contains($0.name) && !$0.isUpToDate }
    let behindNames = Set(behind.map(\.name))
    return behind.filter { stage in
      guard let index = prepared.graph.id(of: stage.name) else {
        preconditionFailure("the plan has a stage that the graph does not: \(stage.name)")
      }
      return !prepared.graph.needs[index].contains { behindNames.contains(prepared.graph.stages[$0].name) }
    }
  }

  private static func words(_ reason: ItemRunRecord.Reason) -> String {
    switch reason {
    case .new: "it was new"
    case .changed: "what the stage reads of it changed"
    case .key: "the stage's key changed"
    case .retry: "it was in quarantine"
    case .refresh: "it was due to be asked for again"
    case .gone: "it is gone from where it was fetched"
    case .forced: "it was forced"
    }
  }

  /// The run that made what an item's result is now, whichever ran since; `nil` when that is not remembered.
  private func maker(_ id: String, _ digest: Digest, _ index: StageID, _ record: StageRecord, _ reader: LedgerReader)
    throws
    -> Int?
  {
    guard case .success(.item(let stage)) = prepared.stages[index].stage, let bytes = try? prepared.object(digest)
    else {
      return nil
    }
    let item = Item(id: id, digest: digest, record: Record(bytes: bytes))
    return try reader.memo(stageKey: record.stageKey, key: stage.projection.digest(of: item))?.run
  }

  private func fieldChanges(_ run: ItemRunRecord, _ projection: Projection) -> [KeyChange] {
    guard let before = run.before, let after = run.after,
      let old = try? Record(bytes: prepared.object(before)).object(),
      let new = try? Record(bytes: prepared.object(after)).object()
    else { return [] }
    return KeyChange.between(projection.values(of: old), projection.values(of: new))
  }

  /// The position of the input that `id` names or that the output `id` came from.
  private func locate(_ id: String, _ made: DerivedDataset) -> Int? {
    let (input, output, derivation) = (made.input, made.output, made.derivation)
    if let position = input.index(of: id) { return position }
    if let position = output.index(of: id), let source = derivation.input(ofOutput: position) { return source }
    let endings = (0..<input.count).filter { input.id($0).hasSuffix(id) }
    if endings.count == 1 { return endings[0] }
    let outputs = (0..<output.count).filter { output.id($0).hasSuffix(id) }
    if outputs.count == 1, let source = derivation.input(ofOutput: outputs[0]) { return source }
    return nil
  }

  /// When an item left that the stage read or made; `nil`: no generation is kept that had it.
  private func departure(of id: String, _ name: String) throws -> Departures.Departure? {
    let departures = try Departures(prepared.line, layout: prepared.layout)
    if let own = try departures.departures(of: name, item: id, limit: 1).first { return own }
    guard let index = prepared.graph.id(of: name) else { return nil }
    for need in prepared.graph.needs[index] {
      if let above = try departures.departures(of: prepared.graph.stages[need].name, item: id, limit: 1).first {
        return above
      }
    }
    return nil
  }

  private static func words(_ departure: Departures.Departure) -> String {
    let place = departure.generation.map { "generation \($0), " } ?? ""
    return
      "It left \(departure.stage) in run \(departure.run) (\(place)\(departure.time)), because \(departure.reason)."
  }

  /// What is known of an item that a stage read once and reads no longer.
  private func left(_ id: String, _ name: String, _ input: Dataset, _ reader: LedgerReader) throws -> Answer {
    guard let last = try reader.itemRuns(pipeline: pipeline, stage: name, item: id).first else {
      if let departure = try departure(of: id, name) {
        return Answer(
          text: "'\(id)' is not among what \(name) makes any more.\n\(Self.words(departure))",
          json: JSONValue(
            encoding: ItemAnswer(stage: name, item: id, hasLeft: true, departure: departure)))
      }
      if let entry = try reader.quarantine(of: pipeline, stage: name).first(where: { $0.item == id }) {
        return Answer(
          text:
            "'\(id)' is in quarantine in \(name) since \(Timestamp(seconds: entry.first).rfc3339) (\(Units.counted(entry.attempts, "try"))), and nothing was made of it yet:\n  \(entry.kind): \(entry.message)",
          json: JSONValue(
            encoding: ItemAnswer(
              stage: name, item: id, isQuarantined: true, failure: ItemAnswer.Failure(entry))))
      }
      let guess = Suggestion.nearest(to: id, among: (0..<min(input.count, 5000)).map { input.id($0) })
      throw SluiceError(
        .usage, "the stage '\(name)' neither reads nor makes an item '\(id)'",
        advice: guess.map { "Did you mean '\($0)'?" } ?? "`sluice show \(name)` lists what it makes.")
    }
    let departure = try departure(of: id, name)
    return Answer(
      text: """
        '\(id)' left: \(name) does not read it any more, and what was made of it is in no result.
        It was last worked on in run \(last.run), because \(Self.words(last.reason)).
        """ + (departure.map { "\n\(Self.words($0))" } ?? ""),
      json: JSONValue(
        encoding: ItemAnswer(
          stage: name, item: id, hasLeft: true,
          lastWork: ItemAnswer.Work(run: last.run, reason: last.reason.rawValue), departure: departure)))
  }
}
