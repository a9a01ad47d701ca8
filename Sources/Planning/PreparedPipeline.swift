import Foundations
import Manifest
import StageKit
import Store
import Synchronization

/// A stage with its implementation and key.
package final class PreparedStage: Sendable {
  /// As the pipeline file has it.
  package let declaration: StageDeclaration
  /// The stage, or why it cannot run on this machine (a model is not installed).
  package let stage: Result<AnyStage, SluiceError>
  /// What its key is made of.
  package let components: JSONObject
  /// The stage key: the digest of the components.
  package let key: Digest
  /// The type of the items that it makes.
  package let outputType: String

  init(
    declaration: StageDeclaration, stage: Result<AnyStage, SluiceError>, components: JSONObject, key: Digest,
    outputType: String
  ) {
    self.declaration = declaration
    self.stage = stage
    self.components = components
    self.key = key
    self.outputType = outputType
  }
}

/// A graph with implementations, keys and the last results: all that a verdict needs.
package struct PreparedPipeline: Sendable {
  /// What needs what.
  package let graph: StageGraph
  /// All stages with their implementations.
  package let stages: StageTable<PreparedStage>
  /// Whose results these are: production's, or a variant's.
  package let line: PipelineLine
  /// Where everything lies.
  package let layout: ArtifactLayout
  /// Digests of files, by their status.
  package let files: FileDigestCache
  /// The last results by stage name; empty when nothing was ever run.
  package let records: [String: StageRecord]
  /// What stages that read their own history read, by stage name.
  package let histories: [String: HistoryRecord]
  /// What must never be made again.
  package let tombstones: Tombstones
  /// The ledger, when there is one yet.
  package let reader: LedgerReader?
  /// The objects, when there are any yet.
  package let store: ObjectStore?

  /// Who runs the programs of gates.
  package let gateProgram: GateProgram?
  /// Who can put back what was published of stages that are gone.
  package let exporters: [any DatasetExporter]

  private let recipes = Recipes()

  /// The file that it was made from.
  package var pipeline: Pipeline { graph.pipeline }

  /// Names the recipe by which a stage's result is made (see `Recipes`).
  package func recipe(_ id: StageID) -> Digest {
    recipes.digest(id, in: graph) { stages[$0].components }
  }

  /// An object's bytes.
  package func object(_ digest: Digest) throws -> [UInt8] {
    guard let store else {
      throw SluiceError(
        .corrupt, "there are no objects in \(layout.root)", advice: "Run `sluice run` first.")
    }
    return try store.get(digest)
  }

  /// A stored dataset.
  package func dataset(_ digest: Digest) throws -> Dataset { try Dataset(reading: object(digest)) }

  /// A result that was made item by item; `nil` for one that was not.
  /// - Parameter load: reads a stored dataset.
  /// - Throws: `.corrupt` when it cannot be read, or its parts do not belong together.
  package func derived(_ record: StageRecord, load: (Digest) throws -> Dataset) throws -> DerivedDataset? {
    try record.result.origin.map { origin in
      try DerivedDataset(
        input: load(origin.input), output: load(record.dataset),
        derivation: Derivation(reading: object(origin.derivation)))
    }
  }

  /// What a source is given to look with.
  /// - Parameter run: the run in which it looks; `nil` when planning.
  package func sourceContext(_ id: StageID, jobs: Int, run: SourceRun? = nil) -> SourceContext {
    let name = stages[id].declaration.name
    return SourceContext(
      directory: pipeline.directory, files: files, jobs: jobs, shared: layout.hosts, run: run,
      tombstones: tombstones,
      state: { [line, reader, store] identity in
        guard let digest = try reader?.sourceState(pipeline: line.key, stage: name, identity: identity) else {
          return nil
        }
        return try store?.get(digest)
      })
  }

  /// The same stages over other results, in another line.
  package func with(_ records: [String: StageRecord], in line: PipelineLine) -> Self {
    Self(self, records, line)
  }

  private init(_ other: Self, _ records: [String: StageRecord], _ line: PipelineLine) {
    (graph, stages, layout, files) = (other.graph, other.stages, other.layout, other.files)
    (histories, tombstones, reader, store) = (other.histories, other.tombstones, other.reader, other.store)
    gateProgram = other.gateProgram
    exporters = other.exporters
    self.records = records
    self.line = line
  }

  /// Makes all stages and their keys.
  /// - Parameter variant: `nil`: production.
  /// - Throws: `Diagnostics` for types that do not fit and parameters that contradict.
  package init(
    _ graph: StageGraph, variant: String? = nil, registry: StageRegistry, layout: ArtifactLayout,
    files: FileDigestCache, reader: LedgerReader?, store: ObjectStore?
  ) throws {
    line = PipelineLine(graph.pipeline.name, variant: variant)
    self.store = store
    gateProgram = registry.gateProgram
    exporters = registry.exporters
    self.graph = graph
    self.layout = layout
    self.files = files
    self.reader = reader
    records = try reader?.stages(of: line.key) ?? [:]
    histories = try reader?.histories(of: line.key) ?? [:]
    tombstones = Tombstones(Set(try reader?.tombstones(of: line.pipeline).map(\.item) ?? []))
    let made = try Self.makeAll(graph, registry, files)
    stages = made
    var problems: [Diagnostic] = []
    for (declaration, prepared) in zip(graph.stages, made) {
      guard case .failure(let error) = prepared.stage, error.code == .usage else { continue }
      problems.append(
        Diagnostic(
          graph.pipeline.source, declaration.position, "\(declaration.name): \(error.message)", hint: error.advice))
    }
    for id in graph.stages.indices {
      problems.append(contentsOf: Self.typeProblems(of: id, graph, made))
      problems.append(contentsOf: Self.missingInputs(of: id, graph, made))
    }
    for gate in graph.pipeline.gates { problems.append(contentsOf: GateProblems.of(gate, graph, made)) }
    if !problems.isEmpty { throw Diagnostics(problems) }
  }

  /// Makes all stages, on all processors where there are very many.
  private static func makeAll(_ graph: StageGraph, _ registry: StageRegistry, _ files: FileDigestCache) throws
    -> StageTable<PreparedStage>
  {
    let declarations = graph.pipeline.stages
    let directory = graph.pipeline.directory
    let grain = 512
    let pieces = Mutex([[PreparedStage]](repeating: [], count: (declarations.count + grain - 1) / grain))
    let pieceCount = pieces.withLock { $0.count }
    try Parallel.forEach(count: pieceCount, threads: Parallel.processors, grain: 1) { piece in
      let range = (piece * grain)..<min(declarations.count, (piece + 1) * grain)
      let made = declarations[range].map { make($0, registry, directory, files) }
      pieces.withLock { $0[piece] = made }
    }
    return StageTable(pieces.withLock { Array($0.joined()) })
  }

  private static func make(
    _ declaration: StageDeclaration, _ registry: StageRegistry, _ directory: String, _ files: FileDigestCache
  ) -> PreparedStage {
    let configuration = StageConfiguration(
      name: declaration.name, kind: declaration.definition.kind, parameters: Parameters(declaration.parameters),
      prompts: declaration.definition.prompts, directory: directory, files: files)
    do {
      let stage = try registry.make(configuration)
      let components = StageKeys.components(declaration, stage.stage)
      return PreparedStage(
        declaration: declaration, stage: stage.stage.problem.map { .failure($0) } ?? .success(stage),
        components: components,
        key: Digest(of: components.canonicalBytes),
        outputType: stage.stage.outputType ?? declaration.definition.output)
    } catch {
      return PreparedStage(
        declaration: declaration, stage: .failure(SluiceError(wrapping: error)), components: [:], key: Digest(of: ""),
        outputType: declaration.definition.output)
    }
  }

  private static func typeProblems(of id: StageID, _ graph: StageGraph, _ stages: StageTable<PreparedStage>)
    -> [Diagnostic]
  {
    let declaration = graph.stages[id]
    var problems: [Diagnostic] = []
    for needed in graph.needs[id]
    where !declaration.definition.accepts(stages[needed].outputType) {
      let name = graph.stages[needed].name
      let position =
        declaration.needs.first { $0.stage == name || name.hasPrefix($0.stage + "@") }?.position
        ?? declaration.position
      problems.append(
        Diagnostic(
          graph.pipeline.source, position,
          "'\(declaration.name)' reads \(declaration.definition.inputs.joined(separator: " or ")), but '\(name)' makes \(stages[needed].outputType)",
          hint: hint(for: declaration, needed, graph, stages)))
    }
    return problems
  }

  /// Types that a stage cannot do without and that none of the stages it needs makes.
  private static func missingInputs(of id: StageID, _ graph: StageGraph, _ stages: StageTable<PreparedStage>)
    -> [Diagnostic]
  {
    guard case .success(let stage) = stages[id].stage else { return [] }
    let declaration = graph.stages[id]
    let there = Set(graph.needs[id].map { stages[$0].outputType })
    return stage.stage.requiredInputs.filter { !there.contains($0) }.map { type in
      let makers = stages.filter { $0.outputType == type }.map(\.declaration.name)
      let needs = declaration.needs.map(\.stage) + [makers.first ?? type]
      return Diagnostic(
        graph.pipeline.source, declaration.position,
        "'\(declaration.name)' needs a stage that makes \(type), and has none",
        hint: "Name it: needs: [\(needs.joined(separator: ", "))]")
    }
  }

  private static func hint(
    for declaration: StageDeclaration, _ needed: StageID, _ graph: StageGraph, _ stages: StageTable<PreparedStage>
  ) -> String {
    let fitting = stages.filter {
      $0.declaration.name != declaration.name && declaration.definition.accepts($0.outputType)
        && $0.outputType != "any"
    }
    if let best = fitting.first {
      return "'\(best.declaration.name)' makes \(best.outputType): needs: \(best.declaration.name)"
    }
    return
      "Put a stage between the two that makes \(declaration.definition.inputs.joined(separator: " or "))."
  }

  /// What a stage depends on in the result of one that it needs: files count only for stages that read
  /// whole datasets.
  package func inputDigest(_ record: StageRecord, for id: StageID) -> Digest {
    if case .success(.item) = stages[id].stage { return record.dataset }
    return record.inputDigest
  }

  /// Names what decides how long an item stage's results hold without being in its key (see
  /// `ItemStage.freshnessPolicy` and `partVersions`).
  package func freshnessPolicy(_ id: StageID) -> Digest? {
    guard case .success(.item(let stage)) = stages[id].stage else { return nil }
    let names = [stage.freshnessPolicy, stage.partVersions].compactMap { $0 }
    return names.isEmpty ? nil : Digest(of: names.joined(separator: "\n"))
  }

  /// Whether the parts of an item stage are not those that made its last result.
  private func hasOtherParts(_ id: StageID, _ record: StageRecord) -> Bool {
    guard case .success(.item(let stage)) = stages[id].stage, stage.partVersions != nil,
      case .items(let result) = record.result
    else { return false }
    return result.freshnessPolicy != freshnessPolicy(id)
  }

  /// Why a stage would have to run, given the datasets of the stages it needs; empty when it is up to
  /// date.
  package func reasons(
    _ id: StageID, inputs: [Digest], fingerprint: Digest? = nil, now: Timestamp,
    isForced: Bool = false
  ) -> [RunReason] {
    let prepared = stages[id]
    guard let record = records[prepared.declaration.name] else { return [.neverRun] }
    var reasons: [RunReason] = []
    if isForced { reasons.append(.forced) }
    if record.stageKey != prepared.key {
      let before = (try? reader?.components(ofStageKey: record.stageKey)) ?? nil
      reasons.append(.keyChanged(before.map { KeyChange.between($0, prepared.components) } ?? []))
    }
    if record.inputs != inputs {
      let names = graph.needs[id].enumerated().filter { offset, _ in
        offset >= record.inputs.count || record.inputs[offset] != inputs[offset]
      }.map { graph.stages[$0.element].name }
      reasons.append(.inputChanged(names))
    }
    if case .success(.source) = prepared.stage, fingerprint == nil || record.fingerprint != fingerprint {
      reasons.append(.sourceChanged)
    }
    if record.failed > 0 { reasons.append(.quarantined(record.failed)) }
    if hasOtherParts(id, record) { reasons.append(.partsChanged) }
    switch record.validity {
    case .forever: break
    case .provisional: reasons.append(.provisional)
    case .until:
      if !record.validity.holds(at: now) || !record.isTimely(now) { reasons.append(.refreshDue) }
      if case .items(let result) = record.result, let policy = freshnessPolicy(id), result.freshnessPolicy != policy {
        reasons.append(.freshnessChanged)
      }
    }
    return reasons
  }
}
