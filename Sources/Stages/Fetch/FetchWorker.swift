import Foundations
import HTTPClient
import StageKit
import Store
import Synchronization
import Web

/// Keeps many transfers going at once from one thread.
final class FetchWorker: ItemWorker {
  private let context: StageContext
  /// Touched by the worker's one thread only.
  private nonisolated(unsafe) var options: FetchOptions
  private nonisolated(unsafe) var renderer: PageRenderer?
  /// Pages that cassettes have rendered.
  private nonisolated(unsafe) var frozenPages: [PageRenderer.Rendered] = []

  /// The most items taken and not yet reported.
  private static let mostTaken = 1024
  /// Nanoseconds that an interrupted run waits for transfers on their way.
  private static let patience: UInt64 = 3_000_000_000

  init(_ options: FetchOptions, _ context: StageContext) {
    self.options = options
    self.context = context
  }

  private struct Job: Sendable {
    let item: WorkItem
    let request: HTTPRequest
  }

  /// What one run keeps in mind.
  private struct Memory {
    var jobs: [Int: Job] = [:]
    let known = KnownPages()
    /// Items whose last try was answered with a plea for patience: that costs no retry budget.
    var refused: Set<Int> = []
    var unrendered: [Int: Unrendered] = [:]
  }

  func run(_ feed: any ItemFeed) throws {
    let answers = HTTPAnswers(options: options)
    let files = FileFetcher(objects: context.objects, maxBytes: options.maxBytes, onFlag: options.onFlag)
    var memory = Memory()
    var client: WebClient?
    var stopSince: UInt64?
    let line = AnswerLine()
    defer {
      // What came is kept, whatever ends the run.
      line.close()
      report(memory.known)
    }
    while true {
      if client?.busy ?? 0 == 0 && memory.unrendered.isEmpty { try line.drain() }
      let busy = (client?.busy ?? 0) + memory.unrendered.count
      if busy < Self.mostTaken {
        let items = feed.next(max: min(64, Self.mostTaken - busy), waiting: busy == 0)
        if items.isEmpty && busy == 0 { return }
        for item in items { try admit(item, feed, files, answers, &client, &memory) }
      }
      if !memory.unrendered.isEmpty {
        let isIdle = client?.busy ?? 0 == 0
        let pages = frozenPages + (renderer?.take(until: MonotonicClock.now + (isIdle ? 100_000_000 : 0)) ?? [])
        frozenPages = []
        for page in pages {
          guard let waiting = memory.unrendered.removeValue(forKey: page.token) else {
            preconditionFailure("the browser rendered a page that nobody waits for")
          }
          feed.report(waiting.job.item, try rendered(waiting, page.result, answers, memory.known))
        }
        if isIdle { try context.checkStopping() }
      }
      guard let client, client.busy > 0 else { continue }
      let isStopping = context.isStopping()
      if isStopping {
        // What is on its way may still arrive, but nobody waits long for it.
        let now = MonotonicClock.now
        stopSince = stopSince ?? now
        if client.runningCount == 0 || now - (stopSince ?? now) > Self.patience { try context.checkStopping() }
      }
      let wake = MonotonicClock.now + (feed.isFinished ? 500_000_000 : 20_000_000)
      for (token, answer) in client.step(until: wake, isStopping: isStopping) {
        guard let job = memory.jobs.removeValue(forKey: token) else {
          preconditionFailure("an answer to a request that nobody made")
        }
        try take(answer, job, feed, answers, line, &memory)
      }
    }
  }

  /// A page that the browser is to render, as it came.
  private struct Unrendered {
    let job: Job
    let response: HTTPResponse
    let redirects: [String]
  }

  private func take(
    _ answer: WebAnswer, _ job: Job, _ feed: any ItemFeed, _ answers: HTTPAnswers, _ line: AnswerLine,
    _ memory: inout Memory
  ) throws {
    let token = job.item.token
    memory.refused.remove(token)
    switch answer {
    case .failed(let failure): feed.report(job.item, answers.failed(job.item, failure))
    case .known(let url, let redirects):
      // Behind the page itself in the line.
      try line.add(bytes: 0) { [known = memory.known] in
        guard let page = known.share(url) else {
          return feed.report(
            job.item,
            answers.failed(
              job.item,
              ItemFailure(
                kind: "redirected", message: "\(url) could not be kept; it is asked for again", isTransient: true)))
        }
        feed.report(job.item, answers.shared(job.item, page, redirects: redirects))
      }
    case .response(let response, let redirects):
      if HTTPAnswers.asksToWait(response.status) { memory.refused.insert(token) }
      guard [200, 203].contains(response.status) else {
        return feed.report(job.item, answers.outcome(job.item, job.request, response))
      }
      if try needsBrowser(response, redirects) {
        memory.unrendered[token] = Unrendered(job: job, response: response, redirects: redirects)
        return try render(token, response.finalURL)
      }
      memory.known.expect(response.finalURL)
      try line.add(bytes: response.body.count) { [self, known = memory.known] in
        feed.report(job.item, try done(job, response, redirects, isRendered: false, answers, known))
      }
    }
  }

  private func done(
    _ job: Job, _ response: HTTPResponse, _ redirects: [String], isRendered: Bool, _ answers: HTTPAnswers,
    _ known: KnownPages
  ) throws -> ItemOutcome {
    var page = answers.document(response, try context.objects.put(response.body), redirects, isRendered: isRendered)
    if isRendered { page.isRendered = true }
    let outcome = answers.done(job.item, page, answers.freshness(job.item, job.request, response))
    page.redirects = nil
    known.keep(response.finalURL, page)
    return outcome
  }

  private func needsBrowser(_ response: HTTPResponse, _ redirects: [String]) throws -> Bool {
    guard options.render != .never,
      response.contentType == "text/html" || response.contentType == "application/xhtml+xml"
    else { return false }
    if options.render == .chromium { return true }
    return PageFlags.inspect(
      response.body, contentType: response.contentType, finalURL: response.finalURL, isRedirected: !redirects.isEmpty
    ).contains { $0.kind == "needs_javascript" }
  }

  private func render(_ token: Int, _ url: String) throws {
    if context.isFrozen {
      return frozenPages.append(PageRenderer.Rendered(token: token, result: replay(url)))
    }
    let started = try renderer ?? PageRenderer(options, scratch: context.scratch)
    renderer = started
    started.submit(token, url)
  }

  private var cassettes: Cassettes? {
    options.settings(directory: context.directory, shared: nil, isFrozen: context.isFrozen).cassettes
  }

  /// The request under which a rendered page is recorded.
  private static func rendering(_ url: String) -> HTTPRequest { HTTPRequest("RENDER", url) }

  private func replay(_ url: String) -> Result<[UInt8], WebFailure> {
    guard let parsed = HTTPURL(url) else { return .failure(WebFailure("bad_url", url)) }
    do throws(SluiceError) {
      if let page = try cassettes?.replay(Self.rendering(url), parsed) { return .success(page.body) }
      return .failure(WebFailure("frozen", "no cassette has the rendered page \(url.prefix(200)) (--frozen)"))
    } catch {
      return .failure(WebFailure("damaged_cassette", error.message))
    }
  }

  private func rendered(
    _ waiting: Unrendered, _ result: Result<[UInt8], WebFailure>, _ answers: HTTPAnswers, _ known: KnownPages
  ) throws -> ItemOutcome {
    switch result {
    case .failure(let failure): return answers.failed(waiting.job.item, failure)
    case .success(let body):
      let before = waiting.response
      var headers = before.headers.filtered {
        !["content-length", "content-encoding", "transfer-encoding"].contains($0)
      }
      headers["content-type"] = "text/html; charset=utf-8"
      headers["content-length"] = String(body.count)
      let page = HTTPResponse(
        status: before.status, headers: headers, body: body, finalURL: before.finalURL, wireBytes: before.wireBytes,
        majorVersion: before.majorVersion, redirects: before.redirects, seconds: before.seconds)
      if !context.isFrozen, let url = HTTPURL(before.finalURL) {
        try cassettes?.record(Self.rendering(before.finalURL), url, page)
      }
      return try done(waiting.job, page, waiting.redirects, isRendered: true, answers, known)
    }
  }

  /// What a person wants to know of the whole run.
  private func report(_ known: KnownPages) {
    let (flags, shared) = known.summary
    if !flags.isEmpty {
      let kinds = flags.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
      context.log(.warning, "pages that may not be what was asked for: \(kinds) (field `flags` of their records)")
    }
    if shared > 0 {
      context.log(.info, "\(shared) URLs redirect to pages that others fetched: not fetched twice")
    }
  }

  private func admit(
    _ item: WorkItem, _ feed: any ItemFeed, _ files: FileFetcher, _ answers: HTTPAnswers,
    _ client: inout WebClient?, _ memory: inout Memory
  ) throws {
    do {
      switch try FetchTarget(item.item, directory: context.directory, allowed: options.allowedFiles) {
      case .file(let path): feed.report(item, try files.fetch(path, previous: item.previous))
      case .http(let url):
        if context.isFrozen, let previous = item.previous {
          // What is kept is what there is: old, but no miss. The next run that may asks again.
          feed.report(item, .unchanged(Freshness(seconds: 0, validators: previous.validators)))
          return
        }
        if client == nil {
          options = try options.withSecrets(isFrozen: context.isFrozen)
          client = try WebClient(
            options.settings(
              directory: context.directory, shared: context.shared, isFrozen: context.isFrozen,
              isForced: context.isForced))
          client?.isKnown = { [known = memory.known] in known.contains($0) }
        }
        // What the browser made of a page changes without the page: it is asked for whole.
        let isRendered = try item.previous?.outputs.first.flatMap { try Document($0).isRendered } == true
        let kept = item.previous.map { HTTPValidators(members: $0.validators) }
        let request = options.request(url, validators: isRendered ? nil : kept)
        memory.jobs[item.token] = Job(item: item, request: request)
        client?.add(
          item.token, request, validURL: kept?.url,
          isRetry: item.attempt > 1 && !memory.refused.contains(item.token))
      }
    } catch let failure as ItemFailure {
      feed.report(item, answers.failed(item, failure))
    }
  }
}
