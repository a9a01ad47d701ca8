import Foundations
import Glibc
import Manifest
import Synchronization
import TestSupport
import Testing

@testable import Models

/// Against a real HTTP server (Tests/Fixtures/models/server.py).
struct LanguageModelTests {
  private let server: ModelServer
  private let memory = MemoryAnswers()
  private let scratch: Scratch

  init() throws {
    server = try ModelServer()
    scratch = try Scratch()
  }

  private func provider(_ model: String, name: String = "test", fallback: String? = nil) -> Provider {
    var provider = Provider(name: name, kind: .openai, model: model, baseURL: server.url)
    provider.attempts = 2
    provider.patience = 3
    provider.fallback = fallback
    return provider
  }

  private var environment: ProviderEnvironment {
    ProviderEnvironment(
      directory: scratch.directory, auditDirectory: scratch.path("audit"), stage: "insights", pipeline: "p", run: 7,
      answers: memory.cache)
  }

  private func ask(_ chain: [Provider], _ text: String, schema: JSONValue? = nil) throws -> ChatAnswer {
    let request = ChatRequest([ChatMessage(.user, text)], purpose: "insights", schema: schema, evidenceIDs: ["a#1"])
    return try LanguageModel(chain, environment).ask(request)
  }

  private var audit: [JSONObject] {
    get throws {
      let path = scratch.path("audit/") + AuditLog.fileName(.now)
      guard FileSystem.exists(path) else { return [] }
      return try FileSystem.read(path).split(separator: UInt8(ascii: "\n")).compactMap {
        try JSONValue(parsing: Array($0)).object
      }
    }
  }

  @Test func isPaidForOnce() throws {
    let first = try ask([provider("talker")], "hello")
    #expect(first.object?["echo"] == "hello")
    #expect(first.model == "talker-2026")
    #expect(!first.isCached)
    let again = try ask([provider("talker")], "hello")
    #expect(again.isCached)
    #expect(again.text == first.text)
    #expect(try audit.count == 1)
    // Many threads with one question ask once.
    let model = try LanguageModel([provider("talker")], environment)
    try Parallel.forEach(count: 12, threads: 6, grain: 1) { _ in
      _ = try model.ask(ChatRequest([ChatMessage(.user, "the same")], purpose: "test"))
    }
    #expect(try audit.count == 2)
  }

  @Test func auditSaysEverything() throws {
    var priced = provider("talker")
    priced.prices = Provider.Prices(input: 1000, output: 2000)
    let answer = try ask([priced], "what does it cost?")
    #expect(abs(answer.cost - 0.02) < 1e-9)
    let entry = try #require(try audit.first)
    #expect(entry["prompt"]?[0]?["content"] == "what does it cost?")
    #expect(entry["evidence_ids"]?[0] == "a#1")
    #expect(entry["answered_by"] == "talker-2026")
    #expect(entry["cost_usd"]?.double == 0.02)
    #expect(entry["answer"]?.string == Digest(of: answer.text).description)
    #expect(entry["stage"] == "insights")
    #expect(entry["run"]?.int == 7)
  }

  @Test func theNextTakesOverAndIsNamed() throws {
    let chain = [provider("down", name: "first", fallback: "second"), provider("talker", name: "second")]
    let answer = try ask(chain, "hello")
    #expect(answer.provider == "second")
    // Paid for: the answer of the one that took over is taken again.
    #expect(try ask(chain, "hello").isCached)
    let spent = [provider("spent", name: "third", fallback: "second"), provider("talker", name: "second")]
    #expect(try ask(spent, "another question").provider == "second")
    let error = #expect(throws: SluiceError.self) { try ask([provider("spent")], "a third one") }
    #expect(error?.code == .service)
  }

  @Test func budgetsHoldAcrossProcesses() throws {
    var priced = provider("talker", name: "dear")
    priced.prices = Provider.Prices(input: 100, output: 100)
    // An answer may cost up to .4 by its most tokens, and really costs .0015.
    priced.budget = Provider.Budget(perDay: 0.5)
    #expect(try ask([priced], "one").cost > 0)
    // What another process spent meanwhile.
    let path = scratch.path("audit/") + AuditLog.fileName(.now)
    let line = "{\"provider\":\"dear\",\"cost_usd\":0.2}\n"
    let file = try FileDescriptor(path: path, flags: O_WRONLY | O_APPEND)
    try Array(line.utf8).withUnsafeBytes { try FileSystem.write($0, to: file.raw, path) }
    let error = #expect(throws: SluiceError.self) { try ask([priced], "two") }
    #expect(error?.code == .budget)
    // What is known costs nothing.
    #expect(try ask([priced], "one").isCached)
    priced.fallback = "cheap"
    #expect(try ask([priced, provider("talker", name: "cheap")], "two").provider == "cheap")
  }

  @Test func moneyThatMayComeBackIsWaitedFor() throws {
    let log = AuditLog(directory: nil)
    func leave() throws -> AuditLog.Leave { try log.reserve("p", dollars: 0.4, perRun: 1, perDay: nil) }
    #expect(try leave() == .granted)
    #expect(try leave() == .granted)
    #expect(try leave() == .later)
    log.settle("p", reserved: 0.4, nil, ProviderEnvironment())
    #expect(try leave() == .granted)
    #expect(try log.reserve("p", dollars: 1.1, perRun: 1, perDay: nil) == .spent)
  }

  @Test func learnsWhatAServerDoesNotKnow() throws {
    let schema: JSONValue = ["type": "object"]
    #expect(try ask([provider("no-schema")], "x", schema: schema).object != nil)
    let known = LearntLimits.load("\(server.url)/v1  no-schema", directory: scratch.directory)
    #expect(known.without == ["json_schema", "json_object"])
  }

  @Test func frozenAsksNobody() throws {
    var frozen = environment
    frozen.isFrozen = true
    let model = try LanguageModel([provider("talker")], frozen)
    let error = #expect(throws: SluiceError.self) {
      try model.ask(ChatRequest([ChatMessage(.user, "x")], purpose: "t"))
    }
    #expect(error?.code == .frozen)
  }

  @Test func waitsWhenTheTokensAreSpent() throws {
    _ = try ask([provider("tokens-1")], "one")
    let start = MonotonicClock.now
    _ = try ask([provider("tokens-1")], "two")
    #expect(MonotonicClock.seconds(since: start) > 0.8)
  }

  @Test(
    arguments: [
      ("{\"a\": 1}", 1), ("Sure!\n```json\n{\"a\": 1}\n```\nHope that helps {really}.", 1),
      ("<think>{\"a\": 9, \"b\": [1, 2, 3, 4, 5, 6]}</think>{\"a\": 1}", 1),
      ("{not json} and {\"a\": 1, \"s\": \"} {\"} end", 1), ("no json", nil), ("{\"a\": 1", nil), ("{{{{{{", nil),
    ] as [(String, Int?)])
  func findsTheObject(_ text: String, _ value: Int?) {
    #expect(AnswerJSON.object(in: text)?["a"]?.int == value)
  }

  @Test(
    arguments: [("1s", 1.0), ("6m0s", 360), ("120ms", 0.12), ("1h2m", 3720), ("7", 7), ("soon", nil)]
      as [(String, Double?)])
  func readsResets(_ text: String, _ seconds: Double?) {
    #expect(RateHeaders.seconds(text, now: .now) == seconds)
  }
}
