import Foundations

/// Reads pipeline files.
package struct PipelineReader {
  private enum Key: String, MappingKey {
    case pipeline, description, params, schedule, stages, tolerate, `guard`, strict, gates, keep, store, audit
  }

  private enum GuardKey: String, MappingKey {
    case maxVanish = "max_vanish"
  }

  private enum KeepKey: String, MappingKey {
    case generations, days
  }

  let library: StageLibrary
  let overrides: [ParameterOverride]
  let hasEnvironment: (String) -> Bool
  let needsEnvironment: (String) -> Bool

  /// - Parameter needsEnvironment: whether a stage (by its name in the file) will be run, so that the variables that it
  ///   names must be set.
  package init(
    library: StageLibrary, overrides: [ParameterOverride] = [],
    hasEnvironment: @escaping (String) -> Bool = { Environment[$0] != nil },
    needsEnvironment: @escaping (String) -> Bool = { _ in true }
  ) {
    self.needsEnvironment = needsEnvironment
    self.library = library
    self.overrides = overrides
    self.hasEnvironment = hasEnvironment
  }

  /// The project that a pipeline file belongs to: the parent of `pipelines/`, or its own folder.
  package static func projectDirectory(ofFile file: String) -> String {
    let folder = Path.parent(Path.absolute(file))
    return Path.name(folder) == "pipelines" ? Path.parent(folder) : folder
  }

  /// The name that a pipeline file gives itself, whatever mistakes stand elsewhere in it, even in its YAML.
  /// - Throws: `SluiceError` when it has none.
  package static func name(ofFile file: String) throws(SluiceError) -> String {
    let bytes = try FileSystem.read(file, limit: 200_000_000)
    func name(in bytes: [UInt8]) -> String? {
      guard let root = try? YAMLReader.read(SourceText(name: file, bytes: bytes)) else { return nil }
      return root.mapping?.first { $0.key.text == "pipeline" }?.value.text
    }
    let line = ByteSearch.lines(bytes).first { $0.starts(with: Array("pipeline:".utf8)) }
    if let name = name(in: bytes) ?? line.flatMap({ name(in: Array($0)) }), isName(name) { return name }
    throw SluiceError(
      .usage, "\(file) does not say what its pipeline is called", advice: "Give it a name: pipeline: handbook")
  }

  /// Reads and checks a file.
  /// - Throws: `Diagnostics` with every mistake found; `SluiceError` when the file cannot be read.
  package func read(file: String) throws -> Pipeline {
    let bytes = try FileSystem.read(file, limit: 200_000_000)
    return try read(
      SourceText(name: file, bytes: bytes), directory: Self.projectDirectory(ofFile: file))
  }

  /// Reads and checks a text.
  package func read(_ source: SourceText, directory: String) throws -> Pipeline {
    let root: YAMLNode
    do throws(Diagnostic) { root = try YAMLReader.read(source) } catch {
      throw Diagnostics([error])
    }
    let collector = DiagnosticCollector(source)
    let members = MappingMembers<Key>(root, of: "a pipeline file", collector)
    let parameters = self.parameters(members[.params]?.value, collector)
    let interpolation = Interpolation(
      parameters: parameters, collector: collector, hasEnvironment: hasEnvironment,
      overridden: Set(overrides.filter { $0.stage == "params" }.map(\.parameter)))
    var pipeline = Pipeline(
      name: members.text(.pipeline) ?? "",
      description: members.text(.description) ?? "",
      file: source.name, directory: directory, source: source,
      schedule: members.text(.schedule),
      stages: [], vanishGuard: .standard)
    if members[.pipeline] == nil {
      collector.report(
        root.position, "the file has no 'pipeline'", hint: "Give it a name: pipeline: handbook")
    } else if pipeline.name.isEmpty || !Self.isName(pipeline.name) {
      collector.report(
        members.position(.pipeline, else: root),
        "'\(pipeline.name)' is no name for a pipeline: letters, digits, '-' and '_' only")
    }
    if let stages = members[.stages] {
      let reader = StageDeclarationReader(
        library: library, overrides: overrides, interpolation: interpolation, collector: collector,
        needsEnvironment: needsEnvironment)
      pipeline.stages = try reader.read(stages.value)
    } else {
      collector.report(root.position, "the file has no 'stages'")
    }
    applyStrict(members[.strict]?.value, to: &pipeline, collector)
    let written = members[.stages]?.value.mapping?.compactMap(\.key.text) ?? []
    applyTolerate(members[.tolerate]?.value, to: &pipeline, written: written, collector)
    let rules = MappingMembers<GuardKey>(members[.guard]?.value, of: "'guard'", collector)
    if let value = rules[.maxVanish]?.value {
      if let share = value.text.flatMap(Units.share) {
        pipeline.vanishGuard = VanishGuard(maxVanish: share, minimum: 1)
      } else {
        collector.report(value.position, "'max_vanish' must be \(ParameterType.share.expectation)")
      }
    }
    let names = pipeline.stages.map(\.name) + written
    pipeline.gates = GateReader(collector: collector).read(members[.gates]?.value, stages: names)
    pipeline.keep = keep(MappingMembers(members.value(.keep), of: "'keep'", collector), collector)
    pipeline.store = StoreSettings(store: members.value(.store), audit: members.value(.audit), collector)
    if !collector.found.isEmpty { throw Diagnostics(collector.found) }
    return pipeline
  }

  private func keep(_ members: MappingMembers<KeepKey>, _ collector: DiagnosticCollector) -> KeepPolicy {
    var policy = KeepPolicy.standard
    func number(_ key: KeepKey, _ range: ClosedRange<Int64>) -> Int? {
      guard let node = members.value(key) else { return nil }
      if case .int(let value)? = YAMLScalar(node), range.contains(value) { return Int(value) }
      collector.report(
        node.position,
        "'\(key.rawValue)' must be a whole number from \(range.lowerBound) to \(range.upperBound), this is \(node.text ?? node.kindName)"
      )
      return nil
    }
    if let count = number(.generations, 1...10_000) { policy.generations = count }
    policy.seconds = number(.days, 0...100_000).map { Double($0) * 86_400 }
    return policy
  }

  /// Whether a text can be the name of a pipeline or of a variant: letters, digits, `-` and `_`.
  package static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 100
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }

  private func parameters(_ node: YAMLNode?, _ collector: DiagnosticCollector) -> [String: YAMLNode] {
    var result =
      node.map { collector.members($0, of: "'params'").mapValues(\.value) } ?? [:]
    for override in overrides where override.stage == "params" {
      guard let former = result[override.parameter] else {
        let guess = Suggestion.nearest(to: override.parameter, among: result.keys.sorted())
        collector.report(
          Diagnostic(
            override.source, SourcePosition(line: 1, column: 8),
            "the pipeline has no parameter '\(override.parameter)'",
            hint: guess.map { "Did you mean params.\($0)?" } ?? ""))
        continue
      }
      result[override.parameter] = Self.likeFormer(Self.node(of: override), former)
    }
    return result
  }

  /// A value in the types of the one that it takes the place of: where the file has a text, `2024` is one, too.
  private static func likeFormer(_ node: YAMLNode, _ former: YAMLNode) -> YAMLNode {
    func isText(_ node: YAMLNode) -> Bool {
      if case .string? = YAMLScalar(node) { true } else { false }
    }
    var node = node
    switch node.value {
    case .scalar(let text, _) where isText(former) || (former.sequence?.first).map(isText) ?? false:
      node.value = .scalar(text, isPlain: false)
    case .sequence(let nodes):
      guard let first = former.sequence?.first else { break }
      node.value = .sequence(nodes.map { likeFormer($0, first) })
    default: break
    }
    return node
  }

  static func node(of override: ParameterOverride) -> YAMLNode {
    let source = SourceText(name: "--set", bytes: Array(override.value.utf8))
    let position = SourcePosition(line: 1, column: override.valueColumn)
    if override.value.hasPrefix("[") || override.value.hasPrefix("{"),
      var node = try? YAMLReader.read(source)
    {
      node.position = position
      return node
    }
    return YAMLNode(value: .scalar(override.value, isPlain: true), position: position)
  }

  /// `strict: true` for all stages that know it.
  private func applyStrict(_ node: YAMLNode?, to pipeline: inout Pipeline, _ collector: DiagnosticCollector) {
    guard let node, !node.isNull else { return }
    guard case .bool(let isStrict)? = YAMLScalar(node) else {
      return collector.report(node.position, "'strict' must be true or false, this is \(node.text ?? node.kindName)")
    }
    guard isStrict else { return }
    for index in pipeline.stages.indices where pipeline.stages[index].definition.parameter("strict") != nil {
      pipeline.stages[index].parameters["strict"] = .bool(true)
    }
  }

  private func applyTolerate(
    _ node: YAMLNode?, to pipeline: inout Pipeline, written: [String], _ collector: DiagnosticCollector
  ) {
    guard let node, !node.isNull else { return }
    func share(_ node: YAMLNode) -> Double? {
      if let share = node.text.flatMap(Units.share) { return share }
      collector.report(
        node.position,
        "'tolerate' must be \(ParameterType.share.expectation), this is \(node.text.map { "'\($0)'" } ?? node.kindName)"
      )
      return nil
    }
    guard node.mapping != nil else {
      if let value = share(node) {
        for index in pipeline.stages.indices { pipeline.stages[index].tolerate = value }
      }
      return
    }
    let names = pipeline.stages.map { StageDeclarationReader.baseName($0.name) }
    // What names one stage of a family goes over what names the family.
    let members = collector.members(node, of: "'tolerate'").sorted {
      ($0.key.contains("@") ? 1 : 0, $0.key) < ($1.key.contains("@") ? 1 : 0, $1.key)
    }
    for (name, pair) in members {
      guard let value = share(pair.value) else { continue }
      // A stage that has mistakes of its own is there nevertheless.
      var found = written.contains(name)
      for index in pipeline.stages.indices
      where names[index] == name || pipeline.stages[index].name == name {
        pipeline.stages[index].tolerate = value
        found = true
      }
      if !found {
        collector.report(
          pair.key.position, "'tolerate' names a stage '\(name)' that does not exist",
          hint: Suggestion.hint(name, among: names))
      }
    }
  }
}
