import Foundations
import Glibc
import HTTPClient
import Manifest
import Synchronization
import TestSupport
import Testing

@testable import Models

/// Against a server that refuses, fails, dawdles and hangs up (Tests/Fixtures/models/chaos.py).
struct ChaosTests {
  /// `SLUICE_CHAOS_REQUESTS` and the server's limits make it the benchmark of `Benchmarks/models`.
  @Test func everythingIsAnsweredAndNothingPaidTwice() throws {
    let count = Environment["SLUICE_CHAOS_REQUESTS"].flatMap { Int($0) } ?? 300
    let rate = count > 300 ? 60 : 100
    let server = try ModelServer("models/chaos.py", arguments: ["\(rate)", "200000"])
    let scratch = try Scratch()
    let memory = MemoryAnswers()
    var provider = Provider(name: "chaos", kind: .openai, model: "m", baseURL: server.url)
    provider.limits.concurrent = 16
    provider.attempts = 12
    let environment = ProviderEnvironment(
      directory: scratch.directory, auditDirectory: scratch.path("audit"), answers: memory.cache)
    let start = MonotonicClock.now
    // Two stages of two processes know nothing of each other but the governor's file.
    let models = [try LanguageModel([provider], environment), try LanguageModel([provider], environment)]
    let wrong = Atomic(0)
    try Parallel.forEach(count: count, threads: 24, grain: 1) { number in
      let answer = try models[number % 2].ask(
        ChatRequest([ChatMessage(.user, "question \(number)")], purpose: "test", maxTokens: 100))
      if answer.object?["answer"]?.string != "question \(number)" { wrong.add(1, ordering: .relaxed) }
    }
    let bill = try JSONValue(
      parsing: HTTPTransfers.shared().send(HTTPRequest("GET", server.url + "/bill")).body)
    func number(_ name: String) -> Int { bill[name]?.int ?? -1 }
    #expect(wrong.load(ordering: .relaxed) == 0)
    #expect(number("distinct") == count)
    #expect(number("billed") == count)
    #expect(number("errors") > 0 && number("dropped") > 0 && number("slow") > 0)
    let rejected = Double(number("refused")) / Double(number("requests"))
    if count > 300 { #expect(rejected <= 0.05) } else { #expect(rejected <= 0.25) }
    let log = try FileSystem.read(scratch.path("audit/") + AuditLog.fileName(.now))
    #expect(log.count { $0 == UInt8(ascii: "\n") } == count)
    if Environment["SLUICE_CHAOS_REQUESTS"] != nil {
      print(
        "CHAOS \(bill.canonicalText) seconds=\(MonotonicClock.seconds(since: start)) ideal=\(Double(count) / Double(rate))"
      )
    }
  }
}
