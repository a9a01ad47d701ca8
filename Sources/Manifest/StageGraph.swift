import Foundations

/// The stages of a pipeline and what each needs.
package struct StageGraph: Sendable {
  /// The file that it was made from.
  package let pipeline: Pipeline
  /// All stages.
  package let stages: StageTable<StageDeclaration>
  /// What each stage needs, in the order that it says.
  package let needs: StageTable<[StageID]>
  /// The stages that need each stage.
  package let dependents: StageTable<[StageID]>
  /// Every stage after all that it needs; among equals in the order of the file.
  package let order: [StageID]
  private let ids: [String: StageID]

  /// Resolves `needs`. A name without `@` stands for all stages that `foreach` made of it.
  /// - Throws: `Diagnostics`: unknown names, a stage that needs itself, cycles, missing inputs.
  package init(_ pipeline: Pipeline) throws(Diagnostics) {
    self.pipeline = pipeline
    let stages = StageTable(pipeline.stages)
    var ids: [String: StageID] = [:]
    var families: [String: [StageID]] = [:]
    for (id, stage) in stages.entries {
      ids[stage.name] = id
      if let at = stage.name.utf8.firstIndex(of: UInt8(ascii: "@")) {
        families[String(stage.name[..<at]), default: []].append(id)
      }
    }
    var problems: [Diagnostic] = []
    var needs = StageTable<[StageID]>(repeating: [], for: stages)
    var dependents = needs
    for (id, stage) in stages.entries {
      let resolved = Self.resolve(stage, ids, families, pipeline, &problems)
      problems += Self.mistakes(in: stage, resolved, pipeline)
      for target in resolved { dependents[target].append(id) }
      needs[id] = resolved
    }
    self.stages = stages
    self.needs = needs
    self.dependents = dependents
    self.ids = ids
    if !problems.isEmpty { throw Diagnostics(problems) }
    order = try Self.order(pipeline, stages, needs: needs, dependents: dependents)
  }

  /// The stages that a stage needs; a family's name stands for all of it.
  private static func resolve(
    _ stage: StageDeclaration, _ ids: [String: StageID], _ families: [String: [StageID]], _ pipeline: Pipeline,
    _ problems: inout [Diagnostic]
  ) -> [StageID] {
    var resolved: [StageID] = []
    for need in stage.needs {
      if let target = ids[need.stage] {
        resolved.append(target)
      } else if let family = families[need.stage] {
        resolved.append(contentsOf: family)
      } else {
        let names = pipeline.stages.map(\.name) + families.keys.sorted()
        problems.append(
          Diagnostic(
            pipeline.source, need.position,
            "the stage '\(stage.name)' needs '\(need.stage)', which does not exist",
            hint: Suggestion.hint(need.stage, among: names)))
      }
    }
    return resolved
  }

  /// What is wrong with what a stage needs, besides names that do not exist.
  private static func mistakes(in stage: StageDeclaration, _ resolved: [StageID], _ pipeline: Pipeline) -> [Diagnostic]
  {
    var problems: [Diagnostic] = []
    if Set(resolved).count != resolved.count {
      problems.append(
        Diagnostic(
          pipeline.source, stage.needs.last?.position ?? stage.position,
          "the stage '\(stage.name)' needs the same stage twice"))
    }
    if resolved.isEmpty && stage.needs.isEmpty && !stage.definition.inputs.isEmpty
      && !stage.definition.inputs.contains("none")
    {
      problems.append(
        Diagnostic(
          pipeline.source, stage.position,
          "the stage '\(stage.name)' (\(stage.definition.name)) has no input: it reads \(stage.definition.inputs.joined(separator: " or "))",
          hint:
            "Say which stage it needs: \(stage.name): {uses: \(stage.definition.name), needs: …}")
      )
    }
    if stage.definition.inputs.isEmpty, let need = stage.needs.first {
      problems.append(
        Diagnostic(
          pipeline.source, need.position,
          "'\(stage.name)' (\(stage.definition.name)) is a source: it reads nothing that another stage makes",
          hint: "Take 'needs' out."))
    }
    return problems
  }

  /// The stage of that name.
  package func id(of name: String) -> StageID? { ids[name] }

  /// Kahn's algorithm; what is left over stands on or behind a cycle.
  private static func order(
    _ pipeline: Pipeline, _ stages: StageTable<StageDeclaration>, needs: StageTable<[StageID]>,
    dependents: StageTable<[StageID]>
  ) throws(Diagnostics) -> [StageID] {
    var missing = needs.mapped(\.count)
    var order: [StageID] = missing.indices.filter { missing[$0] == 0 }
    order.reserveCapacity(needs.count)
    var next = 0
    while next < order.count {
      for dependent in dependents[order[next]] {
        missing[dependent] -= 1
        if missing[dependent] == 0 { order.append(dependent) }
      }
      next += 1
    }
    guard order.count < needs.count else { return order }
    let path = cycle(needs, among: missing.indices.filter { missing[$0] > 0 })
    let names = path.map { stages[$0].name }
    let first = stages[path[0]]
    throw Diagnostics([
      Diagnostic(
        pipeline.source, first.needs.first?.position ?? first.position,
        "the stages need each other in a circle: \(names.joined(separator: " → "))",
        hint: "An arrow means 'needs'. Remove one of them.")
    ])
  }

  /// One cycle as a path that ends where it began, starting at its first stage in the file.
  private static func cycle(_ needs: StageTable<[StageID]>, among candidates: [StageID]) -> [StageID] {
    let alive = Set(candidates)
    var path: [StageID] = []
    var seen: [StageID: Int] = [:]
    var current = candidates[0]
    while seen[current] == nil {
      seen[current] = path.count
      path.append(current)
      guard let next = needs[current].first(where: alive.contains) else {
        preconditionFailure("what is left when all that can go first has gone needs something that is left")
      }
      current = next
    }
    var circle = Array(path[seen[current]!...])
    guard let start = circle.indices.min(by: { circle[$0] < circle[$1] }) else {
      preconditionFailure("a cycle has a stage")
    }
    circle = Array(circle[start...] + circle[..<start])
    return circle + [circle[0]]
  }

  /// All stages from which `targets` can be reached, themselves included.
  package func ancestors(of targets: Set<StageID>) -> Set<StageID> { closure(targets, needs) }

  /// All stages that can be reached from `targets`, themselves included.
  package func descendants(of targets: Set<StageID>) -> Set<StageID> { closure(targets, dependents) }

  private func closure(_ targets: Set<StageID>, _ edges: StageTable<[StageID]>) -> Set<StageID> {
    var found = targets
    var queue = Array(targets)
    while let index = queue.popLast() {
      for next in edges[index] where found.insert(next).inserted { queue.append(next) }
    }
    return found
  }
}
