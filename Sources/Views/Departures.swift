import Foundations
import Planning
import Store

/// Items that a stage had in a generation and has no longer: when they left, in which run, because of what.
package struct Departures {
  /// One item that left.
  package struct Departure: Sendable, Encodable {
    package let stage: String
    package let item: String
    /// The run whose results have it no longer.
    package let run: Int
    /// Of the first generation without it; `nil`: its results are not published.
    package let generation: Int?
    /// When that was made, in RFC 3339.
    package let time: String
    /// For people: its origin left, or turned into something else; the stage's key is another.
    package let reason: String
  }

  private let line: PipelineLine
  private let layout: ArtifactLayout
  /// The oldest first, the newest results last.
  private let snapshots: [Snapshot]

  package init(_ line: PipelineLine, layout: ArtifactLayout) throws {
    self.line = line
    self.layout = layout
    let generations = try LedgerReader(layout).generations(of: line.key).filter { $0.state != .candidate }
    snapshots =
      try generations.reversed().map { try Snapshot(GenerationSelector("\($0.number)"), of: line, layout: layout) }
      + [Snapshot(newestOf: line, layout: layout)]
  }

  /// The newest first.
  /// - Parameters:
  ///   - item: only this one; `nil`: all.
  ///   - limit: how many.
  package func departures(of stage: String, item: String? = nil, limit: Int) throws -> [Departure] {
    var found: [Departure] = []
    for (before, after) in zip(snapshots, snapshots.dropFirst()).reversed() {
      guard found.count < limit else { break }
      guard let old = before.stages[stage], old.dataset != after.stages[stage]?.dataset else { continue }
      let former = try before.dataset(old)
      let now = try after.stages[stage].map(after.dataset) ?? .empty
      let gone =
        item.map { former.index(of: $0) != nil && now.index(of: $0) == nil ? [$0] : [] }
        ?? DatasetDifference(from: former, to: now).removed.map { former.id($0) }
      for id in gone.prefix(limit - found.count) {
        let run = after.stages[stage]?.run ?? after.generation?.run ?? old.run
        found.append(
          Departure(
            stage: stage, item: id, run: run, generation: after.generation?.number,
            time: (after.generation?.created ?? after.stages[stage]?.recorded ?? .now).rfc3339,
            reason: try reason(id, stage, before, after)))
      }
    }
    return found
  }

  /// Follows an item that left up to where it began.
  private func reason(_ id: String, _ stage: String, _ before: Snapshot, _ after: Snapshot) throws -> String {
    guard let now = after.stages[stage] else { return "the stage '\(stage)' is gone from the pipeline file" }
    guard let old = before.stages[stage], let made = try before.derived(old) else {
      return "\(stage) made something else of what it read"
    }
    let isSource = old.inputs.isEmpty
    if isSource { return "it is no longer among what \(stage) finds" }
    guard let position = made.output.index(of: id), let input = made.derivation.input(ofOutput: position) else {
      return "\(stage) made something else of what it read"
    }
    let origin = made.input.id(input)
    let read = try after.derived(now)?.input
    if let read, let place = read.index(of: origin) {
      if now.stageKey != old.stageKey { return try "\(stage) was changed" + changes(old, now, before, after) }
      if try after.derived(now)?.derivation.isFailed(place) == true { return "'\(origin)' failed in \(stage)" }
      return read.digest(place) == made.input.digest(input)
        ? "\(stage) made something else of '\(origin)'" : "'\(origin)' changed"
    }
    // Its origin is gone as well: the first of them says why.
    for (name, record) in before.stages where name != stage && old.inputs.contains(record.dataset) {
      guard try before.dataset(record).index(of: origin) != nil else { continue }
      let above = try reason(origin, name, before, after)
      return record.inputs.isEmpty ? "'\(origin)' is no longer among what \(name) finds" : above
    }
    return "'\(origin)' left"
  }

  private func changes(_ old: StageRecord, _ now: StageRecord, _ before: Snapshot, _ after: Snapshot) throws -> String {
    guard let a = try before.reader.components(ofStageKey: old.stageKey),
      let b = try after.reader.components(ofStageKey: now.stageKey)
    else { return "" }
    let changes = KeyChange.between(a, b)
    return changes.isEmpty ? "" : " (\(changes.prefix(3).map(\.text).joined(separator: "; ")))"
  }
}
