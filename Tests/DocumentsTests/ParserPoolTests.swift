import Documents
import Foundations
import TestSupport
import Testing
import Workers

@Suite struct ParserPoolTests {
  private func pool(_ change: (inout WorkerLimits) -> Void = { _ in }) -> ParserPool {
    var limits = WorkerLimits()
    change(&limits)
    return ParserPool(limits: limits, command: [BuiltProgram.path, "worker", "read"])
  }

  private func problem(
    _ pool: ParserPool, _ bytes: [UInt8], _ source: DocumentSource = DocumentSource()
  ) -> ItemProblem? {
    do {
      _ = try pool.parse(bytes, source)
      return nil
    } catch { return error as? ItemProblem ?? ItemProblem("error", "\(error)") }
  }

  private let page = Array("<!doctype html><title>T</title><h1>One</h1><p>Two".utf8)

  @Test func parsesLikeTheReader() throws {
    let pool = pool()
    let source = DocumentSource(contentType: "text/html")
    for _ in 0..<3 {
      let bytes = try pool.parse(page, source).json
      #expect(bytes == (try DocumentReader.read(page, source)).json.canonicalBytes)
    }
  }

  @Test func saysWhyNot() {
    let pool = pool { $0.maxBytes = 1000 }
    #expect(problem(pool, [])?.kind == "empty")
    #expect(problem(pool, Array("%PDF-1.4 nonsense".utf8))?.kind == "corrupt_pdf")
    #expect(problem(pool, Array(repeating: 65, count: 2000))?.kind == "too_large")
    #expect(problem(pool, page) == nil)
  }

  @Test func stopsWhatTakesTooLong() {
    let pool = pool { $0.timeout = 1 }
    // Quadratic by nature: every unclosed formatting element is opened again in every paragraph.
    let slow = Array(String(repeating: "<b><i><u>x<p>", count: 60_000).utf8)
    let failure = problem(pool, Array("<!doctype html>".utf8) + slow)
    #expect(
      failure?.kind == "timeout" || failure?.kind == "out_of_memory" || failure?.kind == "too_deep")
    #expect(problem(pool, page) == nil)
  }

  @Test func stopsWhatNeedsTooMuch() {
    let pool = pool { $0.memory = 700 << 20 }
    let large =
      Array("<!doctype html>".utf8)
      + Array(String(repeating: "<p>a<p>b<i>c</i>", count: 1_500_000).utf8)
    let failure = problem(pool, large)
    #expect(failure?.kind == "out_of_memory")
    #expect(failure?.message.contains("734.0 MB") == true)
    #expect(problem(pool, page) == nil)
  }

  @Test func survivesDeepTrees() {
    let deep = Array(("<!doctype html>" + String(repeating: "<div>", count: 20_000) + "x").utf8)
    #expect(problem(pool(), deep)?.kind == "too_deep")
  }

  @Test func stopsSoonWhenTheRunStops() throws {
    let pool = ParserPool(command: ["/bin/sleep", "60"], isStopping: { true })
    let start = MonotonicClock.now
    #expect { try pool.parse(page, DocumentSource()) } throws: {
      ($0 as? SluiceError)?.code == .interrupted
    }
    #expect(MonotonicClock.seconds(since: start) < 10)
  }

  @Test func reportsCrashes() {
    let pool = ParserPool(command: ["/bin/sh", "-c", "kill -SEGV $$"])
    let failure = problem(pool, page)
    #expect(failure?.kind == "parser_crashed")
    #expect(failure?.message.contains("segmentation fault") == true)
    #expect(
      problem(ParserPool(command: ["/bin/false"]), page)?.message.contains("exit code 1") == true)
  }
}
