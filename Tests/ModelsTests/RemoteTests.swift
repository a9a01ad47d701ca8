import Foundations
import Glibc
import HTTPClient
import Manifest
import Models
import Synchronization
import TestSupport
import Testing

@testable import Models

/// Against a real HTTP server (Tests/Fixtures/models/server.py).
struct RemoteTests {
  private func provider(_ server: ModelServer, _ model: String, key: String? = nil, name: String = "test") -> Provider {
    var provider = Provider(name: name, kind: .openai, model: model, baseURL: server.url, keyVariable: key)
    provider.attempts = 4
    provider.patience = 3
    return provider
  }

  private func embedder(
    _ server: ModelServer, _ model: String, dimensions: Int? = nil, batch: Int = 64, key: String? = nil,
    _ environment: ProviderEnvironment = ProviderEnvironment()
  ) throws -> RemoteEmbedder {
    try RemoteEmbedder([provider(server, model, key: key)], dimensions: dimensions, batch: batch, environment)
  }

  private func values(_ outcomes: [EmbeddingOutcome]) -> [[Float]?] {
    outcomes.map { if case .vector(let text) = $0 { text.values } else { nil } }
  }

  /// Requests so far, by model.
  private func requests(_ server: ModelServer, _ model: String) throws -> Int {
    let response = try HTTPTransfers.shared().send(HTTPRequest("GET", server.url + "/count"))
    return try JSONValue(parsing: response.body)[model]?.int ?? 0
  }

  @Test func embedsInOrderAndScales() throws {
    let server = try ModelServer()
    let embedder = try embedder(server, "m", batch: 2)
    let texts = ["alpha", "b", "gamma rays", "delta", "e"]
    let together = values(try embedder.embed(texts))
    #expect(together.count == 5)
    for (text, vector) in zip(texts, together) {
      let vector = try #require(vector)
      #expect(vector.count == 8)
      #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
      #expect(values(try embedder.embed([text])) == [vector])
    }
    #expect(embedder.passport.dimensions == 8)
    #expect(embedder.passport.members["base_url"]?.string == server.url + "/v1")
  }

  @Test func bisectsTheBadInputOut() throws {
    let server = try ModelServer()
    let outcomes = try embedder(server, "m", batch: 8).embed(["a", "b", "POISON", "d", "e"])
    #expect(values(outcomes).map { $0 == nil } == [false, false, true, false, false])
    guard case .failed(let failure) = outcomes[2] else { return }
    #expect(failure.kind == "rejected")
    #expect(failure.message.contains("not allowed"))
  }

  @Test(arguments: ["limit-3", "mute-limit-3"]) func learnsHowMuchAServerTakes(_ model: String) throws {
    let server = try ModelServer()
    let scratch = try Scratch()
    let texts = (0..<24).map { "text \($0)" }
    let environment = ProviderEnvironment(directory: scratch.directory)
    #expect(values(try embedder(server, model, environment).embed(texts)).allSatisfy { $0 != nil })
    let learning = try requests(server, model)
    // Another process knows it from the start: the canary, then eight requests of three, or as many bytes.
    #expect(values(try embedder(server, model, environment).embed(texts)).allSatisfy { $0 != nil })
    #expect(try requests(server, model) - learning <= 1 + (model == "limit-3" ? 8 : 12))
    let known = LearntLimits.load("\(server.url)/v1  \(model)", directory: scratch.directory)
    #expect(model == "limit-3" ? known.batch == 3 : known.batchBytes != nil)
  }

  @Test(arguments: ["WIDE", "SHORT", "ZERO"]) func refusesWrongAnswers(_ word: String) throws {
    let server = try ModelServer()
    let embedder = try embedder(server, "m", dimensions: 8)
    let error = #expect(throws: SluiceError.self) { try embedder.embed(["fine", word]) }
    #expect(error?.code == .service)
    #expect(error?.message.contains("wrongly") == true)
  }

  @Test func aModelExchangedBehindItsNameIsRefused() throws {
    let server = try ModelServer()
    let memory = MemoryAnswers()
    let environment = ProviderEnvironment(answers: memory.cache)
    _ = try embedder(server, "swapped", environment).embed(["before"])
    _ = try HTTPTransfers.shared().send(HTTPRequest("POST", server.url + "/swap", body: Array("{}".utf8)))
    let error = #expect(throws: SluiceError.self) { try embedder(server, "swapped", environment).embed(["after"]) }
    #expect(error?.code == .vectorStoreError)
    #expect(error?.advice.contains("revision") == true)
    var renewed = provider(server, "swapped")
    renewed.revision = "2"
    #expect(values(try RemoteEmbedder([renewed], environment).embed(["after"])).count == 1)
  }

  @Test func triesAgainWhenBusyAndGivesUpWhenDown() throws {
    let server = try ModelServer()
    #expect(values(try embedder(server, "busy-2").embed(["a"])).count == 1)
    let error = #expect(throws: SluiceError.self) { try embedder(server, "down").embed(["a"]) }
    #expect(error?.message.contains("503") == true)
    #expect(error?.code == .service)
    let stopped = try embedder(server, "down", ProviderEnvironment(isStopping: { true }))
    #expect(throws: SluiceError(.interrupted, "the run was interrupted")) { try stopped.embed(["a"]) }
  }

  @Test func aServerOfTheSameModelTakesOver() throws {
    let server = try ModelServer()
    var first = Provider(name: "a", kind: .openai, model: "m", baseURL: "http://127.0.0.1:9")
    first.attempts = 1
    first.fallback = "b"
    let said = Mutex<[String]>([])
    let environment = ProviderEnvironment(log: { _, message in said.withLock { $0.append(message) } })
    let embedder = try RemoteEmbedder([first, provider(server, "m", name: "b")], environment)
    #expect(values(try embedder.embed(["x"])) == values(try self.embedder(server, "m").embed(["x"])))
    #expect(said.withLock { $0 }.contains { $0.contains("'b' takes over") })
    #expect(throws: SluiceError.self) { try RemoteEmbedder([first, provider(server, "other")], ProviderEnvironment()) }
  }

  @Test func whatCouldNotAnswerIsLeftAloneForAWhile() throws {
    let server = try ModelServer()
    var down = provider(server, "down")
    down.patience = 0.5
    let embedder = try RemoteEmbedder([down], ProviderEnvironment())
    let error = try #require(throws: SluiceError.self) { try embedder.embed(["a"]) }
    let asked = try requests(server, "down")
    #expect(throws: error) { try embedder.embed(["b"]) }
    #expect(try requests(server, "down") == asked)
  }

  @Test func keysAreSentAndNeverShown() throws {
    let server = try ModelServer()
    setenv("SLUICE_TEST_KEY", "open-sesame", 1)
    setenv("SLUICE_TEST_WRONG_KEY", "close-sesame", 1)
    #expect(values(try embedder(server, "secret", key: "SLUICE_TEST_KEY").embed(["a"])).count == 1)
    let error = #expect(throws: SluiceError.self) {
      try embedder(server, "secret", key: "SLUICE_TEST_WRONG_KEY").embed(["a"])
    }
    #expect(error?.message.contains("•••") == true)
    #expect(error?.description.contains("close-sesame") == false)
    #expect(error?.advice.contains("key_env") == true)
    #expect(throws: SluiceError.self) { try embedder(server, "m", key: "SLUICE_TEST_UNSET") }
  }

  @Test func prefixesGoBeforeTexts() throws {
    let server = try ModelServer()
    let prefixes = TextPrefixes(query: "query: ", document: "passage: ")
    let told = try RemoteEmbedder([provider(server, "m")], prefixes: prefixes, ProviderEnvironment())
    let plain = try embedder(server, "m")
    #expect(values(try told.embed(["a"], as: .query)) == values(try plain.embed(["query: a"])))
    #expect(values(try told.embed(["a"])) == values(try plain.embed(["passage: a"])))
    #expect(told.passport.members["query_prefix"] == "query: ")
  }

  @Test func readsBaseURLs() throws {
    #expect(try ServiceEndpoint.normalized("http://h:1/") == "http://h:1/v1")
    #expect(try ServiceEndpoint.normalized("https://h/api/v3/") == "https://h/api/v3")
    #expect(throws: SluiceError.self) { try ServiceEndpoint.normalized("h:1") }
    // A key has no place in an address: addresses stand in keys, indexes and logs.
    for address in ["https://user:token@h/v1", "https://h/v1?api-key=token"] {
      let error = #expect(throws: SluiceError.self) { try ServiceEndpoint.normalized(address) }
      #expect(error?.description.contains("token") == false)
    }
  }

  @Test(
    arguments: [
      ("batch size is invalid, it should not be larger than 10.", 64, 10), ("maximum batch is 32 texts", 64, 32),
      ("this model's maximum context length is 8192 tokens", 64, nil), ("input is not allowed", 64, nil),
    ] as [(String, Int, Int?)])
  func readsLimitsInWords(_ message: String, _ count: Int, _ limit: Int?) {
    #expect(EmbeddingProtocol.namedLimit(message, below: count) == limit)
  }
}

/// Answers kept as long as the object lives.
final class MemoryAnswers: Sendable {
  private let kept = Mutex<[Digest: [UInt8]]>([:])

  var cache: AnswerCache {
    AnswerCache(
      get: { [self] key in kept.withLock { $0[key] } }, put: { [self] key, value in kept.withLock { $0[key] = value } })
  }
}
