import Foundations
import Manifest
import Synchronization

/// By which recipe each stage's result is made: the parameters, prompts and versions of the stage and of all stages
/// above it, but no data, not even a file that a command names.
///
/// Two results of one recipe can be held against each other: when the second has lost much, the world did it and not
/// the one who edited the pipeline.
final class Recipes: Sendable {
  private let digests: Mutex<StageTable<Digest>?> = Mutex(nil)

  /// - Parameter components: of a stage.
  func digest(_ id: StageID, in graph: StageGraph, components: (StageID) -> JSONObject) -> Digest {
    digests.withLock { known in
      if let known { return known[id] }
      var made = StageTable<Digest?>(repeating: nil, for: graph.stages)
      for stage in graph.order {
        var hasher = DigestHasher()
        for name in ["kind", "implementation_version", "definition_version", "parameters", "prompts"] {
          hasher.field(name)
          hasher.field(components(stage)[name]?.canonicalText ?? "null")
        }
        for need in graph.needs[stage] {
          guard let above = made[need] else { preconditionFailure("the order of the graph puts needs first") }
          hasher.field(graph.stages[need].name)
          hasher.update(above)
        }
        made[stage] = hasher.finalize()
      }
      let all = made.mapped { digest in
        guard let digest else { preconditionFailure("the order of the graph has all stages") }
        return digest
      }
      known = all
      return all[id]
    }
  }
}
