import Foundations
import Planning
import Store

/// The generations of a line, each with what it changed.
package struct GenerationHistory {
  /// One generation.
  package struct Entry {
    package let generation: GenerationRecord
    /// By the stage: what came, went and changed since the generation before that is kept.
    package let changes: [Change]
    /// `nil`: it was not measured, or what was measured cannot be read.
    package let gates: GateReport?
  }

  /// What a generation changed of one stage.
  package struct Change: Encodable {
    package let stage: String
    package var type = ""
    package var added = 0
    package var removed = 0
    package var changed = 0

    /// `chunk +3 −1 ~2`
    package var text: String {
      let counts = [("+", added), ("−", removed), ("~", changed)].filter { $0.1 > 0 }
      return ([stage] + counts.map { "\($0.0)\(Units.show($0.1))" }).joined(separator: " ")
    }
  }

  /// The newest first.
  package let entries: [Entry]

  /// - Parameter limit: how many of the newest. Each is compared with what readers saw before it: candidates that never
  ///   came to be seen are left out.
  package init(_ line: PipelineLine, layout: ArtifactLayout, limit: Int) throws {
    let reader = try LedgerReader(layout)
    let store = try ObjectStore(layout)
    let generations = try reader.generations(of: line.key)
    var stages: [Int: [String: GenerationStage]] = [:]
    func held(_ generation: GenerationRecord) throws -> [String: GenerationStage] {
      if let known = stages[generation.number] { return known }
      let read = try reader.stages(ofGeneration: generation.number, of: line.key)
      stages[generation.number] = read
      return read
    }
    entries = try generations.prefix(limit).enumerated().map { index, generation in
      let now = try held(generation)
      // The first that is kept has nothing to be compared with.
      let before = try generations.dropFirst(index + 1).first { $0.state != .candidate }.map(held) ?? [:]
      let changes = try Set(now.keys).union(before.keys).sorted().compactMap { name in
        try Self.change(name, before[name], now[name], store)
      }
      return Entry(
        generation: generation, changes: changes,
        gates: generation.gates.flatMap { try? $0.decoded(as: GateReport.self) })
    }
  }

  private static func change(_ stage: String, _ old: GenerationStage?, _ new: GenerationStage?, _ store: ObjectStore)
    throws -> Change?
  {
    if let old, let new, old.identity == new.identity { return nil }
    func dataset(_ stage: GenerationStage?) throws -> Dataset {
      try stage.map { try Dataset(reading: store.get($0.record.dataset)) } ?? .empty
    }
    let difference = DatasetDifference(from: try dataset(old), to: try dataset(new))
    return Change(
      stage: stage, type: (new ?? old)?.record.type ?? "", added: difference.added.count,
      removed: difference.removed.count, changed: difference.changed.count)
  }
}
