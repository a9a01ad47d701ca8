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
    let answer = try pool.ask("sandbox", ["read": .string(secret), "write": .string(target)], [], what: "nothing")
    let found = try #require(answer.header["found"])
    let status = String(
      decoding: try FileSystem.read("/proc/\(try #require(found["pid"]?.int))/status"), as: UTF8.self)
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
    var can = Set((found["can"]?.array ?? []).compactMap(\.string))
    if found["landlock"] == false {
      // Such a kernel cannot keep it from reading.
      can.remove("read")
      can.remove("parent")
    }
    #expect(can.isEmpty, "a worker can still: \(can.sorted())")
    let environment = Set((found["environment"]?.array ?? []).compactMap(\.string))
    #expect(environment.isSubset(of: ["SWIFT_BACKTRACE", "LD_LIBRARY_PATH"]))
    #expect(!FileSystem.exists(target))
    // Another thread of the test may hold the pool's child: it goes on answering.
    #expect(throws: SluiceError.self) { try pool.ask("nonsense", [:], [], what: "nothing") }
  }

  @Test func answersHaveALimit() throws {
    var limits = WorkerLimits()
    limits.maxAnswer = 100
    let pool = WorkerPool(limits: limits, command: Self.command)
    let page = Array("<!doctype html><h1>One</h1>".utf8) + Array(String(repeating: "<p>a", count: 500).utf8)
    #expect {
      _ = try pool.ask("parse", ["content_type": "text/html"], page, what: "the page")
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
    #expect(throws: (any Error).self) { try pool.ask("parse", [:], [65], what: "the page") }
  }
}
