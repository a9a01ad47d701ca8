import Foundations
import Planning
import Store

/// What readers of a line see, and what is not published yet.
package struct PublicationStatus {
  /// `nil` before the first publication.
  package let current: GenerationRecord?
  /// The candidate that the newest results are.
  package let candidate: GenerationRecord?
  /// Whether gates keep the newest results from readers, or say that what is published is not well.
  package var isGated: Bool {
    func isBroken(_ generation: GenerationRecord?) -> Bool {
      generation?.gates.flatMap { try? $0.decoded(as: GateReport.self) }.map { !$0.holds } ?? false
    }
    return isBroken(candidate) || isBroken(current)
  }

  /// Whether publications are held.
  package let isHeld: Bool
  /// The generation that somebody went back from, where the newest results are just that.
  package let withdrawn: GenerationRecord?
  /// Stages whose newest results are not published: their names, and the runs of both.
  package let behind: [Stage]

  package struct Stage: Encodable {
    package let stage: String
    /// The run that made what is published; `nil`: nothing is.
    package let published: Int?
    /// The run that made the newest result.
    package let newest: Int

    enum CodingKeys: String, CodingKey {
      case stage
      case published = "published_run"
      case newest = "newest_run"
    }
  }

  package init(_ line: PipelineLine, _ reader: LedgerReader) throws {
    let generations = try reader.generations(of: line.key)
    let current = generations.first { $0.state == .current }
    self.current = current
    candidate = try reader.waitingCandidate(of: line.key)
    isHeld = try reader.isHeld(line.key)
    let newestResults = try reader.stages(of: line.key)
    func holds(_ generation: GenerationRecord, _ results: [String: StageRecord]) throws -> Bool {
      let held = try reader.stages(ofGeneration: generation.number, of: line.key)
      return results.allSatisfy { held[$0.key]?.record.isInterchangeable(with: $0.value) ?? false }
    }
    withdrawn = try generations.first {
      try $0.state == .withdrawn && $0.number > (current?.number ?? 0) && holds($0, newestResults)
    }
    let held = try current.map { try reader.stages(ofGeneration: $0.number, of: line.key) } ?? [:]
    behind = newestResults.values.filter { record in
      held[record.stage].map { !$0.record.isInterchangeable(with: record) } ?? true
    }.map { Stage(stage: $0.stage, published: held[$0.stage]?.record.run, newest: $0.run) }.sorted {
      ($0.newest, $0.stage) < ($1.newest, $1.stage)
    }
  }

  /// For people: empty when the newest results are published.
  package var lines: [String] {
    var lines: [String] = []
    let seen = current.map { "generation \($0.number) of run \($0.run)" } ?? "nothing"
    if isHeld { lines.append("Publications are held: readers see \(seen) until `sluice publish`.") }
    if let candidate {
      lines.append(
        "Generation \(candidate.number) of run \(candidate.run) is a candidate and not published; readers see \(seen).")
    }
    if let withdrawn {
      lines.append(
        "The newest results are those of generation \(withdrawn.number), which somebody went back from; readers see \(seen). `sluice publish \(withdrawn.number)` brings it back."
      )
    }
    guard candidate == nil, withdrawn == nil, !behind.isEmpty else { return lines }
    for stage in behind.prefix(8) {
      lines.append(
        stage.published.map {
          "\(stage.stage) is published as of run \($0); it has a newer result of run \(stage.newest) that is not published yet: `sluice run`"
        } ?? "\(stage.stage) has a result of run \(stage.newest) that is not published yet: `sluice run`")
    }
    if behind.count > 8 { lines.append("… and \(behind.count - 8) more stages") }
    return lines
  }

  /// For programs.
  package var json: JSONValue {
    [
      "generation": JSONValue(current?.number), "run": JSONValue(current?.run),
      "candidate": JSONValue(candidate?.number), "withdrawn": JSONValue(withdrawn?.number),
      "held": .bool(isHeld), "behind": JSONValue(encoding: behind),
    ]
  }
}
