import Foundations
import Graph
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
        for reason in planned.reasons { lines.append(contentsOf: bullet(reason)) }
      }
    }
    if let last = try prepared.reader?.lastStageRun(pipeline: pipeline, stage: name) {
      lines.append("")
      lines.append(
        "It last ran in run \(last.run) (\(last.state): \(Units.show(last.done)) done, \(Units.show(last.cached)) cached, \(Units.show(last.failed)) quarantined, \(Units.show(last.removed)) removed), because:"
      )
      let reasons = (try? JSONValue(parsing: last.reasons))?.array ?? []
      lines.append(contentsOf: reasons.isEmpty ? ["  – forced or unknown"] : reasons.flatMap(shown))
      json["last_run"] = [
        "run": JSONValue(last.run), "state": .string(last.state), "done": JSONValue(last.done),
        "cached": JSONValue(last.cached), "reasons": .array(reasons),
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
    return Answer(text: lines.joined(separator: "\n"), json: .object(json))
  }

  private func bullet(_ reason: RunReason) -> [String] {
    guard case .keyChanged(let changes) = reason, !changes.isEmpty else { return ["  – \(reason.text)"] }
    return changes.map { "  – \($0.text)" }
  }

  private func shown(_ reason: JSONValue) -> [String] {
    switch reason["reason"]?.string {
    case "never_run": return ["  – it was never run before"]
    case "key_changed":
      let changes = (reason["changes"]?.array ?? []).map { change in
        KeyChange(
          name: change["name"]?.string ?? "?", before: change["before"].flatMap { $0.isNull ? nil : $0 },
          after: change["after"].flatMap { $0.isNull ? nil : $0 })
      }
      return changes.isEmpty ? ["  – its key changed"] : changes.map { "  – \($0.text)" }
    case "input_changed":
      return ["  – new input from \((reason["stages"]?.array ?? []).compactMap(\.string).joined(separator: ", "))"]
    case "source_changed": return ["  – the sources changed"]
    case "quarantined": return ["  – quarantined items were tried again"]
    case "refresh_due": return ["  – items were due to be asked for again"]
    case "upstream_runs":
      return ["  – \((reason["stages"]?.array ?? []).compactMap(\.string).joined(separator: ", ")) ran"]
    default: return ["  – forced"]
    }
  }

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
    let position = try locate(id, name, input, output, derivation, reader)
    let itemID = input.id(position)
    var lines: [String] = []
    let made = derivation.outputs(ofInput: position).map { output.id(Int($0)) }
    let isFailed = derivation.isFailed(position)
    lines.append(
      isFailed
        ? "'\(itemID)' is in quarantine in \(name)."
        : "'\(itemID)' became \(made.count) \(made.count == 1 ? "item" : "items") in \(name)\(made.isEmpty ? "" : ": " + made.prefix(3).joined(separator: ", ") + (made.count > 3 ? ", …" : ""))."
    )
    var json: JSONObject = [
      "stage": .string(name), "item": .string(itemID), "outputs": JSONValue(made), "quarantined": .bool(isFailed),
    ]
    if let entry = try reader.quarantine(of: pipeline, stage: name).first(where: { $0.item == itemID }) {
      lines.append("  \(entry.kind): \(entry.message) (\(entry.attempts) tries)")
      json["failure"] = [
        "kind": .string(entry.kind), "message": .string(entry.message), "attempts": JSONValue(entry.attempts),
      ]
    }
    let history = try reader.itemRuns(pipeline: pipeline, stage: name, item: itemID)
    if let last = history.first {
      lines.append("")
      lines.append("It was last worked on in run \(last.run), because \(Self.words(last.reason)).")
      var changes: [KeyChange] = []
      if last.reason == "changed", case .success(.item(let stage)) = prepared.stages[index].stage {
        changes = fieldChanges(last, stage.projection)
        for change in changes { lines.append("  – \(change.text)") }
        if changes.isEmpty { lines.append("  – (the item as it was before is no longer stored)") }
      } else if last.reason == "key", let run = try reader.stageRuns(ofRun: last.run).first(where: { $0.stage == name })
      {
        for reason in (try? JSONValue(parsing: run.reasons))?.array ?? []
        where reason["reason"]?.string == "key_changed" {
          lines.append(contentsOf: shown(reason))
        }
      }
      json["last_worked_on"] = [
        "run": JSONValue(last.run), "reason": .string(last.reason), "changes": .array(changes.map(\.json)),
        "seconds": .double(last.seconds),
      ]
    } else if !isFailed {
      lines.append("")
      lines.append(
        "It was never worked on in this pipeline: its result came from the memo, where another run or item had left it."
      )
    }
    lines.append("")
    lines.append(
      isFailed
        ? "The next run tries it first."
        : "Since then it is a hit: the key is the same, and so is what the stage reads of it.")
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
    return Answer(text: lines.joined(separator: "\n"), json: .object(json))
  }

  private static func words(_ reason: String) -> String {
    switch reason {
    case "new": "it was new"
    case "changed": "what the stage reads of it changed"
    case "key": "the stage's key changed"
    case "retry": "it was in quarantine"
    case "refresh": "it was due to be asked for again"
    case "gone": "it is gone from where it was fetched"
    default: "it was forced"
    }
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
    _ id: String, _ name: String, _ input: Dataset, _ output: Dataset, _ derivation: Derivation, _ reader: LedgerReader
  ) throws -> Int {
    if let position = input.index(of: id) { return position }
    if let position = output.index(of: id), let source = derivation.input(ofOutput: position) { return source }
    let endings = (0..<input.count).filter { input.id($0).hasSuffix(id) }
    if endings.count == 1 { return endings[0] }
    let outputs = (0..<output.count).filter { output.id($0).hasSuffix(id) }
    if outputs.count == 1, let source = derivation.input(ofOutput: outputs[0]) { return source }
    let guess = Suggestion.nearest(to: id, among: (0..<min(input.count, 5000)).map { input.id($0) })
    throw SluiceError(
      .usage, "the stage '\(name)' neither reads nor makes an item '\(id)'",
      advice: guess.map { "Did you mean '\($0)'?" } ?? "`sluice show \(name)` lists what it makes.")
  }
}
