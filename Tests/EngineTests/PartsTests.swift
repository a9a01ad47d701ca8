import Foundations
import StageKit
import Store
import TestSupport
import Testing

@testable import Engine

@Suite struct PartsTests {
  @Test func backoffHasFullJitterBetweenItsBounds() {
    let backoff = Backoff(["max_attempts": 40, "backoff": 2.0, "max_backoff": 30.0])
    var random = SeededGenerator(seed: 1)
    let failure = ItemFailure(kind: "http_503", message: "", isTransient: true)
    for attempt in 1..<40 {
      let ceiling = min(30, 2 * Double(UInt64(1) << UInt64(attempt - 1)))
      let waits = (0..<300).compactMap { _ in backoff.wait(after: failure, attempt: attempt, using: &random) }
      #expect(waits.count == 300)
      #expect(waits.allSatisfy { $0 >= 0 && $0 <= ceiling })
      // Full: from nothing to the whole of it, not a bit around the middle.
      #expect(waits.min()! < ceiling * 0.1 && waits.max()! > ceiling * 0.9)
    }
    #expect(backoff.wait(after: failure, attempt: 40, using: &random) == nil)
  }

  @Test func retryAfterIsAFloor() {
    let backoff = Backoff(["max_attempts": 5, "backoff": 1.0, "max_backoff": 2.0])
    var random = SeededGenerator(seed: 1)
    let asked = ItemFailure(kind: "http_429", message: "", isTransient: true, retryAfter: 10)
    #expect((0..<100).allSatisfy { _ in backoff.wait(after: asked, attempt: 1, using: &random) == 10 })
    let little = ItemFailure(kind: "http_429", message: "", isTransient: true, retryAfter: 0.5)
    #expect(
      (0..<100).allSatisfy { _ in (0.5...2).contains(backoff.wait(after: little, attempt: 3, using: &random) ?? -1) })
    let final = ItemFailure(kind: "http_404", message: "", retryAfter: 10)
    #expect(backoff.wait(after: final, attempt: 1, using: &random) == nil)
    #expect(Backoff(["backoff": 0.0]).wait(after: asked, attempt: 1, using: &random) == 10)
  }

  private func work(_ token: Int) -> WorkItem {
    WorkItem(token: token, item: Item(id: "\(token)", record: Record([:])), attempt: 1)
  }

  @Test func urgentWorkIsTakenFirst() {
    let queue = WorkQueue(isStopping: { false })
    for token in 0..<4 { queue.add(work(token), isUrgent: token == 3) }
    #expect(queue.next(max: 2, waiting: true).map(\.token) == [3, 0])
    #expect(queue.next(max: 9, waiting: false).map(\.token) == [1, 2])
    #expect(queue.next(max: 9, waiting: false).isEmpty)
    queue.close()
    #expect(!queue.isFinished, "what is being worked on may come back")
    for token in 0..<4 { _ = queue.finish(work(token)) }
    #expect(queue.isFinished)
    #expect(queue.next(max: 1, waiting: true).isEmpty)
  }

  @Test func whatIsTriedAgainComesBackAfterItsPause() {
    let queue = WorkQueue(isStopping: { false })
    queue.add(work(1), isUrgent: false)
    queue.close()
    let first = queue.next(max: 1, waiting: true)
    let start = MonotonicClock.now
    _ = queue.finish(first[0], retryAfter: 0.05)
    let second = queue.next(max: 1, waiting: true)
    #expect(second.map(\.attempt) == [2])
    #expect(MonotonicClock.seconds(since: start) >= 0.05)
    _ = queue.finish(second[0])
    #expect(queue.isFinished)
  }

  @Test func anAbsurdPauseDoesNotCrash() {
    let queue = WorkQueue(isStopping: { false })
    for (token, pause) in [1e30, Double.infinity, -5].enumerated() {
      queue.add(work(token), isUrgent: false)
      _ = queue.finish(queue.next(max: 1, waiting: false)[0], retryAfter: pause)
    }
    #expect(queue.next(max: 9, waiting: false).map(\.token) == [2])
    queue.abort()
    #expect(queue.isFinished)
  }

  @Test func anAbortedOrStoppedQueueKeepsNobodyWaiting() {
    let queue = WorkQueue(isStopping: { false })
    for token in 0..<2048 { queue.add(work(token), isUrgent: false) }
    let adder = BlockingThread("adder") {
      queue.add(WorkItem(token: 9999, item: Item(id: "x", record: Record([:])), attempt: 1), isUrgent: false)
    }
    queue.abort()
    adder.join()
    #expect(queue.next(max: 1, waiting: true).isEmpty)
    let stopped = WorkQueue(isStopping: { true })
    stopped.add(work(1), isUrgent: false)
    #expect(stopped.next(max: 1, waiting: true).isEmpty && stopped.isFinished)
  }

  @Test func inboxKeepsOrderAndHoldsSendersBack() {
    let inbox = Inbox()
    let item = Item(id: "i", record: Record([:]))
    inbox.put(.items(need: 1, Array(repeating: item, count: 5000)))
    inbox.put(.finished(need: 2, nil))
    let state = Monitor(false)
    let sender = BlockingThread("sender") {
      inbox.waitForRoom { false }
      state.update { $0 = true }
    }
    #expect(state.wait(until: MonotonicClock.now + 50_000_000) { $0 ? true : nil } == nil, "it is full")
    guard case .items(1, let items)? = inbox.take({ false }) else {
      _ = Issue.record("no items")
      return
    }
    #expect(items.count == 5000)
    sender.join()
    guard case .finished(2, nil)? = inbox.take({ false }) else {
      _ = Issue.record("no end")
      return
    }
    #expect(inbox.take({ true }) == nil)
  }

  @Test func memoEntriesComeBack() throws {
    let memo = MemoOutputs([
      (.same, .members(["summary": "s"])), (.child("0001"), .record(Digest(of: "r"))),
      (.absolute("same"), .members([:])),
    ])
    let read = try MemoOutputs(reading: memo.bytes)
    #expect(read.bytes == memo.bytes)
    #expect(read.outputs.map(\.id) == [.same, .child("0001"), .absolute("same")])
    #expect(try MemoOutputs(reading: MemoOutputs([]).bytes).outputs.isEmpty)
    for text in ["", "{}", "[{}]", "[{\"i\":\"s\"}]", "[{\"i\":\"s\",\"d\":\"xyz\"}]"] {
      #expect(throws: SluiceError.self, "\(text)") { try MemoOutputs(reading: Array(text.utf8)) }
    }
  }

  @Test func anOutputThatInheritsFollowsItsInput() throws {
    let scratch = try Scratch()
    let layout = ArtifactLayout(root: scratch.path("a"))
    try layout.create()
    _ = try Ledger.openForWriting(layout)
    let store = try ObjectStore(layout)
    let memo = MemoOutputs([(.same, .members(["summary": "s", "page": 9]))])
    for page in [1, 2] {
      let outputs = try memo.items(
        of: Item(id: "i", record: Record(["text": "t", "page": JSONValue(page), "row": JSONValue(page)])), store: store,
        loading: true)
      #expect(outputs.map(\.id) == ["i"])
      #expect(try outputs[0].record?.object() == ["text": "t", "row": JSONValue(page), "summary": "s", "page": 9])
    }
  }
}
