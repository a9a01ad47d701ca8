import Foundations
import Glibc
import TestSupport
import Testing

@testable import Models

/// Against a real HTTP server (Tests/Fixtures/models/server.py).
struct RemoteTests {
  private func endpoint(_ server: ModelServer, _ model: String, key: String? = nil) throws
    -> ServiceEndpoint
  {
    var endpoint = try ServiceEndpoint(baseURL: server.url, model: model, keyVariable: key)
    endpoint.backoff = 0.001
    endpoint.attempts = 4
    return endpoint
  }

  private func values(_ outcomes: [EmbeddingOutcome]) -> [[Float]?] {
    outcomes.map { if case .vector(let text) = $0 { text.values } else { nil } }
  }

  @Test func embedsInOrderAndScales() throws {
    let server = try ModelServer()
    let embedder = RemoteEmbedder(try endpoint(server, "m"), batch: 2)
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
    let outcomes = try RemoteEmbedder(try endpoint(server, "m"), batch: 8).embed([
      "a", "b", "POISON", "d", "e",
    ])
    #expect(values(outcomes).map { $0 == nil } == [false, false, true, false, false])
    guard case .failed(let failure) = outcomes[2] else { return }
    #expect(failure.kind == "rejected")
    #expect(failure.message.contains("not allowed"))
  }

  @Test(arguments: ["WIDE", "SHORT", "ZERO"]) func refusesWrongAnswers(_ word: String) throws {
    let server = try ModelServer()
    let embedder = RemoteEmbedder(try endpoint(server, "m"), dimensions: 8)
    let error = #expect(throws: SluiceError.self) { try embedder.embed(["fine", word]) }
    #expect(error?.code == .service)
    #expect(error?.message.contains("wrongly") == true)
  }

  @Test func triesAgainWhenBusyAndGivesUpWhenDown() throws {
    let server = try ModelServer()
    #expect(values(try RemoteEmbedder(try endpoint(server, "busy-3")).embed(["a"])).count == 1)
    let error = #expect(throws: SluiceError.self) {
      try RemoteEmbedder(try endpoint(server, "down")).embed(["a"])
    }
    #expect(error?.message.contains("503") == true)
    #expect(error?.message.contains("4 tries") == true)
    let stopped = RemoteEmbedder(try endpoint(server, "down"), isStopping: { true })
    #expect(throws: SluiceError(.interrupted, "the run was interrupted")) {
      try stopped.embed(["a"])
    }
  }

  @Test func keysAreSentAndNeverShown() throws {
    let server = try ModelServer()
    setenv("SLUICE_TEST_KEY", "open-sesame", 1)
    setenv("SLUICE_TEST_WRONG_KEY", "close-sesame", 1)
    #expect(
      values(
        try RemoteEmbedder(try endpoint(server, "secret", key: "SLUICE_TEST_KEY")).embed(["a"])
      ).count == 1)
    let error = #expect(throws: SluiceError.self) {
      try RemoteEmbedder(try endpoint(server, "secret", key: "SLUICE_TEST_WRONG_KEY")).embed(["a"])
    }
    #expect(error?.message.contains("•••") == true)
    #expect(error?.description.contains("close-sesame") == false)
    #expect(error?.advice.contains("key_env") == true)
    #expect(throws: SluiceError.self) { try endpoint(server, "m", key: "SLUICE_TEST_UNSET") }
  }

  @Test func chats() throws {
    let server = try ModelServer()
    let client = ChatClient(try endpoint(server, "talker"))
    let answer = try client.ask([
      .init(.system, "You answer."), .init(.user, "ANSWER: Sure! ```json\n{\"a\": 1}\n```"),
    ])
    #expect(answer.model == "talker-2026")
    #expect(answer.promptTokens == 10)
    #expect(try client.ask([.init(.user, "hello")]).object?["echo"] == "hello")
    let fenced = ChatClient.Answer(
      text: "Here:\n```json\n{\"a\": {\"b\": 2}}\n```", model: "", promptTokens: 0,
      completionTokens: 0)
    #expect(fenced.object?["a"]?["b"] == 2)
    #expect(
      ChatClient.Answer(text: "no json", model: "", promptTokens: 0, completionTokens: 0).object
        == nil)
  }

  @Test func readsBaseURLs() throws {
    #expect(
      try ServiceEndpoint(baseURL: "http://h:1/", model: "", keyVariable: nil).baseURL
        == "http://h:1/v1")
    #expect(
      try ServiceEndpoint(baseURL: "https://h/api/v3/", model: "", keyVariable: nil).baseURL
        == "https://h/api/v3")
    #expect(throws: SluiceError.self) {
      try ServiceEndpoint(baseURL: "h:1", model: "", keyVariable: nil)
    }
  }
}
