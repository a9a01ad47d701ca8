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

  /// The key of the line.
  var pipeline: String { prepared.line.key }

  /// Why a stage would run now, why it ran the last time, and its key.
  package func stage(_ name: String) throws -> Answer {
    _ = try Selector(name).resolve(in: prepared.graph)
    guard let index = prepared.graph.id(of: name) else {
      throw SluiceError(.usage, "'\(name)' is a family of stages: name one", advice: "`sluice graph` lists them.")
    }
    let plan = try Planner(prepared, selection: Set(prepared.graph.stages.indices), forced: [], jobs: jobs).plan()
    let stage = prepared.stages[index]
    var lines: [String] = []
    var answer = StageAnswer(stage: name, pipeline: pipeline, key: stage.key.hex)
    if let planned = plan.stages.first(where: { $0.name == name }) {
      answer.isUpToDate = planned.isUpToDate
      answer.reasons = planned.reasons.map(\.json)
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
          : reasons.flatMap { $0.pastLines.map { "  – \($0)" } })
      answer.lastRun = StageAnswer.Run(
        run: last.run, state: last.outcome.rawValue, done: last.done, cached: last.cached, reasons: reasons.map(\.json))
    }
    if let record = prepared.records[name] {
      lines.append("")
      lines.append("Its result rests on (made in run \(record.run)):")
      for (need, digest) in zip(prepared.graph.needs[index], record.inputs) {
        lines.append("  input  \(prepared.graph.stages[need].name): dataset \(digest.short)")
      }
      let components = try prepared.reader?.components(ofStageKey: record.stageKey) ?? stage.components
      for (name, value) in Self.flattened(components) { lines.append("  key    \(name): \(value)") }
      answer.result = StageAnswer.Result(
        run: record.run, items: record.count, dataset: record.dataset.hex, inputs: record.inputs.map(\.hex),
        components: components)
    }
    return Answer(text: lines.map(TerminalText.message).joined(separator: "\n"), json: JSONValue(encoding: answer))
  }

  private struct StageAnswer: Encodable {
    let stage: String
    let pipeline: String
    let key: String
    var isUpToDate: Bool?
    var reasons: [JSONValue]?
    var lastRun: Run?
    var result: Result?

    enum CodingKeys: String, CodingKey {
      case stage, pipeline, key, reasons, result
      case isUpToDate = "up_to_date"
      case lastRun = "last_run"
    }

    struct Run: Encodable {
      let run: Int
      let state: String
      let done: Int
      let cached: Int
      let reasons: [JSONValue]
    }

    struct Result: Encodable {
      let run: Int
      let items: Int
      let dataset: String
      let inputs: [String]
      let components: JSONObject
    }
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
