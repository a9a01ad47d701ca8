import Foundations

/// Reads one entry of `providers.yaml`.
struct ProviderReader {
  private let collector: DiagnosticCollector

  private enum Key: String, MappingKey {
    case kind, model
    case baseURL = "base_url"
    case keyVariable = "key_env"
    case revision, prices, limits, budget, timeout, attempts, patience, fallback, precision, device
  }

  private static let remoteOnly: [Key] = [
    .baseURL, .keyVariable, .revision, .prices, .limits, .budget, .timeout, .attempts, .patience,
  ]
  private static let localOnly: [Key] = [.precision, .device]

  private enum PriceKey: String, MappingKey {
    case input, output
  }

  private enum LimitKey: String, MappingKey {
    case requestsPerMinute = "requests_per_minute"
    case tokensPerMinute = "tokens_per_minute"
    case concurrent, batch
    case batchTokens = "batch_tokens"
  }

  private enum BudgetKey: String, MappingKey {
    case perRun = "per_run"
    case perDay = "per_day"
  }

  init(_ collector: DiagnosticCollector) { self.collector = collector }

  func read(_ key: YAMLNode, _ node: YAMLNode) -> Provider? {
    guard let name = key.text else { return nil }
    if !PipelineReader.isName(name) {
      collector.report(key.position, "'\(name)' is no name for a provider: letters, digits, '-' and '_' only")
    }
    if ["rules", "extractive"].contains(name) {
      collector.report(key.position, "'\(name)' means 'without a model' in stages: a provider needs another name")
    }
    let members = MappingMembers<Key>(node, of: "the provider '\(name)'", collector)
    guard let kindText = members.text(.kind) else {
      if members[.kind] == nil {
        collector.report(key.position, "the provider '\(name)' has no 'kind'", hint: "kind: local, or kind: openai")
      }
      return nil
    }
    guard let kind = Provider.Kind(rawValue: kindText) else {
      let known = Provider.Kind.allCases.map(\.rawValue)
      collector.report(
        members.position(.kind, else: node), "there is no kind '\(kindText)' of provider",
        hint: Suggestion.hint(
          kindText, among: known,
          otherwise: "local runs a model here; openai is any server that speaks OpenAI's protocol."))
      return nil
    }
    guard let model = members.text(.model), !model.isEmpty else {
      if members[.model] == nil {
        collector.report(
          key.position, "the provider '\(name)' names no 'model'",
          hint: "One provider for each model: model: gpt-4o-mini")
      }
      return nil
    }
    for wrong in kind == .local ? Self.remoteOnly : Self.localOnly {
      guard let member = members[wrong] else { continue }
      collector.report(member.key.position, "a provider of kind \(kind.rawValue) has no '\(wrong.rawValue)'")
    }
    var provider = Provider(
      name: name, kind: kind, model: model, baseURL: members.text(.baseURL) ?? Provider.openAIBaseURL,
      keyVariable: members.text(.keyVariable))
    provider.revision = members.text(.revision)
    provider.fallback = members.text(.fallback)
    provider.precision = members.text(.precision)
    provider.device = members.text(.device)
    if let seconds = seconds(members, .timeout) { provider.timeout = seconds }
    if let seconds = seconds(members, .patience) { provider.patience = seconds }
    if let attempts = number(members, .attempts, atLeast: 1) { provider.attempts = Int(clamping: min(attempts, 100)) }
    provider.prices = prices(MappingMembers(members.value(.prices), of: "'prices'", collector))
    provider.limits = limits(MappingMembers(members.value(.limits), of: "'limits'", collector))
    let budget = MappingMembers<BudgetKey>(members.value(.budget), of: "'budget'", collector)
    provider.budget = Provider.Budget(
      perRun: number(budget, .perRun, atLeast: 0), perDay: number(budget, .perDay, atLeast: 0))
    if let node = members[.budget]?.value, provider.prices == Provider.Prices() {
      collector.report(
        node.position, "a budget without prices can never be reached",
        hint: "Say what a million tokens cost in US dollars: prices: {input: 0.15, output: 0.60}")
    }
    return provider
  }

  private func prices(_ members: MappingMembers<PriceKey>) -> Provider.Prices {
    Provider.Prices(
      input: number(members, .input, atLeast: 0) ?? 0, output: number(members, .output, atLeast: 0) ?? 0)
  }

  private func limits(_ members: MappingMembers<LimitKey>) -> Provider.Limits {
    var limits = Provider.Limits()
    limits.requestsPerMinute = number(members, .requestsPerMinute, atLeast: 0.001)
    limits.tokensPerMinute = number(members, .tokensPerMinute, atLeast: 1)
    if let value = number(members, .concurrent, atLeast: 1) { limits.concurrent = Int(clamping: min(value, 1000)) }
    limits.batch = number(members, .batch, atLeast: 1).map { Int(clamping: min($0, 100_000)) }
    limits.batchTokens = number(members, .batchTokens, atLeast: 1).map { Int(clamping: min($0, 1e9)) }
    return limits
  }

  private func seconds(_ members: MappingMembers<Key>, _ key: Key) -> Double? {
    guard let node = members.value(key) else { return nil }
    if let seconds = node.text.flatMap(Units.seconds), seconds > 0 { return seconds }
    collector.report(node.position, "'\(key.rawValue)' must be \(ParameterType.duration.expectation)")
    return nil
  }

  private func number<K>(_ members: MappingMembers<K>, _ key: K, atLeast least: Double) -> Double? {
    guard let node = members.value(key) else { return nil }
    let value: Double? =
      switch YAMLScalar(node) {
      case .int(let number): Double(number)
      case .float(let number): number
      default: nil
      }
    guard let value, value.isFinite, value >= least else {
      collector.report(
        node.position,
        "'\(key.rawValue)' must be a number of at least \(least == least.rounded() ? String(Int(clamping: least)) : "\(least)")"
      )
      return nil
    }
    return value
  }
}
