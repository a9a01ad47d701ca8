import Foundations
import Manifest
import Synchronization

/// The servers that may be asked, and what asking them all has in common: who takes over, what may be spent, what is
/// written down, what refusals taught. What is asked, and how an answer is read, is its users' business.
final class ProviderChain: Sendable {
  let clients: [ServiceClient]
  let environment: ProviderEnvironment
  private let audit: AuditLog
  /// By account.
  private let learnt: Mutex<[String: LearntLimits]>
  /// Providers that could not answer, with why and until when they are not asked again: a dead server must not cost
  /// every question its whole patience.
  private let out = Mutex<[String: (error: SluiceError, until: UInt64)]>([:])
  private let rest: Double

  /// - Parameters:
  ///   - providers: whom to ask, and who takes over, in order; at least one, all of kind `openai`.
  ///   - rest: seconds for which one that could not answer is not asked again.
  /// - Throws: `.usage` when a URL is none or a key is not set.
  init(_ providers: [Provider], rest: Double = 60, _ environment: ProviderEnvironment) throws(SluiceError) {
    guard !providers.isEmpty else { throw SluiceError(.usage, "no provider is named") }
    var clients: [ServiceClient] = []
    for provider in providers { clients.append(try ServiceClient(provider, environment)) }
    self.clients = clients
    self.environment = environment
    self.rest = rest
    audit = AuditLog.shared(directory: environment.auditDirectory)
    learnt = Mutex(
      Dictionary(
        clients.map { ($0.account, LearntLimits.load($0.account, directory: environment.directory)) },
        uniquingKeysWith: { first, _ in first }))
  }

  /// The one that is asked first.
  var first: ServiceClient { clients[0] }

  /// The one that is asked next, as far as is known.
  var current: ServiceClient { clients.first { rests($0) == nil } ?? first }

  // MARK: Who takes over

  /// Asks one after another, until one answers.
  /// - Parameter question: asks one of the clients, by its number.
  /// - Throws: what the last one could not answer for, or what stops all.
  func ask<T>(_ question: (Int) throws(ServiceFailure) -> T) throws(SluiceError) -> T {
    var last: SluiceError?
    for (number, client) in clients.enumerated() {
      if let error = rests(client) {
        last = error
        continue
      }
      do throws(ServiceFailure) {
        return try question(number)
      } catch {
        switch error {
        case .stopped(let error): throw error
        case .rejected(let status, let message):
          last = SluiceError(
            .service, "\(client.who) refuses the request (HTTP \(status)): \(message)",
            advice: "Check the model's name; a long prompt may need a model with a larger window.")
        case .unusable(let reason, let isCut):
          // That says something of the question, not of the server: others may still be asked of it.
          last = SluiceError(
            .service, "\(client.who) gave no answer that can be used: \(reason)",
            advice: isCut
              ? "A model with room for longer answers, or less evidence for each question, helps; the next run asks again."
              : "The next run asks again; a fallback in providers.yaml can take over.")
        case .unavailable(let error):
          last = error
          giveUp(number, error)
        }
      }
    }
    guard let last else { preconditionFailure("a chain has at least one provider") }
    throw last
  }

  /// Why one is not to be asked just now.
  private func rests(_ client: ServiceClient) -> SluiceError? {
    out.withLock { out in
      out[client.provider.name].flatMap { MonotonicClock.now < $0.until ? $0.error : nil }
    }
  }

  private func giveUp(_ number: Int, _ error: SluiceError) {
    let until = MonotonicClock.deadline(after: rest)
    let isNew = out.withLock { $0.updateValue((error, until), forKey: clients[number].provider.name) == nil }
    if isNew, number + 1 < clients.count {
      environment.log(true, "\(error.message): '\(clients[number + 1].provider.name)' takes over")
    }
  }

  // MARK: What may be spent

  /// What an answer came to, for the audit log.
  struct Bill {
    var purpose: String
    /// The model as the server names it.
    var answeredBy: String
    var prompt: [ChatMessage] = []
    var evidenceIDs: [String] = []
    var promptTokens: Int
    var completionTokens: Int
    /// Whether the server did not say the tokens.
    var isEstimate: Bool
    var answer: Digest
    var reply: ServiceClient.Answer
  }

  /// Asks within the budget, and writes down what was paid for.
  /// - Parameters:
  ///   - prompt: how many tokens the request has at the most; `completion`: the answer.
  ///   - request: what came of it, and what it came to.
  func pay<T>(
    _ client: ServiceClient, prompt: Int, completion: Int, _ request: () throws(ServiceFailure) -> (T, Bill)
  ) throws(ServiceFailure) -> T {
    let provider = client.provider
    let estimate = provider.prices.dollars(prompt: prompt, completion: completion)
    try audit.waitForLeave(provider, dollars: estimate, environment)
    var entry: AuditEntry?
    defer { audit.settle(provider.name, reserved: estimate, entry, environment) }
    let (result, bill) = try request()
    entry = AuditEntry(
      time: .now, pipeline: environment.pipeline, stage: environment.stage, run: environment.run,
      purpose: bill.purpose, provider: provider.name, baseURL: client.endpoint.baseURL, model: provider.model,
      answeredBy: bill.answeredBy, prompt: bill.prompt, evidenceIDs: bill.evidenceIDs, promptTokens: bill.promptTokens,
      completionTokens: bill.completionTokens, isEstimate: bill.isEstimate,
      cost: provider.prices.dollars(prompt: bill.promptTokens, completion: bill.completionTokens), answer: bill.answer,
      tries: bill.reply.tries, seconds: bill.reply.seconds)
    return result
  }

  // MARK: What refusals taught

  func limits(_ client: ServiceClient) -> LearntLimits {
    learnt.withLock { $0[client.account] ?? LearntLimits() }
  }

  func learn(_ client: ServiceClient, _ change: (inout LearntLimits) -> Void) {
    let limits = learnt.withLock { learnt in
      change(&learnt[client.account, default: LearntLimits()])
      return learnt[client.account, default: LearntLimits()]
    }
    limits.save(client.account, directory: environment.directory)
  }
}

extension Provider.Prices {
  /// Of so many tokens.
  func dollars(prompt: Int, completion: Int) -> Double {
    (Double(prompt) * input + Double(completion) * output) / 1e6
  }
}
