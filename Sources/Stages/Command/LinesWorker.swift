import Foundations
import StageKit
import Store

/// Feeds the programs of a `lines` stage: one for each thread.
final class LinesWorker: ItemWorker {
  private let settings: CommandSettings
  private let context: StageContext
  init(_ settings: CommandSettings, _ context: StageContext) {
    self.settings = settings
    self.context = context
  }

  private static let batch = 256

  func run(_ feed: any ItemFeed) throws {
    var process: LinesProcess?
    defer { process?.end() }
    // What has to be sent again, in portions: after a program died each item alone, at last to a program of its own.
    var again: [(batch: [WorkItem], needsNew: Bool)] = []
    // Files that were written once while the program ran: by itself, or by somebody else.
    var suspects: Set<String> = []
    while true {
      if process.map(\.isIdle) ?? true {
        let (batch, needsNew) = again.popLast() ?? (feed.next(max: Self.batch, waiting: true), false)
        if batch.isEmpty { return }
        if let idle = process, needsNew || !idle.isInputOpen || isOver(idle) {
          idle.end()
          process = nil
        }
        process = try process ?? start()
        try process?.send(batch)
      }
      guard let current = process else { return }
      if context.isStopping() {
        current.stop()
        process = nil
        throw SluiceError(.interrupted, "the run was interrupted")
      }
      let answers = current.exchange()
      // Answers are believed only if the program's files are still those that it was started with.
      if try !answers.isEmpty && hasChanged(current, &suspects) {
        again.append((answers.map(\.work) + current.unanswered, false))
        current.stop()
        process = nil
        continue
      }
      for (work, outcome) in answers { feed.report(work, lasting(outcome)) }
      switch current.ended {
      case .no: if again.isEmpty { topUp(current, feed) } else if current.quiet > 0.2 { current.closeInput() }
      case .silent(let failure), .failed(let failure):
        var left = current.unanswered
        current.stop()
        process = nil
        if left.isEmpty { continue }
        if case .silent = current.ended {
          // Whoever waits longest is to blame; the others are sent again.
          feed.report(left.removeFirst(), .failed(failure))
          if !left.isEmpty { again.append((left, false)) }
        } else if current.hadOneItem {
          feed.report(left[0], .failed(failure))
        } else {
          // One of them may be the culprit, or what was asked before: alone, each of the others gets its answer. Who was
          // alone already is given a program that was asked nothing else: then there is nobody left to blame.
          again.append(contentsOf: left.reversed().map { ([$0], left.count == 1) })
        }
      }
    }
  }

  private func start() throws -> LinesProcess {
    do {
      return try LinesProcess(settings, context)
    } catch let failure as ItemFailure {
      throw SluiceError(.badInput, failure.message)
    }
  }

  private func isOver(_ process: LinesProcess) -> Bool {
    if case .no = process.ended { false } else { true }
  }

  /// Whether a file of the line was written, be it put back or not, so that the program is to be started again. What is
  /// written again then, it writes itself.
  private func hasChanged(_ process: LinesProcess, _ suspects: inout Set<String>) throws -> Bool {
    let now = try settings.files.see()
    let written = settings.files.written(process.files, now)
    if !written.isSubset(of: suspects) {
      suspects.formUnion(written)
      return true
    }
    settings.files.adopt(written) { context.log(.warning, $0) }
    do {
      try settings.files.check(now)
    } catch let failure as ItemFailure {
      throw SluiceError(.badInput, failure.message)
    }
    return false
  }

  private func lasting(_ outcome: ItemOutcome) -> ItemOutcome {
    guard case .done(let outputs, _) = outcome, !settings.files.isRepeatable else { return outcome }
    return .done(outputs, Freshness(seconds: 0))
  }

  /// Gives a program that is quiet more to do; when there is no more, it is told so: it may wait for just that.
  private func topUp(_ process: LinesProcess, _ feed: any ItemFeed) {
    guard process.quiet > 0.05, process.canTakeMore, !process.isIdle else { return }
    let more = feed.next(max: Self.batch, waiting: false)
    if !more.isEmpty {
      attemptSend(more, to: process, feed)
    } else if process.quiet > process.patience(isExhausted: feed.isExhausted) {
      process.closeInput()
    } else if process.seemsToCollect {
      // The stages above may need the job to make what it waits for.
      feed.rest()
    }
  }

  private func attemptSend(_ more: [WorkItem], to process: LinesProcess, _ feed: any ItemFeed) {
    do { try process.send(more) } catch {
      for work in more {
        feed.report(work, .failed(ItemFailure(kind: "bad_record", message: SluiceError(wrapping: error).message)))
      }
    }
  }
}
