import Formats
import Foundations
import Manifest
import Planning
import StageKit
import Store

/// Why a stage or an item would run or not, and what its last result rests on.
package struct Explanation {
  let prepared: PreparedPipeline
  let jobs: Int

  package init(_ prepared: PreparedPipeline, jobs: Int) {
    self.prepared = prepared
    self.jobs = jobs
  }

  var pipeline: String { prepared.pipeline.name }

  /// Why a stage would run now, why it ran the last time, and its key.
  package func stage(_ name: String) throws -> Answer {
    _ = try Selector(name).resolve(in: prepared.graph)
    guard let index = prepared.graph.id(of: name) else {
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
        "It last ran in run \(last.run) (\(last.outcome.rawValue): \(Units.show(last.done)) done, \(Units.show(last.cached)) cached, \(Units.show(last.failed)) quarantined, \(Units.show(last.removed)) removed), because:"
      )
      let reasons = try RunReason.list(last.reasons)
      lines.append(
        contentsOf: reasons.isEmpty
          ? ["  – \(last.message.isEmpty ? "a stage that it needs did not succeed" : last.message)"]
          : reasons.flatMap(bullets))
      json["last_run"] = [
        "run": JSONValue(last.run), "state": .string(last.outcome.rawValue), "done": JSONValue(last.done),
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

  func bullets(_ reason: RunReason) -> [String] { reason.lines.map { "  – \($0)" } }

  static func flattened(_ object: JSONObject, prefix: String = "") -> [(String, String)] {
    object.members.flatMap { member -> [(String, String)] in
      if let inner = member.value.object { return flattened(inner, prefix: "\(prefix)\(member.key).") }
      let text = member.value.string ?? member.value.canonicalText
      let short = Digest(hex: text) == nil ? text : String(text.prefix(12))
      return [("\(prefix)\(member.key)", short.count > 100 ? String(short.prefix(97)) + "…" : short)]
    }
  }
}
