import Foundations
import TestSupport
import Testing
import Workers

/// A worker reads what strangers wrote: whoever takes it over has nothing to go on with.
struct SandboxTests {
  private static let command = [BuiltProgram.path, "worker", "read"]

  @Test func aWorkerTriesInVain() throws {
    let scratch = try Scratch()
    let secret = scratch.directory + "/secret"
    let target = scratch.directory + "/written"
    try FileSystem.writeReplaceable(Array("key".utf8), to: secret)
    let pool = WorkerPool(command: Self.command)
    let answer = try pool.ask("sandbox", SandboxProbe.Targets(read: secret, write: target), [], what: "nothing")
    let found = try answer.details.decoded(as: SandboxProbe.Findings.self)
    let status = String(
      decoding: try FileSystem.read("/proc/\(found.pid)/status"), as: UTF8.self)
    func line(_ name: String) -> String? {
      status.split(separator: "\n").first { $0.hasPrefix(name + ":") }.map { line in
        String(line.dropFirst(name.count + 1)).filter { $0 != "\t" && $0 != " " }
      }
    }
    #expect(line("Seccomp") == "2")
    #expect(line("NoNewPrivs") == "1")
    #expect(line("CapEff") == "0000000000000000")
    #expect(line("CapPrm") == "0000000000000000")
    #expect(line("CapBnd") == "0000000000000000" || line("CapEff") != nil)
    var can = Set(found.can)
    if !found.state.isKeptFromFiles {
      // Such a kernel cannot keep it from reading.
      can.remove("read")
      can.remove("parent")
    }
    #expect(can.isEmpty, "a worker can still: \(can.sorted())")
    #expect(Set(found.environment).isSubset(of: ["SWIFT_BACKTRACE", "LD_LIBRARY_PATH"]))
    #expect(!FileSystem.exists(target))
    // Another thread of the test may hold the pool's child: it goes on answering.
    #expect(throws: SluiceError.self) { try pool.ask("nonsense", JSONObject(), [], what: "nothing") }
  }

  @Test func answersHaveALimit() throws {
    var limits = WorkerLimits()
    limits.maxAnswer = 100
    let pool = WorkerPool(limits: limits, command: Self.command)
    let page = Array("<!doctype html>".utf8) + (0..<500).flatMap { Array("<a href=\($0)>".utf8) }
    let base = "http://example.org/\(String(repeating: "deep/", count: 20))"
    #expect {
      _ = try pool.ask(
        "links", JSONObject([("base", .string(base)), ("drops_tracking", false)]), page, what: "the page")
    } throws: {
      ($0 as? ItemProblem)?.kind == "too_large"
    }
  }

  @Test func oneThatFloodsIsStopped() throws {
    var limits = WorkerLimits()
    limits.timeout = 5
    // A frame that says that it is as long as a frame can be, and goes on for ever.
    let pool = WorkerPool(
      limits: limits,
      command: ["/bin/sh", "-c", "printf '\\000\\000\\000\\002\\177\\377\\377\\377{}'; exec cat /dev/zero"])
    #expect(throws: (any Error).self) { try pool.ask("parse", JSONObject(), [65], what: "the page") }
  }
}
