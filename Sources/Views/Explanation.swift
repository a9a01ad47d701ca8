import Formats
import Foundations
import Manifest
import Planning
import StageKit
import Store

/// Why a stage or an item would run or not, and what its last result rests on.
package struct Explanation {
  private let prepared: PreparedPipeline
  private let jobs: Int

  package init(_ prepared: PreparedPipeline, jobs: Int) {
    self.prepared = prepared
    self.jobs = jobs
  }

  private var pipeline: String { prepared.pipeline.name }

  /// Why a stage would run now, why it ran the last time, and its key.
  package func stage(_ name: String) throws -> Answer {
    _ = try Selector(name).resolve(in: prepared.graph)
    guard let index = prepared.graph.index(of: name) else {
      throw SluiceError(.usage, "'\(name)' is a family of stages: name one", advice: "`sluice graph` lists them.")
    }
    let plan = try Planner(prepared, selection: Set(prepared.graph.stages.indices), forced: [], jobs: jobs).plan()
    let stage = prepared.stages[index]
    var lines: [String] = []
    var json: JSONObject = ["stage": .string(name), "pipeline": .string(pipeline), "key": .string(stage.key.hex)]
    if let planned = plan.stages.first(where: { $0.name == name }) {
      json["up_to_date"] = .bool(planned.isUpToDate)
      json["reasons"] = .array(planned.reasons.map(\.json))
      if let problem = planned.problem {
        lines.append("\(name) cannot run here: \(problem.description)")
      } else if planned.isUpToDate {
        lines.append("\(name) is up to date: a run would not touch it.")
      } else {
        lines.append(
          "\(name) would run\(planned.toRun.map { " on \(Units.show($0)) \($0 == 1 ? "item" : "items")" } ?? ""), because:"
        )
        for reason in planned.reasons { lines.append(contentsOf: bullets(reason)) }
      }
    }
    if let last = try prepared.reader?.lastStageRun(pipeline: pipeline, stage: name) {
      lines.append("")
      lines.append(
        "It last ran in run \(last.run) (\(last.state): \(Units.show(last.done)) done, \(Units.show(last.cached)) cached, \(Units.show(last.failed)) quarantined, \(Units.show(last.removed)) removed), because:"
      )
      let reasons = try RunReason.list(last.reasons)
      lines.append(
        contentsOf: reasons.isEmpty ? ["  – a stage that it needs did not succeed"] : reasons.flatMap(bullets))
      json["last_run"] = [
        "run": JSONValue(last.run), "state": .string(last.state), "done": JSONValue(last.done),
        "cached": JSONValue(last.cached), "reasons": .array(reasons.map(\.json)),
      ]
    }
    if let record = prepared.records[name] {
      lines.append("")
      lines.append("Its result rests on (made in run \(record.run)):")
      for (need, digest) in zip(prepared.graph.needs[index], record.inputs) {
        lines.append("  input  \(prepared.graph.stages[need].name): dataset \(digest.short)")
      }
      let components = try prepared.reader?.components(ofStageKey: record.stageKey) ?? stage.components
      for (name, value) in Self.flattened(components) { lines.append("  key    \(name): \(value)") }
      json["result"] = [
        "run": JSONValue(record.run), "items": JSONValue(record.count), "dataset": .string(record.dataset.hex),
        "inputs": .array(record.inputs.map { .string($0.hex) }), "components": .object(components),
      ]
    }
    return Answer(text: lines.map(TerminalText.message).joined(separator: "\n"), json: .object(json))
  }

  private func bullets(_ reason: RunReason) -> [String] { reason.lines.map { "  – \($0)" } }

  static func flattened(_ object: JSONObject, prefix: String = "") -> [(String, String)] {
    object.members.flatMap { member -> [(String, String)] in
      if let inner = member.value.object { return flattened(inner, prefix: "\(prefix)\(member.key).") }
      let text = member.value.string ?? member.value.canonicalText
      let short = Digest(hex: text) == nil ? text : String(text.prefix(12))
      return [("\(prefix)\(member.key)", short.count > 100 ? String(short.prefix(97)) + "…" : short)]
    }
  }

  /// Why one item of a stage ran or was taken from the memo. `id` is an item that the stage reads or
  /// makes.
  package func item(_ id: String, of name: String) throws -> Answer {
    guard let index = prepared.graph.index(of: name), let record = prepared.records[name], let reader = prepared.reader
    else {
      _ = try Selector(name).resolve(in: prepared.graph)
      throw SluiceError(.missing, "the stage '\(name)' has no result yet", advice: "Run it: sluice run +\(name)")
    }
    guard let inputDigest = record.input, let derivationDigest = record.derivation else {
      throw SluiceError(.usage, "'\(name)' reads whole datasets: ask why for the stage", advice: "sluice why \(name)")
    }
    let input = try Dataset(reading: prepared.object(inputDigest))
    let output = try Dataset(reading: prepared.object(record.dataset))
    let derivation = try Derivation(reading: prepared.object(derivationDigest))
    guard let position = try locate(id, name, input, output, derivation) else {
      return try left(id, name, input, reader)
    }
    let itemID = input.id(position)
    var lines: [String] = []
    let outputs = derivation.outputs(ofInput: position).map { output.id(Int($0)) }
    let isFailed = derivation.isFailed(position)
    lines.append(
      isFailed
        ? "'\(itemID)' is in quarantine in \(name)."
        : "'\(itemID)' became \(outputs.count) \(outputs.count == 1 ? "item" : "items") in \(name)\(outputs.isEmpty ? "" : ": " + outputs.prefix(3).joined(separator: ", ") + (outputs.count > 3 ? ", …" : ""))."
    )
    var json: JSONObject = [
      "stage": .string(name), "item": .string(itemID), "outputs": JSONValue(outputs), "quarantined": .bool(isFailed),
    ]
    if let entry = try reader.quarantine(of: pipeline, stage: name).first(where: { $0.item == itemID }) {
      lines.append("  \(entry.kind): \(entry.message) (\(entry.attempts) tries)")
      json["failure"] = [
        "kind": .string(entry.kind), "message": .string(entry.message), "attempts": JSONValue(entry.attempts),
      ]
    }
    let history = try reader.itemRuns(pipeline: pipeline, stage: name, item: itemID)
    let made = isFailed ? nil : try maker(itemID, input.digest(position), index, record, reader)
    lines.append("")
    if let work = made.map({ run in history.first { $0.run == run } }) ?? history.first {
      lines.append("It was last worked on in run \(work.run), because \(Self.words(work.reason)).")
      var changes: [KeyChange] = []
      switch work.reason {
      case .changed:
        if case .success(.item(let stage)) = prepared.stages[index].stage {
          changes = fieldChanges(work, stage.projection)
          for change in changes { lines.append("  – \(change.text)") }
          if changes.isEmpty { lines.append("  – (the item as it was before is no longer stored)") }
        }
      case .key:
        for run in try reader.stageRuns(ofRun: work.run) where run.stage == name {
          for case .keyChanged(let list) in try RunReason.list(run.reasons) {
            lines.append(contentsOf: bullets(.keyChanged(list)))
          }
        }
      case .new, .retry, .refresh, .forced, .gone: break
      }
      json["last_worked_on"] = [
        "run": JSONValue(work.run), "reason": .string(work.reason.rawValue), "changes": .array(changes.map(\.json)),
        "seconds": .double(work.seconds),
      ]
      if let newest = history.first, newest.run > work.run {
        lines.append(
          "(Run \(newest.run) made another result of it, under another key: this one came back from the memo.)")
      }
    } else if !isFailed {
      lines.append(
        "It was never worked on in this pipeline: its result came from the memo, where \(made.map { "run \($0)" } ?? "another run or item") had left it."
      )
    }
    lines.append("")
    lines.append(
      isFailed
        ? "The next run tries it first."
        : "As its stage stood in its last run it is a hit: the key was the same, and so was what the stage reads of it."
    )
    let pending = try pending(upTo: index)
    json["pending"] = .array(pending.map { ["stage": .string($0.name), "reasons": .array($0.reasons.map(\.json))] })
    if let first = pending.first {
      let names = pending.map(\.name).joined(separator: ", ")
      lines.append("A run now would begin with \(names), so it may be made anew:")
      for reason in first.reasons { lines.append(contentsOf: bullets(reason)) }
    }
    lines.append("It rests on:")
    lines.append("  stage key  \(record.stageKey.short)")
    lines.append("  item       \(input.digest(position).short)")
    json["stage_key"] = .string(record.stageKey.hex)
    json["item_digest"] = .string(input.digest(position).hex)
    if case .success(.item(let stage)) = prepared.stages[index].stage {
      lines.append("  reads      \(stage.projection.names.joined(separator: ", "))")
      json["reads"] = JSONValue(stage.projection.names)
      if let bytes = try? prepared.object(input.digest(position)) {
        let item = Item(id: itemID, digest: input.digest(position), record: Record(bytes: bytes))
        let key = try stage.projection.digest(of: item)
        lines.append("  memo key   \(key.short)")
        json["memo_key"] = .string(key.hex)
      }
    }
    if derivation.validUntil[position].isFinite, derivation.validUntil[position] > 0 {
      lines.append("  good until \(Timestamp(seconds: derivation.validUntil[position]).rfc3339)")
    }
    return Answer(text: lines.map(TerminalText.message).joined(separator: "\n"), json: .object(json))
  }

  /// The stages from the sources to this one that a run would begin with: what comes after them follows.
  private func pending(upTo index: Int) throws -> [Plan.Stage] {
    let plan = try Planner(prepared, selection: Set(prepared.graph.stages.indices), forced: [], jobs: jobs).plan()
    var above: Set<Int> = [index]
    var open = [index]
    while let next = open.popLast() {
      for need in prepared.graph.needs[next] where above.insert(need).inserted { open.append(need) }
    }
    let names = Set(above.map { prepared.graph.stages[$0].name })
    let behind = plan.stages.filter { names.contains($0.name) && !$0.isUpToDate }
    let behindNames = Set(behind.map(\.name))
    return behind.filter { stage in
      guard let index = prepared.graph.index(of: stage.name) else { return false }
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
  private func maker(_ id: String, _ digest: Digest, _ index: Int, _ record: StageRecord, _ reader: LedgerReader) throws
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
  private func locate(
    _ id: String, _ name: String, _ input: Dataset, _ output: Dataset, _ derivation: Derivation
  ) throws -> Int? {
    if let position = input.index(of: id) { return position }
    if let position = output.index(of: id), let source = derivation.input(ofOutput: position) { return source }
    let endings = (0..<input.count).filter { input.id($0).hasSuffix(id) }
    if endings.count == 1 { return endings[0] }
    let outputs = (0..<output.count).filter { output.id($0).hasSuffix(id) }
    if outputs.count == 1, let source = derivation.input(ofOutput: outputs[0]) { return source }
    return nil
  }

  /// What is known of an item that a stage read once and reads no longer.
  private func left(_ id: String, _ name: String, _ input: Dataset, _ reader: LedgerReader) throws -> Answer {
    guard let last = try reader.itemRuns(pipeline: pipeline, stage: name, item: id).first else {
      let guess = Suggestion.nearest(to: id, among: (0..<min(input.count, 5000)).map { input.id($0) })
      throw SluiceError(
        .usage, "the stage '\(name)' neither reads nor makes an item '\(id)'",
        advice: guess.map { "Did you mean '\($0)'?" } ?? "`sluice show \(name)` lists what it makes.")
    }
    return Answer(
      text: """
        '\(id)' left: \(name) does not read it any more, and what was made of it is in no result.
        It was last worked on in run \(last.run), because \(Self.words(last.reason)).
        """,
      json: [
        "stage": .string(name), "item": .string(id), "left": true,
        "last_worked_on": ["run": JSONValue(last.run), "reason": .string(last.reason.rawValue)],
      ])
  }
}
