import Foundations
import Glibc
import TestSupport
import Testing

@testable import Governor

@Suite struct GovernorTests {
  @Test func isRememberedAndShared() throws {
    let scratch = try Scratch()
    let policy = GovernorPolicy(maxConcurrent: 3)
    let one = try Governor(directory: scratch.directory)
    let two = try Governor(directory: scratch.directory)
    // Slots are counted over both, as over two processes: each sits on a seat of its own.
    #expect(one.start("a", policy: policy) == .go)
    #expect(two.start("a", policy: policy) == .go)
    #expect(one.start("a", policy: policy) == .go)
    #expect(two.start("a", policy: policy) == .full)
    #expect(two.start("b", policy: policy) == .go)
    one.finish("a", started: Timestamp.now.seconds, .refused(retryAfter: 7200), policy: policy)
    guard case .resting(let seconds) = two.start("a", policy: policy) else {
      Issue.record("the other one does not know")
      return
    }
    #expect(seconds > 7190)
    let later = try Governor(directory: scratch.directory)
    #expect(later.pace("a").notBefore == one.pace("a").notBefore)
  }

  @Test func whatADeadProcessHadOnItsWayIsForgotten() throws {
    let scratch = try Scratch()
    let policy = GovernorPolicy(maxConcurrent: 1)
    var gone: Governor? = try Governor(directory: scratch.directory)
    #expect(gone?.start("a", policy: policy) == .go)
    let other = try Governor(directory: scratch.directory)
    #expect(other.start("a", policy: policy) == .full)
    // Closing the file gives the seat's lock back, as the end of a process does.
    gone = nil
    usleep(1_100_000)
    #expect(other.start("a", policy: policy) == .go)
  }

  @Test func damageIsForgotten() throws {
    let scratch = try Scratch()
    let path = scratch.path("governor")
    for bytes in [
      [UInt8](repeating: 0xFF, count: 100), Array("SQLite format 3".utf8), [UInt8](repeating: 7, count: 20_000),
    ] {
      try FileSystem.writeAtomically(bytes, to: path)
      let governor = try Governor(directory: scratch.directory)
      #expect(governor.start("a", policy: GovernorPolicy()) == .go)
    }
    // Numbers that make no sense in a record.
    var bytes = try FileSystem.read(path)
    for index in (4096 + 32)..<(4096 + 250) { bytes[index] = 0xFF }
    try FileSystem.writeAtomically(bytes, to: path)
    #expect(try Governor(directory: scratch.directory).start("a", policy: GovernorPolicy()) == .go)
  }

  @Test func manyThreadsNeverGoBeyondTheLimit() throws {
    let scratch = try Scratch()
    let policy = GovernorPolicy(maxConcurrent: 5)
    let governors = try (0..<2).map { _ in try Governor(directory: scratch.directory) }
    let state = Monitor((now: 0, most: 0, done: 0))
    let threads = (0..<8).map { number in
      BlockingThread("governor-test") {
        let governor = governors[number % 2]
        for _ in 0..<100 {
          while governor.start("a", policy: policy) != .go { usleep(50) }
          state.update { $0 = ($0.now + 1, max($0.most, $0.now + 1), $0.done) }
          usleep(20)
          state.update { $0 = ($0.now - 1, $0.most, $0.done + 1) }
          governor.finish("a", started: Timestamp.now.seconds, .succeeded, policy: policy)
        }
      }
    }
    for thread in threads { thread.join() }
    #expect(state.read { $0.done } == 800)
    #expect(state.read { $0.most } <= 5)
  }

  @Test func manyAccounts() throws {
    let scratch = try Scratch()
    let governor = try Governor(directory: scratch.directory)
    for number in 0..<2000 { #expect(governor.start("host\(number)", policy: GovernorPolicy()) == .go) }
    let again = try Governor(directory: scratch.directory)
    #expect(again.pace("host1999").used > 0)
    #expect(try FileSystem.status(scratch.path("governor"))?.size ?? 0 < 2_000_000)
  }
}
