import Foundations
import Glibc
import TestSupport
import Testing

@Suite struct SystemTests {
  @Test func filesAreReplacedWhole() throws {
    let scratch = try Scratch()
    try FileSystem.writeAtomically("one", to: scratch.path("f"))
    try FileSystem.writeAtomically("two", to: scratch.path("f"))
    #expect(try FileSystem.read(scratch.path("f")) == Array("two".utf8))
    try FileSystem.writeReplaceable(Array("three".utf8), to: scratch.path("f"))
    #expect(try FileSystem.list(scratch.directory) == ["f"], "no temporary file is left")
    #expect(throws: SluiceError.self) { try FileSystem.writeAtomically("x", to: scratch.path("none/f")) }
    // What cannot be put in place leaves nothing behind and the old one as it was.
    try FileSystem.makeDirectory(scratch.path("d/e"))
    #expect(throws: SluiceError.self) { try FileSystem.writeAtomically("x", to: scratch.path("d")) }
    #expect(throws: SluiceError.self) { try FileSystem.writeReplaceable([1], to: scratch.path("d")) }
    #expect(try FileSystem.list(scratch.directory) == ["d", "f"])
  }

  @Test func readersNeverSeeHalfAFile() throws {
    let scratch = try Scratch()
    let path = scratch.path("f")
    let texts = ["a", "b"].map { String(repeating: $0, count: 100_000) }
    try FileSystem.writeReplaceable(Array(texts[0].utf8), to: path)
    let writer = BlockingThread("writer") {
      for round in 0..<100 { try? FileSystem.writeReplaceable(Array(texts[round % 2].utf8), to: path) }
    }
    for _ in 0..<200 {
      let read = try FileSystem.read(path)
      #expect(read.count == 100_000 && Set(read).count == 1)
    }
    writer.join()
  }

  @Test func childProcesses() throws {
    func ending(_ script: String, _ change: (inout ChildProcess.Command) -> Void = { _ in }) throws
      -> ChildProcess.Ending
    {
      var command = ChildProcess.Command(["/bin/sh", "-c", script])
      change(&command)
      var child = try ChildProcess(command)
      return child.wait()
    }
    #expect(try ending("exit 3") == .exited(3))
    #expect(try ending("kill -9 $$") == .signalled(9))
    #expect(
      try ending("[ \"$(pwd)\" = / ] && [ \"$X\" = y ] && [ -z \"$HOME\" ]") {
        $0.directory = "/"
        $0.environment = ["X": "y"]
      }.isSuccess)
    #expect(throws: SluiceError.self) { _ = try ChildProcess(ChildProcess.Command(["/no/such/program"])) }
  }

  @Test func aChildLetGoOfIsGoneWithAllThatItStarted() throws {
    let scratch = try Scratch()
    func start() throws {
      var child = try ChildProcess(
        ChildProcess.Command(["/bin/sh", "-c", "sleep 60 & echo $! > \(scratch.path("pid")); wait"]))
      while (try? FileSystem.read(scratch.path("pid")))?.isEmpty ?? true { usleep(2000) }
      #expect(child.poll() == nil)
    }
    try start()
    let text = String(decoding: try FileSystem.read(scratch.path("pid")), as: UTF8.self)
    let pid = try #require(pid_t(text.dropLast()))
    let deadline = MonotonicClock.now + 5_000_000_000
    func isGone() -> Bool {
      // A zombie that its new parent has not yet collected is gone too.
      guard let status = try? FileSystem.read("/proc/\(pid)/stat") else { return true }
      return String(decoding: status, as: UTF8.self).contains(") Z ")
    }
    while !isGone() && MonotonicClock.now < deadline { usleep(2000) }
    #expect(isGone())
  }

  @Test func parallelWorkIsWholeAndStopsAtErrors() throws {
    let sum = Monitor(0)
    try Parallel.forEach(count: 1000, threads: 4, grain: 7) { index in sum.update { $0 += index } }
    #expect(sum.read { $0 } == 499_500)
    let done = Monitor(0)
    #expect(throws: SluiceError.self) {
      try Parallel.forEach(count: 100_000, threads: 4, grain: 1) { index in
        if index == 10 { throw SluiceError(.system, "ten") }
        done.update { $0 += 1 }
      }
    }
    #expect(done.read { $0 } < 100_000)
  }

  @Test func theCalendar() {
    #expect(Timestamp(seconds: 0).rfc3339 == "1970-01-01T00:00:00Z")
    #expect(Timestamp(seconds: 1_795_249_800.9).rfc3339 == "2026-11-21T08:30:00Z")
  }

  /// Threads that nobody waits for are taken back when they end.
  @Test func threadsThatNobodyJoinsCostNothing() throws {
    func addressSpace() throws -> Int {
      let status = String(decoding: try FileSystem.read("/proc/self/status"), as: UTF8.self)
      let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmSize:") })
      return try #require(Int(line.split(separator: " ").dropLast().last ?? line)) / 1024
    }
    let before = try addressSpace()
    for _ in 0..<1000 {
      let ended = Monitor(false)
      _ = BlockingThread("short") { ended.update { $0 = true } }
      _ = ended.wait { $0 ? true : nil }
    }
    // Each has 8 MB of address space.
    #expect(try addressSpace() - before < 2000)
  }
}
