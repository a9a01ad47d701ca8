import Foundations

/// Reads one entry of `providers.yaml`.
struct ProviderReader {
  private let collector: DiagnosticCollector

  private static let keys = [
    "kind", "model", "base_url", "key_env", "revision", "prices", "limits", "budget", "timeout", "attempts",
    "patience", "fallback", "precision", "device",
  ]
  private static let remoteOnly = [
    "base_url", "key_env", "revision", "prices", "limits", "budget", "timeout", "attempts", "patience",
  ]
  private static let localOnly = ["precision", "device"]

  init(_ collector: DiagnosticCollector) { self.collector = collector }

  private typealias Members = [String: (key: YAMLNode, value: YAMLNode)]

  func read(_ key: YAMLNode, _ node: YAMLNode) -> Provider? {
    guard let name = key.text else { return nil }
    if !PipelineReader.isName(name) {
      collector.report(key.position, "'\(name)' is no name for a provider: letters, digits, '-' and '_' only")
    }
    if ["rules", "extractive"].contains(name) {
      collector.report(key.position, "'\(name)' means 'without a model' in stages: a provider needs another name")
    }
    let members = collector.members(node, of: "the provider '\(name)'", known: Self.keys)
    guard let kindText = text(members, "kind") else {
      if members["kind"] == nil {
        collector.report(key.position, "the provider '\(name)' has no 'kind'", hint: "kind: local, or kind: openai")
      }
      return nil
    }
    guard let kind = Provider.Kind(rawValue: kindText) else {
      let known = Provider.Kind.allCases.map(\.rawValue)
      let guess = Suggestion.nearest(to: kindText, among: known)
      collector.report(
        members["kind"]!.value.position, "there is no kind '\(kindText)' of provider",
        hint: guess.map { "Did you mean '\($0)'?" }
          ?? "local runs a model here; openai is any server that speaks OpenAI's protocol.")
      return nil
    }
    guard let model = text(members, "model"), !model.isEmpty else {
      if members["model"] == nil {
        collector.report(
          key.position, "the provider '\(name)' names no 'model'",
          hint: "One provider for each model: model: gpt-4o-mini")
      }
      return nil
    }
    for wrong in kind == .local ? Self.remoteOnly : Self.localOnly {
      guard let member = members[wrong] else { continue }
      collector.report(member.key.position, "a provider of kind \(kind.rawValue) has no '\(wrong)'")
    }
    var provider = Provider(
      name: name, kind: kind, model: model, baseURL: text(members, "base_url") ?? Provider.openAIBaseURL,
      keyVariable: text(members, "key_env"))
    provider.revision = text(members, "revision")
    provider.fallback = text(members, "fallback")
    provider.precision = text(members, "precision")
    provider.device = text(members, "device")
    if let seconds = seconds(members, "timeout") { provider.timeout = seconds }
    if let seconds = seconds(members, "patience") { provider.patience = seconds }
    if let attempts = number(members, "attempts", atLeast: 1) { provider.attempts = Int(clamping: min(attempts, 100)) }
    provider.prices = prices(members["prices"]?.value)
    provider.limits = limits(members["limits"]?.value)
    let budget = section(members["budget"]?.value, "'budget'", ["per_run", "per_day"])
    provider.budget = Provider.Budget(
      perRun: number(budget, "per_run", atLeast: 0), perDay: number(budget, "per_day", atLeast: 0))
    if let node = members["budget"]?.value, provider.prices == Provider.Prices() {
      collector.report(
        node.position, "a budget without prices can never be reached",
        hint: "Say what a million tokens cost in US dollars: prices: {input: 0.15, output: 0.60}")
    }
    return provider
  }

  private func prices(_ node: YAMLNode?) -> Provider.Prices {
    let members = section(node, "'prices'", ["input", "output"])
    return Provider.Prices(
      input: number(members, "input", atLeast: 0) ?? 0, output: number(members, "output", atLeast: 0) ?? 0)
  }

  private func limits(_ node: YAMLNode?) -> Provider.Limits {
    let members = section(
      node, "'limits'", ["requests_per_minute", "tokens_per_minute", "concurrent", "batch", "batch_tokens"])
    var limits = Provider.Limits()
    limits.requestsPerMinute = number(members, "requests_per_minute", atLeast: 0.001)
    limits.tokensPerMinute = number(members, "tokens_per_minute", atLeast: 1)
    if let value = number(members, "concurrent", atLeast: 1) { limits.concurrent = Int(clamping: min(value, 1000)) }
    limits.batch = number(members, "batch", atLeast: 1).map { Int(clamping: min($0, 100_000)) }
    limits.batchTokens = number(members, "batch_tokens", atLeast: 1).map { Int(clamping: min($0, 1e9)) }
    return limits
  }

  private func section(_ node: YAMLNode?, _ what: String, _ known: [String]) -> Members {
    guard let node, !node.isNull else { return [:] }
    return collector.members(node, of: what, known: known)
  }

  private func text(_ members: Members, _ key: String) -> String? {
    guard let node = members[key]?.value, !node.isNull else { return nil }
    if let text = node.text { return text }
    collector.report(node.position, "'\(key)' must be a text, this is \(node.kindName)")
    return nil
  }

  private func seconds(_ members: Members, _ key: String) -> Double? {
    guard let node = members[key]?.value, !node.isNull else { return nil }
    if let seconds = node.text.flatMap(Units.seconds), seconds > 0 { return seconds }
    collector.report(node.position, "'\(key)' must be \(ParameterType.duration.expectation)")
    return nil
  }

  private func number(_ members: Members, _ key: String, atLeast least: Double) -> Double? {
    guard let node = members[key]?.value, !node.isNull else { return nil }
    let value: Double? =
      switch YAMLScalar(node) {
      case .int(let number): Double(number)
      case .float(let number): number
      default: nil
      }
    guard let value, value.isFinite, value >= least else {
      collector.report(
        node.position,
        "'\(key)' must be a number of at least \(least == least.rounded() ? String(Int(clamping: least)) : "\(least)")")
      return nil
    }
    return value
  }
}
