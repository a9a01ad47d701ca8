import Foundations
import Manifest

/// A chat model with those that take over when it cannot answer.
///
/// Each question is paid for once: answers are kept by the whole question and by who was asked, and two threads with
/// the same question ask once.
package final class LanguageModel: Sendable {
  private let chain: ProviderChain
  /// Questions that are being asked just now.
  private let asking = Monitor<Set<Digest>>([])

  /// - Parameter chain: whom to ask, and who takes over, in order; all of kind `openai`.
  /// - Throws: `.usage` when one of them is none, its URL is none or its key is not set.
  package init(_ chain: [Provider], _ environment: ProviderEnvironment) throws(SluiceError) {
    if let provider = chain.first(where: { $0.kind != .openai }) {
      throw SluiceError(
        .usage, "the provider '\(provider.name)' is a model for vectors: it writes no text",
        advice: "Name a provider of kind openai.")
    }
    self.chain = try ProviderChain(chain, environment)
  }

  /// How many questions may be under way at once.
  package var concurrent: Int { chain.first.provider.limits.concurrent }

  /// The answer, from the cache or from the first provider of the chain that can give one.
  ///
  /// Blocks; call it on a thread that may.
  /// - Throws: `.budget` when only money is missing, `.service` when nobody can answer, `.frozen`, `.interrupted`.
  package func ask(_ request: ChatRequest) throws(SluiceError) -> ChatAnswer {
    let keys = chain.clients.map { key(request, $0.provider) }
    let answers = chain.environment.answers
    _ = asking.wait { state -> Bool? in state.insert(keys[0]).inserted ? true : nil }
    defer { asking.update { _ = $0.remove(keys[0]) } }
    for key in keys {
      do {
        if let bytes = try answers.get(key), let answer = ChatAnswer(cached: bytes) { return answer }
      } catch { throw SluiceError(wrapping: error) }
    }
    return try chain.ask { (number) throws(ServiceFailure) in
      let answer = try ask(request, chain.clients[number])
      do { try answers.put(keys[number], answer.bytes) } catch { throw .stopped(SluiceError(wrapping: error)) }
      return answer
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

  /// How often a question is asked whose answer is none.
  private static let tries = 2

  private func ask(_ request: ChatRequest, _ client: ServiceClient) throws(ServiceFailure) -> ChatAnswer {
    var request = request
    var tries = 1
    while true {
      let (answer, flaw) = try chain.pay(client, prompt: request.promptTokens, completion: request.maxTokens) {
        () throws(ServiceFailure) in try obliging(request, client, number: tries)
      }
      guard let flaw else { return answer }
      guard tries < Self.tries else { throw .unusable(reason: flaw.reason, isCut: flaw.isCut) }
      chain.environment.log(true, "\(client.who) gave no answer that can be used: \(flaw.reason); it is asked again")
      // What was cut off for want of room may fit into twice as much.
      if flaw.isCut { request.maxTokens *= 2 }
      tries += 1
    }
  }

  /// One question, without the members that the server turns out not to know.
  private func obliging(_ request: ChatRequest, _ client: ServiceClient, number: Int) throws(ServiceFailure) -> (
    (ChatAnswer, Flaw?), ProviderChain.Bill
  ) {
    while true {
      let without = chain.limits(client).without
      do throws(ServiceFailure) {
        return try exchange(request, client, without: without, number: number)
      } catch {
        guard case .rejected(_, let message) = error,
          let member = ChatProtocol.refusedMember(message, request, without: without)
        else { throw error }
        chain.learn(client) { $0.without.insert(member) }
      }
    }
  }

  /// Why an answer is none.
  private typealias Flaw = (reason: String, isCut: Bool)

  /// One request, and what it came to.
  private func exchange(_ request: ChatRequest, _ client: ServiceClient, without: Set<String>, number: Int)
    throws(ServiceFailure)
    -> ((ChatAnswer, Flaw?), ProviderChain.Bill)
  {
    let provider = client.provider
    let body = ChatProtocol.body(request, model: provider.model, without: without)
    let reply = try client.post(
      "/chat/completions", body, tokens: request.promptTokens + request.maxTokens, number: number)
    let said = try? reply.json.decoded(as: ChatCompletion.self)
    guard let said, let text = said.text else {
      throw .unavailable(
        SluiceError(.service, "\(client.who) answers wrongly: there is no choices[0].message.content"))
    }
    let counted = said.usage?.prompt
    let prompt = counted ?? request.messages.reduce(0) { $0 + $1.text.utf8.count / 4 }
    let completion = counted == nil ? text.utf8.count / 4 : said.usage?.completion ?? 0
    let answer = ChatAnswer(
      text: text, provider: provider.name, model: said.model ?? provider.model, promptTokens: prompt,
      completionTokens: completion, cost: provider.prices.dollars(prompt: prompt, completion: completion))
    return (
      (answer, said.flaw),
      ProviderChain.Bill(
        purpose: request.purpose, answeredBy: answer.model, prompt: request.messages, evidenceIDs: request.evidenceIDs,
        promptTokens: prompt, completionTokens: completion, isEstimate: counted == nil, answer: Digest(of: text),
        reply: reply)
    )
  }
}
