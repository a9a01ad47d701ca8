import Foundations
import Manifest
import Synchronization

/// Embeds texts with a server's `/v1/embeddings`.
///
/// A batch that is too large is divided, and what that taught is remembered; a text that the server refuses is found
/// by halving and fails alone. When the server is down, one with the same model may take over, once its vectors were
/// seen to be the same.
package final class RemoteEmbedder: TextEmbedder {
  private let clients: [ServiceClient]
  private let environment: ProviderEnvironment
  private let audit: AuditLog
  private let batch: Int
  private let prefixes: TextPrefixes
  private let isGuarded: Bool
  private let state: Mutex<State>
  private let canary: Monitor<CanaryState>

  private struct State {
    /// The width that the model gave first; `nil` until then.
    var width: Int?
    var limits: [LearntLimits]
    /// The first client that is not given up.
    var current = 0
  }

  private enum CanaryState {
    case unknown, running
    case checked(Int)
    case wrong(SluiceError)
  }

  /// - Parameters:
  ///   - chain: whom to ask; the others must serve the same model, and take over when the first is down.
  ///   - dimensions: the width that is expected; `nil`: what comes first counts.
  ///   - batch: the most texts in one request.
  ///   - isGuarded: whether it is first seen that the server still gives the vectors that it gave before.
  /// - Throws: `.usage` when a URL is none, a key is not set, or a fallback has another model.
  package init(
    _ chain: [Provider], dimensions: Int? = nil, batch: Int = 64, prefixes: TextPrefixes = TextPrefixes(),
    isGuarded: Bool = true, _ environment: ProviderEnvironment
  ) throws(SluiceError) {
    var clients: [ServiceClient] = []
    for provider in chain {
      guard provider.kind == .openai, provider.model == chain[0].model else {
        throw SluiceError(
          .usage,
          "'\(provider.name)' cannot take over from '\(chain[0].name)': its vectors would be of another space",
          advice: "For embeddings, a fallback must be a server with the same model (\(chain[0].model)).")
      }
      clients.append(try ServiceClient(provider, environment))
    }
    self.clients = clients
    self.environment = environment
    self.prefixes = prefixes
    self.isGuarded = isGuarded
    self.batch = max(1, min(batch, chain[0].limits.batch ?? batch))
    audit = AuditLog.shared(directory: environment.auditDirectory)
    state = Mutex(
      State(
        width: dimensions,
        limits: clients.map { LearntLimits.load($0.account, directory: environment.directory) }))
    canary = Monitor(.unknown)
  }

  package var requestSize: Int {
    state.withLock { state in min(batch, state.limits[state.current].batch ?? batch) }
  }

  package var passport: VectorPassport {
    let provider = clients[0].provider
    var members: JSONObject = [
      "provider": "openai", "base_url": .string(clients[0].endpoint.baseURL), "model": .string(provider.model),
      "normalization": "l2",
    ]
    if let width = state.withLock({ $0.width }) { members["dim"] = JSONValue(width) }
    if let variable = provider.keyVariable { members["key_env"] = .string(variable) }
    if let revision = provider.revision { members["revision"] = .string(revision) }
    prefixes.describe(in: &members)
    return VectorPassport(members)
  }

  package func embed(_ texts: [String], as role: TextRole) throws(SluiceError) -> [EmbeddingOutcome] {
    if texts.isEmpty { return [] }
    let prefix = prefixes.prefix(of: role)
    return try embed(prefix.isEmpty ? texts : texts.map { prefix + $0 })
  }

  private func embed(_ texts: [String]) throws(SluiceError) -> [EmbeddingOutcome] {
    while true {
      let current = state.withLock { $0.current }
      do throws(ServiceFailure) {
        if isGuarded { try checkCanary(current) }
        return try split(texts, current)
      } catch {
        switch error {
        case .stopped(let error): throw error
        case .rejected(let status, let message):
          throw SluiceError(.service, "the server refuses everything (HTTP \(status)): \(message)")
        case .unavailable(let error):
          guard current + 1 < clients.count else { throw error }
          let isFirst = state.withLock { state in
            if state.current != current { return false }
            state.current = current + 1
            return true
          }
          if isFirst {
            environment.log(true, "\(error.message): '\(clients[current + 1].provider.name)' takes over")
          }
        }
      }
    }
  }

  /// In requests as large as the server takes.
  private func split(_ texts: [String], _ client: Int) throws(ServiceFailure) -> [EmbeddingOutcome] {
    var outcomes: [EmbeddingOutcome] = []
    outcomes.reserveCapacity(texts.count)
    var start = 0
    while start < texts.count {
      let limits = state.withLock { $0.limits[client] }
      let most = min(batch, limits.batch ?? batch)
      let mostBytes = min(
        limits.batchBytes ?? .max, clients[client].provider.limits.batchTokens.map { $0 * 3 } ?? .max)
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
  private func request(_ texts: ArraySlice<String>, _ client: Int) throws(ServiceFailure) -> (
    outcomes: [EmbeddingOutcome], largest: ArraySlice<String>
  ) {
    do throws(ServiceFailure) {
      return (try vectors(texts, client).map { .vector(EmbeddedText(values: $0)) }, texts)
    } catch {
      guard case .rejected(let status, let message) = error else { throw error }
      guard texts.count > 1 else {
        let reason = "the model refuses this text (HTTP \(status)): \(message)"
        return ([.failed(EmbeddingFailure(kind: "rejected", message: reason))], [])
      }
      if let named = EmbeddingProtocol.namedLimit(message, below: texts.count) {
        learn(client) { $0.batch = min($0.batch ?? named, named) }
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
          learn(client) { $0.batchBytes = min($0.batchBytes ?? bytes, bytes) }
        } else {
          learn(client) { $0.batch = min($0.batch ?? largest.count, largest.count) }
        }
      }
      return (outcomes, largest)
    }
  }

  private func learn(_ client: Int, _ change: (inout LearntLimits) -> Void) {
    let limits = state.withLock { state in
      change(&state.limits[client])
      return state.limits[client]
    }
    limits.save(clients[client].account, directory: environment.directory)
  }

  private func vectors(_ texts: ArraySlice<String>, _ number: Int) throws(ServiceFailure) -> [[Float]] {
    let client = clients[number]
    let provider = client.provider
    let tokens = texts.reduce(0) { $0 + $1.utf8.count / 3 + 1 }
    let estimate = Double(tokens) * provider.prices.input / 1e6
    try audit.waitForLeave(provider, dollars: estimate, environment)
    var entry: AuditEntry?
    defer { audit.settle(provider.name, reserved: estimate, entry, environment) }
    let reply = try client.post("/embeddings", EmbeddingProtocol.body(texts, model: provider.model), tokens: tokens)
    let vectors: [[Float]]
    do throws(EmbeddingProtocol.Wrong) {
      vectors = try EmbeddingProtocol.vectors(reply.json, count: texts.count, width: state.withLock { $0.width })
      try agree(on: vectors.first?.count)
    } catch {
      throw .unavailable(
        SluiceError(
          .service, "\(client.endpoint.baseURL) (\(provider.model)) answers wrongly: \(error.reason)",
          advice: "Nothing was kept of this answer. Check the model's name and what the server runs."))
    }
    let counted = (reply.json["usage"]?["prompt_tokens"]?.int ?? reply.json["usage"]?["total_tokens"]?.int)
      .map(ChatProtocol.count)
    var hasher = DigestHasher()
    for vector in vectors { vector.withUnsafeBytes { hasher.field($0) } }
    entry = AuditEntry(
      time: .now, pipeline: environment.pipeline, stage: environment.stage, run: environment.run,
      purpose: "embedding of \(texts.count)", provider: provider.name, baseURL: client.endpoint.baseURL,
      model: provider.model, answeredBy: reply.json["model"]?.string ?? provider.model, prompt: [], evidenceIDs: [],
      promptTokens: counted ?? tokens, completionTokens: 0, isEstimate: counted == nil,
      cost: Double(counted ?? tokens) * provider.prices.input / 1e6, answer: hasher.finalize(), tries: reply.tries,
      seconds: reply.seconds)
    return vectors
  }

  /// All threads take the width that came first.
  private func agree(on width: Int?) throws(EmbeddingProtocol.Wrong) {
    guard let width else { return }
    let known = state.withLock { state in
      state.width = state.width ?? width
      return state.width ?? width
    }
    guard known == width else {
      throw EmbeddingProtocol.Wrong("it gave \(width) dimensions where \(known) were expected")
    }
  }

  // MARK: - The canary

  /// Sees once per server that it still gives the vectors that it gave when it was first used: a model that was
  /// exchanged behind its name would mix two spaces in silence.
  private func checkCanary(_ client: Int) throws(ServiceFailure) {
    let state = canary.wait { state -> CanaryState? in
      switch state {
      case .running: return nil
      case .checked(let number) where number >= client: return state
      case .wrong: return state
      default:
        state = .running
        return .unknown
      }
    }
    switch state {
    case .wrong(let error)?: throw .stopped(error)
    case .checked?: return
    default: break
    }
    do throws(ServiceFailure) {
      try compareCanary(client)
      canary.update { $0 = .checked(client) }
    } catch {
      canary.update { state in
        if case .stopped(let error) = error, error.code != .interrupted {
          state = .wrong(error)
        } else {
          state = .unknown
        }
      }
      throw error
    }
  }

  private func compareCanary(_ number: Int) throws(ServiceFailure) {
    let vectors: [[Float]]
    do throws(ServiceFailure) { vectors = try self.vectors(VectorCanary.texts[...], number) } catch {
      guard case .rejected(let status, let message) = error else { throw error }
      throw .unavailable(
        SluiceError(
          .service,
          "\(clients[number].endpoint.baseURL) (\(clients[number].provider.model)) refuses a plain test text (HTTP \(status)): \(message)",
          advice: "Check the model's name and that it is one for embeddings."))
    }
    do throws(SluiceError) {
      try VectorCanary.check(
        vectors, space: canarySpace, who: "\(clients[number].endpoint.baseURL) (\(clients[number].provider.model))",
        environment.answers)
    } catch { throw .stopped(error) }
  }

  /// The space that all servers of the chain have to serve.
  private var canarySpace: Digest {
    var hasher = DigestHasher()
    hasher.field(clients[0].endpoint.baseURL)
    hasher.field(clients[0].provider.model)
    hasher.field(clients[0].provider.revision ?? "")
    return hasher.finalize()
  }
}
