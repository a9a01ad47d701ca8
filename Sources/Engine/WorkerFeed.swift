import Foundations
import StageKit

/// One worker thread's view of the stage's queue: holds a job slot only while the worker works, and
/// gives it back before waiting for anything.
final class WorkerFeed: ItemFeed, @unchecked Sendable {
  private let flow: ItemFlow
  private let queue: WorkQueue
  private let slots: JobSlots?
  // Touched only by the worker's own thread.
  private var hasSlot = false
  private var handedOut: UInt64?
  private var isResting = false

  init(flow: ItemFlow, queue: WorkQueue, slots: JobSlots?) {
    self.flow = flow
    self.queue = queue
    self.slots = slots
  }

  func next(max: Int, waiting: Bool) -> [WorkItem] {
    // Who only asks whether there is more goes on working.
    if waiting {
      end()
      flow.waitForRoom()
    }
    let taken = queue.next(max: max, waiting: waiting)
    guard !taken.isEmpty else { return [] }
    if !waiting && (isResting || handedOut != nil && hasSlot) { return taken }
    end()
    if let slots {
      slots.acquire()
      hasSlot = true
    }
    handedOut = MonotonicClock.now
    return taken
  }

  func report(_ item: WorkItem, _ outcome: ItemOutcome) { flow.report(item, outcome) }

  var isFinished: Bool { queue.isFinished }
  var isExhausted: Bool { queue.isExhausted }

  func rest() {
    end()
    isResting = true
  }

  /// Gives the slot back and counts the time.
  func end() {
    isResting = false
    if let handedOut {
      flow.addWorkSeconds(MonotonicClock.seconds(since: handedOut))
      self.handedOut = nil
    }
    if hasSlot {
      slots?.release()
      hasSlot = false
    }
  }
}
