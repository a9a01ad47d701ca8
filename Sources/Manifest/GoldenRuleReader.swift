import Foundations

/// Reads what `golden.yaml` says of one stage.
struct GoldenRuleReader {
  private let collector: DiagnosticCollector

  init(_ collector: DiagnosticCollector) { self.collector = collector }

  private enum TextKey: String, MappingKey { case compare, form, hold }
  private enum RecordsKey: String, MappingKey { case compare, absolute, relative, ignore }
  private enum VectorsKey: String, MappingKey { case compare, cosine, mean, hold }
  private enum ClustersKey: String, MappingKey { case compare, agreement }
  private enum RetrievalKey: String, MappingKey {
    case compare, questions, modes, drop, collection
    case limit = "top_k"
  }
  private enum InsightsKey: String, MappingKey { case compare, confidence, change }
  private enum DigestKey: String, MappingKey { case compare, files }

  /// - Parameters:
  ///   - node: `nil` when nothing is said but the name.
  ///   - type: what the stage makes.
  /// - Returns: `nil` when there is a mistake, which is reported.
  func read(_ node: YAMLNode?, of stage: String, type: String, at position: SourcePosition) -> GoldenRule? {
    guard let comparator = comparator(node, type) else { return nil }
    let what = "'\(stage)', compared by \(comparator.rawValue),"
    switch comparator {
    case .text:
      let members = MappingMembers<TextKey>(node, of: what, collector)
      var rule = GoldenRule.Text()
      rule.isNormalized = choice(members.value(.form), "form", ["exact", "normalised"]) == "normalised"
      rule.held = count(members.value(.hold), "hold", 0...1_000_000)
      return .text(rule)
    case .records:
      let members = MappingMembers<RecordsKey>(node, of: what, collector)
      var rule = GoldenRule.Records()
      set(&rule.absolute, members.value(.absolute), "absolute", 0...1e12)
      set(&rule.relative, members.value(.relative), "relative", 0...1)
      rule.ignored = texts(members.value(.ignore), "ignore") ?? []
      return .records(rule)
    case .vectors:
      let members = MappingMembers<VectorsKey>(node, of: what, collector)
      var rule = GoldenRule.Vectors()
      set(&rule.cosine, members.value(.cosine), "cosine", -1...1)
      // Who asks for more, or less, of each asks for it of the mean.
      if members.value(.cosine) != nil { rule.mean = rule.cosine }
      set(&rule.mean, members.value(.mean), "mean", -1...1)
      rule.held = count(members.value(.hold), "hold", 1...1_000_000)
      return .vectors(rule)
    case .clusters:
      let members = MappingMembers<ClustersKey>(node, of: what, collector)
      var rule = GoldenRule.Clusters()
      set(&rule.agreement, members.value(.agreement), "agreement", 0...1)
      return .clusters(rule)
    case .retrieval: return retrieval(MappingMembers<RetrievalKey>(node, of: what, collector), stage, position)
    case .insights:
      let members = MappingMembers<InsightsKey>(node, of: what, collector)
      var rule = GoldenRule.Insights()
      set(&rule.confidence, members.value(.confidence), "confidence", 0...1)
      set(&rule.change, members.value(.change), "change", 0...1)
      return .insights(rule)
    case .digest:
      let members = MappingMembers<DigestKey>(node, of: what, collector)
      var rule = GoldenRule.Files()
      rule.files = texts(members.value(.files), "files")
      return .digest(rule)
    }
  }

  private func comparator(_ node: YAMLNode?, _ type: String) -> GoldenComparator? {
    guard let named = node?.mapping?.first(where: { $0.key.text == "compare" })?.value, !named.isNull else {
      return GoldenComparator(fitting: type)
    }
    let names = GoldenComparator.allCases.map(\.rawValue)
    guard let comparator = named.text.flatMap(GoldenComparator.init) else {
      collector.report(
        named.position, "there is no comparator '\(named.text ?? named.kindName)'",
        hint: Suggestion.hint(
          named.text ?? "", among: names, otherwise: "There are: \(names.joined(separator: ", ")).")
      )
      return nil
    }
    guard comparator.fits(type) else {
      collector.report(
        named.position, "items of the type '\(type)' cannot be compared by \(comparator.rawValue)",
        hint: "By their type they are compared by \(GoldenComparator(fitting: type).rawValue).")
      return nil
    }
    return comparator
  }

  private func retrieval(_ members: MappingMembers<RetrievalKey>, _ stage: String, _ position: SourcePosition)
    -> GoldenRule?
  {
    var rule = GoldenRule.Retrieval()
    guard let questions = members.text(.questions), !questions.isEmpty else {
      collector.report(
        members[.questions]?.value.position ?? position,
        "'\(stage)' is an index, and no 'questions' to ask it are named",
        hint: "\(stage): {questions: golden/questions.jsonl}; a line for each, as `sluice eval` reads them.")
      return nil
    }
    rule.questions = questions
    if let node = members.value(.modes) {
      let list = node.sequence ?? [node]
      rule.modes = list.compactMap { choice($0, "modes", ["hybrid", "vector", "text"]) }
    }
    rule.limit = count(members.value(.limit), "top_k", 1...100_000) ?? rule.limit
    set(&rule.drop, members.value(.drop), "drop", 0...1)
    rule.collection = members.text(.collection)
    return .retrieval(rule)
  }

  /// Takes a number, or a share such as `2%`.
  private func set(_ target: inout Double, _ node: YAMLNode?, _ key: String, _ range: ClosedRange<Double>) {
    guard let node else { return }
    let text = node.text
    let value = text.flatMap { $0.hasSuffix("%") ? Units.share($0) : Double($0) }
    if let value, range.contains(value) {
      target = value
    } else {
      func shown(_ bound: Double) -> String { Units.decimal(bound, 0) }
      collector.report(
        node.position,
        "'\(key)' must be a number from \(shown(range.lowerBound)) to \(shown(range.upperBound)), this is '\(text ?? node.kindName)'"
      )
    }
  }

  private func count(_ node: YAMLNode?, _ key: String, _ range: ClosedRange<Int>) -> Int? {
    guard let node else { return nil }
    if let value = node.text.flatMap({ Int($0) }), range.contains(value) { return value }
    collector.report(
      node.position,
      "'\(key)' must be a whole number from \(range.lowerBound) to \(Units.show(range.upperBound)), this is '\(node.text ?? node.kindName)'"
    )
    return nil
  }

  private func choice(_ node: YAMLNode?, _ key: String, _ words: [String]) -> String? {
    guard let node else { return nil }
    if let text = node.text, words.contains(text) { return text }
    collector.report(
      node.position,
      "'\(key)' must be one of \(words.joined(separator: ", ")), this is '\(node.text ?? node.kindName)'",
      hint: node.text.map { Suggestion.hint($0, among: words) } ?? "")
    return nil
  }

  /// A list of texts, or one alone.
  private func texts(_ node: YAMLNode?, _ key: String) -> [String]? {
    guard let node else { return nil }
    guard node.mapping == nil else {
      collector.report(node.position, "'\(key)' must be a list of names, this is \(node.kindName)")
      return nil
    }
    return (node.sequence ?? [node]).compactMap { entry in
      if let text = entry.text, !text.isEmpty { return text }
      collector.report(entry.position, "an entry of '\(key)' must be a text, this is \(entry.kindName)")
      return nil
    }
  }
}
