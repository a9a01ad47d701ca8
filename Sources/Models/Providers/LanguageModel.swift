import Foundations
import Manifest
import Synchronization

/// A chat model with those that take over when it cannot answer.
///
/// Each question is paid for once: answers are kept by the whole question and by who was asked, and two threads with
/// the same question ask once.
package final class LanguageModel: Sendable {
  private let clients: [ServiceClient]
  private let environment: ProviderEnvironment
  private let audit: AuditLog
  private let learnt: Mutex<[String: LearntLimits]>
  /// Questions that are being asked just now.
  private let asking = Monitor<Set<Digest>>([])
  /// Providers that could not answer, with why and until when they are not asked again: a dead server must not cost
  /// every question its whole patience.
  private let out = Mutex<[String: (error: SluiceError, until: UInt64)]>([:])

  private static let restsFor = 60.0

  /// - Parameter chain: whom to ask, and who takes over, in order; all of kind `openai`.
  /// - Throws: `.usage` when one of them is none, its URL is none or its key is not set.
  package init(_ chain: [Provider], _ environment: ProviderEnvironment) throws(SluiceError) {
    var clients: [ServiceClient] = []
    for provider in chain {
      guard provider.kind == .openai else {
        throw SluiceError(
          .usage, "the provider '\(provider.name)' is a model for vectors: it writes no text",
          advice: "Name a provider of kind openai.")
      }
      clients.append(try ServiceClient(provider, environment))
    }
    self.clients = clients
    self.environment = environment
    audit = AuditLog.shared(directory: environment.auditDirectory)
    learnt = Mutex(
      Dictionary(
        clients.map { ($0.account, LearntLimits.load($0.account, directory: environment.directory)) },
        uniquingKeysWith: { first, _ in first }))
  }

  /// How many questions may be under way at once.
  package var concurrent: Int { clients.first?.provider.limits.concurrent ?? 1 }

  /// The answer, from the cache or from the first provider of the chain that can give one.
  ///
  /// Blocks; call it on a thread that may.
  /// - Throws: `.budget` when only money is missing, `.service` when nobody can answer, `.frozen`, `.interrupted`.
  package func ask(_ request: ChatRequest) throws(SluiceError) -> ChatAnswer {
    let keys = clients.map { key(request, $0.provider) }
    guard let first = keys.first else { throw SluiceError(.usage, "no provider is named") }
    _ = asking.wait { state -> Bool? in state.insert(first).inserted ? true : nil }
    defer { asking.update { _ = $0.remove(first) } }
    for key in keys {
      do {
        if let bytes = try environment.answers.get(key), let answer = ChatAnswer(cached: bytes) { return answer }
      } catch { throw SluiceError(wrapping: error) }
    }
    var last: SluiceError?
    for (client, key) in zip(clients, keys) {
      if let known = out.withLock({ $0[client.provider.name] }), MonotonicClock.now < known.until {
        last = known.error
        continue
      }
      do throws(ServiceFailure) {
        let answer = try ask(request, client)
        do { try environment.answers.put(key, answer.bytes) } catch { throw .stopped(SluiceError(wrapping: error)) }
        return answer
      } catch {
        switch error {
        case .stopped(let error): throw error
        case .rejected(let status, let message):
          last = SluiceError(
            .service,
            "\(client.endpoint.baseURL) (\(client.provider.model)) refuses the request (HTTP \(status)): \(message)",
            advice: "Check the model's name; a long prompt may need a model with a larger window.")
        case .unavailable(let error):
          last = error
          giveUp(client.provider, error)
        }
      }
    }
    throw last ?? SluiceError(.service, "none of the providers answers")
  }

  private func giveUp(_ provider: Provider, _ error: SluiceError) {
    let until = MonotonicClock.deadline(after: Self.restsFor)
    let isNew = out.withLock { $0.updateValue((error, until), forKey: provider.name) == nil }
    if isNew, let fallback = provider.fallback {
      environment.log(true, "\(error.message): '\(fallback)' takes over")
    }
  }

  private func key(_ request: ChatRequest, _ provider: Provider) -> Digest {
    var hasher = DigestHasher()
    request.hash(into: &hasher)
    hasher.field((try? ServiceEndpoint.normalized(provider.baseURL)) ?? provider.baseURL)
    hasher.field(provider.model)
    hasher.field(provider.revision ?? "")
    return hasher.finalize()
  }

  private func ask(_ request: ChatRequest, _ client: ServiceClient) throws(ServiceFailure) -> ChatAnswer {
    let provider = client.provider
    let account = client.account
    let expected = request.promptTokens + request.maxTokens
    let estimate = Self.dollars(provider.prices, request.promptTokens, request.maxTokens)
    try audit.waitForLeave(provider, dollars: estimate, environment)
    var entry: AuditEntry?
    defer { audit.settle(provider.name, reserved: estimate, entry, environment) }
    while true {
      let limits = learnt.withLock { $0[account] ?? LearntLimits() }
      do throws(ServiceFailure) {
        let body = ChatProtocol.body(request, model: provider.model, without: limits.without)
        let reply = try client.post("/chat/completions", body, tokens: expected)
        guard let text = ChatProtocol.text(reply.json) else {
          throw .unavailable(
            SluiceError(
              .service,
              "\(client.endpoint.baseURL) (\(provider.model)) answers wrongly: there is no choices[0].message.content"))
        }
        let usage = ChatProtocol.usage(reply.json)
        let prompt = usage?.prompt ?? request.messages.reduce(0) { $0 + $1.text.utf8.count / 4 }
        let completion = usage?.completion ?? text.utf8.count / 4
        let answer = ChatAnswer(
          text: text, provider: provider.name, model: reply.json["model"]?.string ?? provider.model,
          promptTokens: prompt, completionTokens: completion, cost: Self.dollars(provider.prices, prompt, completion))
        entry = AuditEntry(
          time: .now, pipeline: environment.pipeline, stage: environment.stage, run: environment.run,
          purpose: request.purpose, provider: provider.name, baseURL: client.endpoint.baseURL, model: provider.model,
          answeredBy: answer.model, prompt: request.messages, evidenceIDs: request.evidenceIDs, promptTokens: prompt,
          completionTokens: completion, isEstimate: usage == nil, cost: answer.cost, answer: Digest(of: text),
          tries: reply.tries, seconds: reply.seconds)
        return answer
      } catch {
        guard case .rejected(_, let message) = error,
          let member = ChatProtocol.refusedMember(message, request, without: limits.without)
        else { throw error }
        let now = learnt.withLock { learnt in
          learnt[account, default: LearntLimits()].without.insert(member)
          return learnt[account]
        }
        now?.save(account, directory: environment.directory)
      }
    }
  }

  private static func dollars(_ prices: Provider.Prices, _ prompt: Int, _ completion: Int) -> Double {
    (Double(prompt) * prices.input + Double(completion) * prices.output) / 1e6
  }
}
