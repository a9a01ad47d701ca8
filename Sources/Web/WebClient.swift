import Foundations
import Governor
import HTTPClient

/// Asks for pages politely: cassettes first, then robots.txt, then the governor's leave, then the network; redirects
/// hop by hop through the same gates.
///
/// Used by one thread, which calls `step` until nothing is busy; transfers run on the thread of `HTTPTransfers`.
/// A request is tried once: repeating it is the caller's business, within the host's retry budget.
package final class WebClient {
  private struct Ended: Sendable {
    let token: Int
    let result: Result<HTTPResponse, HTTPFailure>
  }

  private let settings: WebSettings
  private let governor: Governor
  private let transfers: HTTPTransfers?
  private let robots: RobotsStore
  private let inbox = Monitor<[Ended]>([])
  private var hosts: [String: WebHost] = [:]
  private var running: [Int: WebJob] = [:]
  /// Jobs that wait for another one which fetches the page they were redirected to.
  /// How many jobs wait for or are on their way to a URL.
  private var open: [String: Int] = [:]
  private var followers: [String: [WebJob]] = [:]
  /// Those of them that may go on.
  private var released: [WebJob] = []
  private var answers: [(Int, WebAnswer)] = []
  private var nextInternal = -1
  /// Whether a URL was fetched in this run, so that a redirect to it need not fetch it again.
  package var isKnown: (String) -> Bool = { _ in false }
  private let normalizer = URLNormalizer()

  /// The most transfers at once.
  private static let mostRunning = 256

  /// - Throws: `SluiceError.missing` when libcurl is not installed.
  package init(_ settings: WebSettings) throws {
    self.settings = settings
    governor = try Governor.shared(directory: settings.isFrozen ? nil : settings.directory)
    transfers = settings.isFrozen ? nil : try HTTPTransfers.shared()
    robots = RobotsStore(directory: settings.directory)
  }

  /// Requests that were added and whose answers were not handed out.
  package private(set) var busy = 0
  /// Requests on the network.
  package var runningCount: Int { running.count }

  /// Adds a request. `token` comes back with the answer and is not negative.
  /// - Parameter validURL: the URL that gave the validators which the request carries, where that is not its own: what one
  ///   resource says of its version says nothing of another.
  package func add(_ token: Int, _ request: HTTPRequest, validURL: String? = nil, isRetry: Bool = false) {
    busy += 1
    guard let url = HTTPURL(request.url) else {
      return answer(
        token, .failed(WebFailure("bad_url", "\(URLCredentials.shown(request.url)) is not a URL that can be fetched")))
    }
    var request = request
    request.maxRedirects = 0
    request.allowsPrivateAddresses = settings.allowsPrivate
    var job = WebJob(token: token, request: request, url: url, isRetry: isRetry)
    job.conditions = request.headers.filtered { HTTPHeaders.conditions.contains($0) }
    job.conditionsURL = validURL ?? url.text
    job.request.headers = request.headers.filtered { !HTTPHeaders.conditions.contains($0) }
    enqueue(job)
  }

  /// Ends a job that never went out.
  private func refuse(_ job: WebJob, _ failure: WebFailure) {
    answer(job.token, .failed(failure))
    release(job.url.text)
  }

  private func answer(_ token: Int, _ answer: WebAnswer) {
    answers.append((token, answer))
  }

  private func enqueue(_ job: WebJob) {
    if settings.isFrozen { return replay(job) }
    open[job.url.text, default: 0] += 1
    hosts[job.url.origin, default: WebHost(account: job.url.account)].waiting.append(job)
  }

  private func replay(_ job: WebJob) {
    do throws(SluiceError) {
      if let recorded = try settings.cassettes?.replay(job.request, job.url) { return take(recorded, job) }
      answer(
        job.token,
        .failed(
          WebFailure(
            "frozen",
            settings.cassettes == nil
              ? "\(job.url.host) would have to be asked, and the network is forbidden (--frozen)"
              : "no cassette has an answer for \(job.url.text.prefix(200)), and the network is forbidden (--frozen)")))
    } catch {
      answer(job.token, .failed(WebFailure("damaged_cassette", error.message)))
    }
  }

  // MARK: One step

  /// Starts what may start, and waits until something was answered or `deadline` (`MonotonicClock`) has come.
  package func step(until deadline: UInt64, isStopping: Bool = false) -> [(Int, WebAnswer)] {
    var wake = deadline
    goOn()
    if !isStopping {
      let now = Timestamp.now.seconds
      if let next = launch(now) {
        wake = min(wake, MonotonicClock.deadline(after: max(0.001, next - Timestamp.now.seconds)))
      }
    }
    if answers.isEmpty {
      let ended = inbox.wait(until: wake) { inbox -> [Ended]? in
        guard !inbox.isEmpty else { return nil }
        defer { inbox = [] }
        return inbox
      }
      for end in ended ?? [] { finish(end) }
      goOn()
      // What takes the places of those that ended is on its way while the caller works on their answers.
      if !isStopping, ended != nil { _ = launch(Timestamp.now.seconds) }
    }
    defer {
      busy -= answers.count
      answers = []
    }
    return answers
  }

  /// Lets go out what may; gives the time at which more may, unless only an end helps.
  private func launch(_ now: Double) -> Double? {
    var next: Double?
    // The names apart from the dictionary, which is changed on the way.
    for name in hosts.compactMap({ $0.value.hasWaiting ? $0.key : nil }) {
      guard var host = hosts[name], host.hasWaiting else { continue }
      if host.notBefore <= now {
        hosts[name] = nil
        launch(&host, now)
        hosts[name] = host
      }
      if host.hasWaiting, host.notBefore > now { next = min(next ?? .infinity, host.notBefore) }
    }
    if !released.isEmpty {
      goOn()
      next = now
    }
    return next
  }

  private func goOn() {
    let jobs = released
    released = []
    for job in jobs { enqueue(job) }
  }

  private func launch(_ host: inout WebHost, _ now: Double) {
    let account = host.account
    if settings.liftsPauses, !host.isForgiven {
      governor.forgive(account)
      host.isForgiven = true
    }
    while host.hasWaiting, running.count < Self.mostRunning {
      if settings.obeysRobots {
        let job = host.waiting[host.first]
        switch host.robots {
        case .known(let rules):
          guard rules.allows(job.url.target) else {
            _ = host.pop()
            disallowed(job)
            continue
          }
        case .asking: return
        case .unknown:
          if let rules = robots.load(job.url.origin, now: now) {
            host.robots = .known(rules)
            continue
          }
        }
      }
      var policy = settings.policy
      if case .known(let rules) = host.robots, let delay = rules.crawlDelay { policy.minInterval = min(delay, 3600) }
      if host.refusals >= Self.mostRefusals, now - host.refusesSince >= Self.patience * policy.maxCooldown {
        let seconds = now - host.refusesSince
        for job in host.takeAll() { refuse(job, Self.refuses(job.url.host, for: seconds)) }
        governor.forgetRate(account)
        return
      }
      // It may be the page: another one tells whether it is the host.
      if host.refusals > 0 { host.shuffleFront() }
      let probes = !host.hasProbed
      switch governor.start(account, policy: policy, probes: probes, now: now) {
      case .go:
        host.hasProbed = true
        host.notBefore = 0
        send(&host, now)
      case .wait(let seconds):
        host.notBefore = now + seconds
        return
      case .full:
        // An end here wakes us; one in another process does not.
        host.notBefore = host.running > 0 ? 0 : now + 0.05
        return
      case .resting(let seconds): for job in host.takeAll() { refuse(job, Self.rests(job.url.host, for: seconds)) }
      case .down(let seconds): for job in host.takeAll() { refuse(job, Self.isDown(job.url.host, for: seconds)) }
      }
    }
  }

  /// A host that gave nothing but refusals for so many of the longest pauses, and so often, is left to the next run: each
  /// further page would wait for its turn, only to be refused.
  private static let patience = 4.0
  private static let mostRefusals = 4

  private static func rests(_ host: String, for seconds: Double) -> WebFailure {
    WebFailure(
      "host_resting", "\(host) asks to be left alone for another \(Units.show(seconds: seconds))", retryAfter: seconds)
  }

  private static func isDown(_ host: String, for seconds: Double) -> WebFailure {
    WebFailure(
      "host_down",
      "\(host) did not answer several times in a row: it is not asked for another \(Units.show(seconds: seconds)); the next run tries again"
    )
  }

  private static func refuses(_ host: String, for seconds: Double) -> WebFailure {
    WebFailure(
      "host_refuses",
      "\(host) has refused every page for \(Units.show(seconds: seconds)), also after pauses: it is not asked any more in this run; the next run tries again"
    )
  }

  private func disallowed(_ job: WebJob) {
    refuse(
      job,
      WebFailure(
        "robots",
        "the robots.txt of \(job.url.host) does not allow \(job.url.target.prefix(200)) to be fetched (robots: false would ask all the same)"
      ))
  }

  /// The governor gave leave for one request to a host: for its robots.txt if that is not known yet.
  private func send(_ host: inout WebHost, _ now: Double) {
    let account = host.account
    var job: WebJob
    if settings.obeysRobots, case .unknown = host.robots {
      let page = host.waiting[host.first]
      var request = page.request
      request.method = "GET"
      request.url = page.url.origin + "/robots.txt"
      request.headers = ["Accept": "text/plain,*/*;q=0.5"]
      request.maxRedirects = 5
      // What is longer is read as far as that, not refused.
      request.maxBodyBytes = RobotsRules.maxBytes
      request.maxWireBytes = 4 * RobotsRules.maxBytes
      request.keepsBeginning = true
      request.timeout = min(request.timeout, 30)
      guard let url = HTTPURL(request.url) else {
        return governor.finish(account, started: now, .neutral, policy: settings.policy)
      }
      job = WebJob(token: nextInternal, request: request, url: url, isRetry: false, isRobots: true)
      nextInternal -= 1
      host.robots = .asking
    } else {
      if !host.hasAnswered, governor.pace(account).isDown { host.shuffleFront() }
      job = host.pop()
      if job.isRetry {
        guard governor.takeRetry(account, now: now) else {
          governor.finish(account, started: now, .neutral, policy: settings.policy)
          return refuse(
            job,
            WebFailure(
              "retry_budget",
              "so many requests to \(job.url.host) failed that no more are repeated in this run; the next run tries again"
            ))
        }
        job.isRetry = false
      }
    }
    job.started = now
    host.running += 1
    var request = job.request
    if !job.isRobots { request.headers = headers(of: &job) }
    request.url = asked(job)
    running[job.token] = job
    let token = job.token
    transfers?.submit(request) { [inbox] result in
      inbox.update { $0.append(Ended(token: token, result: result)) }
    }
  }

  /// The fields of the current hop, with what belongs to it alone.
  private func headers(of job: inout WebJob) -> HTTPHeaders {
    var headers = job.request.headers
    if let cookies = job.cookies.field(for: job.url) {
      headers["Cookie"] = headers["cookie"].map { "\($0); \(cookies)" } ?? cookies
    }
    // What is recorded has to be whole: a 304 would say nothing to a clone that has no page.
    job.isConditional =
      !job.conditions.fields.isEmpty && job.conditionsURL == job.url.text
      && settings.cassettes?.lacks(job.request, job.url, job.conditions) != true
    if job.isConditional { for field in job.conditions.fields { headers.append(field.name, field.value) } }
    return headers
  }

  /// The URL with what is added to it, also after redirects within the site.
  private func asked(_ job: WebJob) -> String {
    let url = job.url.text
    if settings.secretQuery.isEmpty || job.isRobots || job.hasLeft { return url }
    let parts = settings.secretQuery.map { "\(Secrets.inAddress($0.name))=\(Secrets.inAddress($0.value))" }
    return url + (url.utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + parts.joined(separator: "&")
  }

  /// Where an answer leads, without what was added to the question, which servers like to hand on.
  private func withoutQuery(_ location: String) -> String {
    let names = Set(settings.secretQuery.map(\.name))
    return Secrets.redacted(
      names.isEmpty ? location : URLCredentials.without(location) { names.contains($0) } ?? location)
  }

  // MARK: Ends

  private func finish(_ end: Ended) {
    guard let job = running.removeValue(forKey: end.token) else { return }
    let origin = job.url.origin
    if case .success = end.result { hosts[origin]?.hasAnswered = true }
    hosts[origin]?.running -= 1
    hosts[origin]?.notBefore = 0
    var outcome = outcome(end.result)
    if case .success(let response) = end.result, !job.isRobots, judge(response, job) { outcome = .neutral }
    governor.finish(job.url.account, started: job.started, outcome, policy: settings.policy)
    switch outcome {
    case .refused:
      if hosts[origin]?.refusals == 0 { hosts[origin]?.refusesSince = Timestamp.now.seconds }
      hosts[origin]?.refusals += 1
    case .succeeded: hosts[origin]?.refusals = 0
    case .unreachable, .unanswered, .neutral, .unsent: break
    }
    if job.isRobots { return learnRobots(end.result, job) }
    switch end.result {
    case .success(let response) where response.status == 304 && !job.isConditional:
      refuse(
        job,
        WebFailure(
          "http_304", "\(job.url.text) answers 304 Not Modified, though it was asked for the whole page",
          isTransient: true))
    case .success(var response):
      response.finalURL = job.url.text
      response.headers["Location"] = response.headers["location"].map(withoutQuery)
      do throws(SluiceError) {
        try settings.cassettes?.record(job.request, job.url, response)
      } catch {
        return refuse(job, WebFailure("cassette", error.message))
      }
      take(response, job)
    case .failure(let failure):
      refuse(job, WebFailure(failure))
    }
  }

  /// Keeps count of what a host answers.
  /// - Returns: whether the answer is a refusal that belongs to its page alone.
  private func judge(_ response: HTTPResponse, _ job: WebJob) -> Bool {
    let origin = job.url.origin
    guard var host = hosts[origin] else { return false }
    hosts[origin] = nil
    defer { hosts[origin] = host }
    if response.status < 400 {
      host.successes += 1
      if host.unavailable.removeValue(forKey: job.url.text) != nil { host.hasRelented = true }
      return false
    }
    guard response.status == 503, host.isOwnTrouble(job.url.text) else { return false }
    // What its earlier refusals seemed to teach was wrong.
    governor.forgetRate(host.account)
    host.refusals = 0
    return true
  }

  private func outcome(_ result: Result<HTTPResponse, HTTPFailure>) -> GovernorOutcome {
    switch result {
    case .success(let response):
      if response.status == 429 || response.status == 503 { return .refused(retryAfter: response.retryAfter()) }
      return response.status < 500 ? .succeeded : .neutral
    case .failure(let failure):
      if [.dns, .connect, .connectTimeout, .proxy].contains(failure.kind) { return .unreachable }
      if [.timeout, .stalled].contains(failure.kind) { return .unanswered }
      return .neutral
    }
  }

  /// An answer of one hop: the last one, or a redirect to follow.
  private func take(_ response: HTTPResponse, _ job: WebJob) {
    guard settings.maxRedirects > 0 else { return end(response, job) }
    if [301, 302, 303, 307, 308].contains(response.status), let location = response.headers["location"] {
      return follow(location, response, job)
    }
    guard job.refreshes.count < MetaRefresh.most, let target = MetaRefresh.target(response, at: job.url, normalizer),
      !job.redirects.contains(target.text)
    else { return end(response, job) }
    var next = job
    next.refreshes.append(job.url.text)
    follow(target.text, response, next)
  }

  private func end(_ response: HTTPResponse, _ job: WebJob) {
    var response = response
    response.refreshes = job.refreshes
    answer(job.token, .response(response, redirects: job.redirects))
    release(job.url.text)
  }

  private func follow(_ location: String, _ response: HTTPResponse, _ job: WebJob) {
    release(job.url.text)
    var next = job
    next.redirects.append(job.url.text)
    next.cookies.take(response.headers, from: job.url, now: Timestamp.now.seconds)
    guard next.redirects.count <= settings.maxRedirects else {
      return answer(
        job.token,
        .failed(
          WebFailure(
            "too_many_redirects",
            "\(job.url.host) redirected more than \(settings.maxRedirects) times; the last time to \(URLCredentials.shown(location))"
          )))
    }
    guard let target = normalizer.resolve(location, against: job.url), let url = HTTPURL(target) else {
      return answer(
        job.token,
        .failed(
          WebFailure(
            "bad_redirect",
            "\(job.url.host) redirects to \(URLCredentials.shown(location)), which is no http or https URL")))
    }
    // What the caller wants only this site to know (keys, cookies) does not follow to another one.
    if url.origin != job.url.origin {
      let harmless: Set = ["accept", "accept-language"]
      next.request.headers = next.request.headers.filtered { harmless.contains($0) }
      next.hasLeft = true
    }
    next.url = url
    next.request.url = url.text
    if isKnown(url.text) || isAnswered(url.text) {
      return answer(job.token, .known(url: url.text, redirects: next.redirects))
    }
    if open[url.text] != nil {
      followers[url.text, default: []].append(next)
    } else {
      enqueue(next)
    }
  }

  /// Whether a page is among the answers that are about to be handed out: whoever reads them in order has it.
  private func isAnswered(_ url: String) -> Bool {
    answers.contains { answer in
      if case .response(let response, _) = answer.1 { return response.status == 200 && response.finalURL == url }
      return false
    }
  }

  /// Lets those go on who waited for a page.
  private func release(_ url: String) {
    if let count = open[url] { open[url] = count > 1 ? count - 1 : nil }
    guard let waiting = followers.removeValue(forKey: url) else { return }
    released += waiting
  }

  private func learnRobots(_ result: Result<HTTPResponse, HTTPFailure>, _ job: WebJob) {
    let origin = job.url.origin
    let now = Timestamp.now.seconds
    switch result {
    case .success(let response) where response.isSuccess:
      robots.save(origin, body: response.body, now: now)
      hosts[origin]?.robots = .known(RobotsRules(reading: response.body, product: WebSettings.product))
    case .success(let response) where response.status == 429 || response.status >= 500:
      failRobots(
        origin,
        WebFailure(
          "robots_unreachable",
          "\(job.url.text) answers \(response.status): what it allows is not known, so nothing is asked of \(job.url.host)"
        ))
    case .success:
      // RFC 9309, 2.3.1.3: there is none.
      robots.save(origin, body: nil, now: now)
      hosts[origin]?.robots = .known(.allowAll)
    case .failure(let failure):
      if [.redirects, .tooLarge, .headersTooLarge, .badURL, .unsupportedScheme].contains(failure.kind) {
        hosts[origin]?.robots = .known(.allowAll)
      } else {
        failRobots(origin, WebFailure(failure))
      }
    }
  }

  /// RFC 9309, 2.3.1.4: a robots.txt that cannot be had forbids everything, unless a copy is kept.
  private func failRobots(_ origin: String, _ failure: WebFailure) {
    hosts[origin]?.robots = .unknown
    let isDead = ["dns", "connect", "connect_timeout", "proxy"].contains(failure.kind)
    if !isDead, let old = robots.load(origin, now: Timestamp.now.seconds, maxAge: RobotsStore.maxStale) {
      hosts[origin]?.robots = .known(old)
      return
    }
    let tries = (hosts[origin]?.robotsTries ?? 0) + 1
    hosts[origin]?.robotsTries = tries
    // A hiccup is waited out here: those who wait must not each count it as a try of their own.
    if !isDead, failure.kind != "private_address", tries < 4 {
      let pause = settings.policy.cooldown * Double(tries) * .random(in: 0.5...1)
      hosts[origin]?.notBefore = Timestamp.now.seconds + pause
      return
    }
    hosts[origin]?.robotsTries = 0
    for job in hosts[origin]?.takeAll() ?? [] { refuse(job, failure) }
  }
}
