import Foundations
import Planning
import Store

/// What differs between two snapshots, stage by stage.
package struct SnapshotDiff {
  package let before: Snapshot
  package let after: Snapshot
  /// Each after all that it reads, as far as the results tell.
  package let stages: [StageDiff]

  package init(_ before: Snapshot, _ after: Snapshot) throws {
    self.before = before
    self.after = after
    let order = Self.order(after.stages, before.stages)
    let metrics = DiffMetrics(before: before, after: after)
    stages = try order.map { name in
      var diff = try StageDiff(
        name, before.stages[name].map { ($0, before) }, after.stages[name].map { ($0, after) })
      if !diff.isSame { diff.metrics = try metrics.metrics(of: diff) }
      return diff
    }
  }

  /// The first stage that is not the same: all that differs below follows from it and from others like it.
  package var firstDivergence: StageDiff? { stages.first { !$0.isSame } }

  /// Why the first stage is other, for people.
  package var reason: [String] {
    guard let first = firstDivergence else { return [] }
    if first.before == nil { return ["only the second has it"] }
    if first.after == nil { return ["only the first has it"] }
    if !first.keyChanges.isEmpty { return first.keyChanges.map(\.text) }
    if first.before?.stageKey != first.after?.stageKey { return ["its key is another"] }
    if first.before?.inputs.isEmpty == true { return ["the sources changed"] }
    if case .items(let result)? = first.after?.result, result.freshnessPolicy != nil {
      return ["what it fetches changed: its pages or files are other than they were"]
    }
    return ["the same was made of the same, with another result: it reads what its key does not hold, or the world"]
  }

  /// Results name what they read by digest; by these the stages come into the order in which they were made.
  private static func order(_ stages: [String: StageRecord], _ others: [String: StageRecord]) -> [String] {
    let all = others.merging(stages) { $1 }
    var makers: [Digest: [String]] = [:]
    for record in all.values {
      for digest in Set([record.dataset, record.inputDigest]) { makers[digest, default: []].append(record.stage) }
    }
    var order: [String] = []
    var state: [String: Bool] = [:]
    func visit(_ name: String) {
      guard state[name] == nil, let record = all[name] else { return }
      // Two stages with one dataset could be taken for each other's input.
      state[name] = false
      for digest in record.inputs { for maker in (makers[digest] ?? []).sorted() { visit(maker) } }
      state[name] = true
      order.append(name)
    }
    for name in all.keys.sorted() { visit(name) }
    return order
  }

  /// For programs: all ids.
  package var json: JSONValue {
    [
      "before": Self.json(before), "after": Self.json(after),
      "first_divergence": firstDivergence.map { first in
        [
          "stage": .string(first.stage), "reasons": JSONValue(reason),
          "key_changes": .array(first.keyChanges.map(\.json)),
        ]
      } ?? .null,
      "stages": .array(
        stages.map { stage in
          [
            "stage": .string(stage.stage), "type": .string(stage.type), "same": .bool(stage.hasSameContent),
            "added": JSONValue(stage.added), "removed": JSONValue(stage.removed), "changed": JSONValue(stage.changed),
            "moved": JSONValue(encoding: stage.moved), "unchanged": JSONValue(stage.unchanged),
            "key_changes": .array(stage.keyChanges.map(\.json)), "metrics": JSONValue(encoding: stage.metrics),
            "before_run": JSONValue(stage.before?.run), "after_run": JSONValue(stage.after?.run),
          ]
        }),
    ]
  }

  private static func json(_ snapshot: Snapshot) -> JSONValue {
    [
      "name": .string(snapshot.name), "line": .string(snapshot.line.key),
      "generation": JSONValue(snapshot.generation?.number), "run": JSONValue(snapshot.generation?.run),
    ]
  }
}
