import Foundations
import HTTPClient
import StageKit
import Synchronization

/// Keeps many transfers going at once from one thread.
final class FetchWorker: ItemWorker {
  private let options: FetchOptions
  private let context: StageContext

  /// The most items taken and not yet reported, and the most transfers at once.
  private static let mostTaken = 1024
  private static let mostRunning = 256
  /// Nanoseconds that an interrupted run waits for transfers on their way.
  private static let patience: UInt64 = 3_000_000_000

  init(_ options: FetchOptions, _ context: StageContext) {
    self.options = options
    self.context = context
  }

  private struct Job {
    let item: WorkItem
    let url: HTTPURL
  }

  private struct Ended: Sendable {
    let token: Int
    let result: Result<HTTPResponse, HTTPFailure>
  }

  func run(_ feed: any ItemFeed) throws {
    let answers = HTTPAnswers(objects: context.objects, options: options)
    let files = FileFetcher(objects: context.objects, maxBytes: options.maxBytes)
    var governor = HostGovernor<Job>(
      perHost: options.perHost, rate: options.rate, cooldown: options.backoff,
      maxCooldown: options.maxBackoff)
    var running: [Int: Job] = [:]
    let inbox = Monitor<[Ended]>([])
    var stopSince: UInt64?

    while true {
      let busy = running.count + governor.waitingCount
      if busy < Self.mostTaken {
        let items = feed.next(max: min(64, Self.mostTaken - busy), waiting: busy == 0)
        if items.isEmpty && busy == 0 { return }
        for item in items { try admit(item, feed, files, answers, &governor) }
      }
      let now = MonotonicClock.now
      let isStopping = context.isStopping()
      for job in governor.start(now: now, max: isStopping ? 0 : Self.mostRunning - running.count) {
        running[job.item.token] = job
        let token = job.item.token
        try HTTPTransfers.shared().submit(
          options.request(job.url, validators: job.item.previous?.validators)
        ) { result in
          inbox.update { $0.append(Ended(token: token, result: result)) }
        }
      }
      for (job, seconds) in governor.takeHopeless(now: now) {
        feed.report(
          job.item,
          answers.failed(
            job.item,
            ItemFailure(
              kind: "host_resting",
              message:
                "\(job.url.host) asks to be left alone for another \(Units.show(seconds: seconds))",
              retryAfter: seconds)))
      }
      if isStopping {
        // What is on its way may still arrive, but nobody waits long for it.
        stopSince = stopSince ?? now
        if running.isEmpty || now - (stopSince ?? now) > Self.patience {
          try context.checkStopping()
        }
      }
      if running.isEmpty && governor.waitingCount == 0 { continue }
      let wake = min(
        governor.nextStart(now: now) ?? .max, now + (feed.isFinished ? 500_000_000 : 20_000_000))
      let ended = inbox.wait(until: wake) { inbox -> [Ended]? in
        guard !inbox.isEmpty else { return nil }
        defer { inbox = [] }
        return inbox
      }
      for end in ended ?? [] {
        guard let job = running.removeValue(forKey: end.token) else { continue }
        release(job, end.result, &governor)
        feed.report(job.item, try answers.outcome(job.item, end.result))
      }
    }
  }

  private func admit(
    _ item: WorkItem, _ feed: any ItemFeed, _ files: FileFetcher, _ answers: HTTPAnswers,
    _ governor: inout HostGovernor<Job>
  ) throws {
    do {
      switch try FetchTarget(item.item, directory: context.directory) {
      case .file(let path): feed.report(item, try files.fetch(path, previous: item.previous))
      case .http(let url):
        if context.isFrozen, let previous = item.previous {
          // What is kept is what there is: old, but no miss. The next run that may asks again.
          feed.report(item, .unchanged(Freshness(seconds: 0, validators: previous.validators)))
          return
        }
        if context.isFrozen {
          throw ItemFailure(
            kind: "frozen",
            message: "\(url.host) would have to be asked, and the network is forbidden (--frozen)")
        }
        governor.enqueue(Job(item: item, url: url), host: url.origin)
      }
    } catch let failure as ItemFailure {
      feed.report(item, answers.failed(item, failure))
    }
  }

  private func release(
    _ job: Job, _ result: Result<HTTPResponse, HTTPFailure>, _ governor: inout HostGovernor<Job>
  ) {
    if case .success(let response) = result, HTTPAnswers.asksToWait(response.status) {
      governor.refused(
        host: job.url.origin, retryAfter: response.retryAfter(), now: MonotonicClock.now,
        jitter: .random(in: 0...1))
    } else {
      governor.ended(host: job.url.origin)
    }
  }
}
