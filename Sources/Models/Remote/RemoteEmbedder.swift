import Foundations
import Manifest
import Synchronization

/// Embeds texts with a server's `/v1/embeddings`.
///
/// A batch that is too large is divided, and what that taught is remembered; a text that the server refuses is found
/// by halving and fails alone. When the server is down, one with the same model may take over, once its vectors were
/// seen to be the same.
package final class RemoteEmbedder: TextEmbedder {
  private let chain: ProviderChain
  private let batch: Int
  private let prefixes: TextPrefixes
  private let isGuarded: Bool
  /// The width that the model gave first; `nil` until then.
  private let width: Mutex<Int?>
  private let canary: CanaryGuard

  /// - Parameters:
  ///   - chain: whom to ask; the others must serve the same model, and take over when the first is down.
  ///   - dimensions: the width that is expected; `nil`: what comes first counts.
  ///   - batch: the most texts in one request.
  ///   - rest: see `ProviderChain`.
  ///   - isGuarded: whether it is first seen that the server still gives the vectors that it gave before.
  /// - Throws: `.usage` when a URL is none, a key is not set, or a fallback has another model.
  package init(
    _ chain: [Provider], dimensions: Int? = nil, batch: Int = 64, prefixes: TextPrefixes = TextPrefixes(),
    rest: Double = .infinity, isGuarded: Bool = true, _ environment: ProviderEnvironment
  ) throws(SluiceError) {
    self.chain = try ProviderChain(chain, rest: rest, environment)
    if let provider = chain.first(where: { $0.kind != .openai || $0.model != chain[0].model }) {
      throw SluiceError(
        .usage,
        "'\(provider.name)' cannot take over from '\(chain[0].name)': its vectors would be of another space",
        advice: "For embeddings, a fallback must be a server with the same model (\(chain[0].model)).")
    }
    self.prefixes = prefixes
    self.isGuarded = isGuarded
    self.batch = max(1, min(batch, chain[0].limits.batch ?? batch))
    width = Mutex(dimensions)
    canary = CanaryGuard()
  }

  package var requestSize: Int { min(batch, chain.limits(chain.current).batch ?? batch) }

  package var passport: VectorPassport {
    let provider = chain.first.provider
    var fields = PassportFields()
    fields.provider = "openai"
    fields.baseURL = chain.first.endpoint.baseURL
    fields.model = provider.model
    fields.normalization = "l2"
    fields.dimensions = width.withLock { $0 }
    fields.keyVariable = provider.keyVariable
    fields.revision = provider.revision
    prefixes.describe(in: &fields)
    return VectorPassport(fields)
  }

  package func embed(_ texts: [String], as role: TextRole) throws(SluiceError) -> [EmbeddingOutcome] {
    if texts.isEmpty { return [] }
    let prefix = prefixes.prefix(of: role)
    return try embed(prefix.isEmpty ? texts : texts.map { prefix + $0 })
  }

  private func embed(_ texts: [String]) throws(SluiceError) -> [EmbeddingOutcome] {
    try chain.ask { (number) throws(ServiceFailure) in
      if isGuarded { try checkCanary(number) }
      return try split(texts, chain.clients[number])
    }
  }

  /// In requests as large as the server takes.
  private func split(_ texts: [String], _ client: ServiceClient) throws(ServiceFailure) -> [EmbeddingOutcome] {
    var outcomes: [EmbeddingOutcome] = []
    outcomes.reserveCapacity(texts.count)
    var start = 0
    while start < texts.count {
      let limits = chain.limits(client)
      let most = min(batch, limits.batch ?? batch)
      let mostBytes = min(
        limits.batchBytes ?? .max, client.provider.limits.batchTokens.map { $0 * 3 } ?? .max)
      var end = start
      var bytes = 0
      while end < texts.count, end - start < most {
        bytes += texts[end].utf8.count
        if end > start, bytes > mostBytes { break }
        end += 1
      }
      outcomes += try request(texts[start..<end], client).outcomes
      start = end
    }
    return outcomes
  }

  /// One request, or several when the server refuses it.
  /// - Returns: `largest`: the most texts that went through at once.
  private func request(_ texts: ArraySlice<String>, _ client: ServiceClient) throws(ServiceFailure) -> (
    outcomes: [EmbeddingOutcome], largest: ArraySlice<String>
  ) {
    do throws(ServiceFailure) {
      return (try vectors(texts, client).map { .vector(EmbeddedText(values: $0)) }, texts)
    } catch {
      guard case .rejected(let status, let message) = error else { throw error }
      guard texts.count > 1 else {
        let reason = "the model refuses this text (HTTP \(status)): \(message)"
        return ([.failed(ItemProblem("rejected", reason))], [])
      }
      if let named = EmbeddingProtocol.namedLimit(message, below: texts.count) {
        chain.learn(client) { $0.batch = min($0.batch ?? named, named) }
        return (try split(Array(texts), client), texts.prefix(named))
      }
      let middle = texts.startIndex + texts.count / 2
      let left = try request(texts[..<middle], client)
      let right = try request(texts[middle...], client)
      let outcomes = left.outcomes + right.outcomes
      let largest = left.largest.count >= right.largest.count ? left.largest : right.largest
      // When each text went through on its own, it was the batch that was too large.
      let wasSize = !outcomes.contains { if case .failed = $0 { true } else { false } }
      if wasSize, !largest.isEmpty {
        if message.lowercased().contains("token") || status == 413 {
          let bytes = largest.reduce(0) { $0 + $1.utf8.count }
          chain.learn(client) { $0.batchBytes = min($0.batchBytes ?? bytes, bytes) }
        } else {
          chain.learn(client) { $0.batch = min($0.batch ?? largest.count, largest.count) }
        }
      }
      return (outcomes, largest)
    }
  }

  private func vectors(_ texts: ArraySlice<String>, _ client: ServiceClient) throws(ServiceFailure) -> [[Float]] {
    let tokens = texts.reduce(0) { $0 + $1.utf8.count / 3 + 1 }
    return try chain.pay(client, prompt: tokens, completion: 0) { () throws(ServiceFailure) in
      let model = client.provider.model
      let reply = try client.post("/embeddings", EmbeddingProtocol.body(texts, model: model), tokens: tokens)
      let answer = try? reply.json.decoded(as: EmbeddingAnswer.self)
      let vectors: [[Float]]
      do throws(EmbeddingProtocol.Wrong) {
        vectors = try EmbeddingProtocol.vectors(answer, count: texts.count, width: width.withLock { $0 })
        try agree(on: vectors.first?.count)
      } catch {
        throw .unavailable(
          SluiceError(
            .service, "\(client.who) answers wrongly: \(error.reason)",
            advice: "Nothing was kept of this answer. Check the model's name and what the server runs."))
      }
      let counted = answer?.usage?.embedded
      var hasher = DigestHasher()
      for vector in vectors { vector.withUnsafeBytes { hasher.field($0) } }
      return (
        vectors,
        ProviderChain.Bill(
          purpose: "embedding of \(texts.count)", answeredBy: answer?.model ?? model, promptTokens: counted ?? tokens,
          completionTokens: 0, isEstimate: counted == nil, answer: hasher.finalize(), reply: reply)
      )
    }
  }

  /// All threads take the width that came first.
  private func agree(on width: Int?) throws(EmbeddingProtocol.Wrong) {
    guard let width else { return }
    let known = self.width.withLock { known in
      known = known ?? width
      return known ?? width
    }
    guard known == width else {
      throw EmbeddingProtocol.Wrong("it gave \(width) dimensions where \(known) were expected")
    }
  }

  // MARK: - The canary

  /// Sees once per server that it still gives the vectors that it gave when it was first used.
  private func checkCanary(_ number: Int) throws(ServiceFailure) {
    let client = chain.clients[number]
    try canary.check(number) { () throws(ServiceFailure) in
      let vectors: [[Float]]
      do throws(ServiceFailure) { vectors = try self.vectors(VectorCanary.texts[...], client) } catch {
        guard case .rejected(let status, let message) = error else { throw error }
        throw .unavailable(
          SluiceError(
            .service, "\(client.who) refuses a plain test text (HTTP \(status)): \(message)",
            advice: "Check the model's name and that it is one for embeddings."))
      }
      do throws(SluiceError) {
        try VectorCanary.check(vectors, space: canarySpace, who: client.who, chain.environment.answers)
      } catch { throw .stopped(error) }
    }
  }

  /// The space that all servers of the chain have to serve.
  private var canarySpace: Digest {
    var hasher = DigestHasher()
    hasher.field(chain.first.endpoint.baseURL)
    hasher.field(chain.first.provider.model)
    hasher.field(chain.first.provider.revision ?? "")
    return hasher.finalize()
  }
}
