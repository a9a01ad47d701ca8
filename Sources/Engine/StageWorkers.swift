import Foundations
import StageKit
import Synchronization

/// The threads that carry out the items of one stage run; started when there is work.
final class StageWorkers: Sendable {
  private struct State: Sendable {
    var threads: [BlockingThread] = []
    var scratch: String?
  }

  private let scope: StageScope
  private let stage: any ItemStage
  private let state = Mutex(State())

  init(_ scope: StageScope, _ stage: any ItemStage) {
    self.scope = scope
    self.stage = stage
  }

  /// Starts the threads, unless they run already.
  /// - Parameters:
  ///   - feed: makes a thread's view of the queue; a stage that takes part in `--jobs` gets the slots of the run.
  ///   - fail: is told of an error that a worker ends with.
  func start(
    feed: @escaping @Sendable (JobSlots?) -> WorkerFeed, fail: @escaping @Sendable (any Error) -> Void
  ) throws {
    try state.withLock { state in
      guard state.threads.isEmpty else { return }
      let session = scope.session
      let count: Int
      let slots: JobSlots?
      switch stage.parallelism {
      case .jobs: (count, slots) = (session.options.jobs, session.slots)
      case .threads(let number): (count, slots) = (max(1, number), nil)
      }
      let folder = try session.scratch.make()
      state.scratch = folder
      let worker = try stage.makeWorker(session.context(scope.id, scratch: folder))
      for number in 0..<count {
        state.threads.append(
          BlockingThread("\(scope.name)-\(number)", stackSize: 16 << 20) {
            let feed = feed(slots)
            do { try worker.run(feed) } catch { fail(error) }
            feed.end()
          })
      }
    }
  }

  func wait() {
    for thread in state.withLock({ $0.threads }) { thread.join() }
  }

  func removeScratch() {
    if let folder = state.withLock({ $0.scratch }) { scope.session.scratch.release(folder) }
  }
}
