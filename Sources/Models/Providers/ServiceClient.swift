import Foundations
import Glibc
import Governor
import HTTPClient
import Manifest

/// Asks a provider's server, when its governor lets it, and again when the server is busy or broken.
struct ServiceClient: Sendable {
  let provider: Provider
  let endpoint: ServiceEndpoint
  let environment: ProviderEnvironment
  private let governor: Governor
  private let policy: GovernorPolicy
  private let tokenPolicy: GovernorPolicy

  /// Where nobody answered several times in a row, only so many seconds are waited for.
  private static let longestDown = 10.0
  /// Waiting longer than this is told; seconds.
  private static let toldWait = 5.0

  /// The longest pause that a server may ask for and still be waited for; seconds.
  private static let longestPause = 300.0

  /// - Throws: `.usage` when the URL is none or the key's variable is not set.
  init(_ provider: Provider, _ environment: ProviderEnvironment) throws(SluiceError) {
    self.provider = provider
    self.environment = environment
    endpoint = try ServiceEndpoint(
      baseURL: provider.baseURL, model: provider.model, keyVariable: environment.isFrozen ? nil : provider.keyVariable)
    governor = try environment.governor()
    policy = GovernorPolicy(
      maxConcurrent: provider.limits.concurrent, rate: provider.limits.requestsPerMinute.map { $0 / 60 }, cooldown: 0.5,
      maxCooldown: Self.longestPause)
    tokenPolicy = GovernorPolicy(
      maxConcurrent: 1_000_000, rate: provider.limits.tokensPerMinute.map { $0 / 60 }, maxCooldown: Self.longestPause)
  }

  /// What limits are held against: one key at one server, for one model, as providers count. The key itself is never
  /// part of it.
  var account: String { "\(endpoint.baseURL) \(provider.keyVariable ?? "") \(provider.model)" }

  /// The server and the model, as messages name them.
  var who: String { "\(endpoint.baseURL) (\(provider.model))" }

  struct Answer {
    let json: JSONValue
    /// Requests that it took.
    let tries: Int
    /// Seconds from the first byte sent to the last received, waiting for leave apart.
    let seconds: Double
  }

  /// Asks until there is an answer, or no hope of one.
  /// - Parameter tokens: about how many tokens the request will use up, for the limit of tokens a minute.
  func post(_ path: String, _ body: JSONValue, tokens: Int, number: Int = 1) throws(ServiceFailure) -> Answer {
    if environment.isFrozen {
      throw .stopped(
        SluiceError(
          .frozen, "\(who) would have to be asked, and the run is frozen",
          advice: "Run without --frozen once: answers are kept."))
    }
    let transfers: HTTPTransfers
    do { transfers = try HTTPTransfers.shared() } catch { throw .unavailable(SluiceError(wrapping: error)) }
    let request = request(path, body, number)
    var giveUp = MonotonicClock.deadline(after: provider.patience)
    var failures = 0
    var tries = 0
    var reason = ""
    while true {
      try waitForLeave(tokens, until: giveUp, reason)
      // Our own pacing costs no patience.
      if reason.isEmpty { giveUp = MonotonicClock.deadline(after: provider.patience) }
      tries += 1
      let started = Timestamp.now.seconds
      let exchange = exchange(request, transfers)
      governor.finish(account, started: started, exchange.outcome, policy: policy)
      switch exchange.result {
      case .answer(let json, let headers, let seconds):
        heed(RateHeaders(headers), tokens)
        return Answer(json: json, tries: tries, seconds: seconds)
      case .failure(let failure): throw failure
      case .busy(let why):
        reason = why
        if MonotonicClock.now > giveUp {
          throw .unavailable(unavailable("\(why) for \(Units.show(seconds: provider.patience))", nil))
        }
      case .broken(let why):
        reason = why
        failures += 1
        if failures >= provider.attempts { throw .unavailable(unavailable("\(why) (\(failures) tries)", nil)) }
        try pause(failures)
      }
    }
  }

  /// What one request came to.
  private struct Exchange {
    enum Result {
      case answer(JSONValue, HTTPHeaders, seconds: Double)
      /// It wants to be asked later, as the governor now knows.
      case busy(String)
      /// It failed, and may not fail again.
      case broken(String)
      case failure(ServiceFailure)
    }

    let result: Result
    let outcome: GovernorOutcome
  }

  private func request(_ path: String, _ body: JSONValue, _ number: Int) -> HTTPRequest {
    let bytes = body.canonicalBytes
    var headers = HTTPHeaders()
    headers["Content-Type"] = "application/json"
    headers["Accept"] = "application/json"
    // A server that knows it does not do, or bill, the same work twice when an answer was lost on its way.
    headers["Idempotency-Key"] = "sluice-" + Digest(of: bytes).hex.prefix(32) + (number > 1 ? "-\(number)" : "")
    if !endpoint.key.isEmpty { headers["Authorization"] = "Bearer \(endpoint.key)" }
    var request = HTTPRequest("POST", endpoint.baseURL + path, headers: headers, body: bytes)
    request.timeout = provider.timeout
    request.stallTimeout = 0
    request.maxBodyBytes = 64 << 20
    request.maxRedirects = 0
    return request
  }

  private func exchange(_ request: HTTPRequest, _ transfers: HTTPTransfers) -> Exchange {
    let response: HTTPResponse
    do throws(HTTPFailure) { response = try transfers.send(request) } catch {
      guard error.isTransient else {
        return Exchange(result: .failure(.unavailable(unavailable(error.message, nil))), outcome: .neutral)
      }
      let outcome: GovernorOutcome =
        switch error.kind {
        case .timeout, .stalled: .unanswered
        case .reset, .truncated: .neutral
        default: .unreachable
        }
      return Exchange(result: .broken(error.message), outcome: outcome)
    }
    if response.isSuccess {
      guard let json = try? JSONValue(parsing: response.body) else {
        return Exchange(result: .broken("its answer is not JSON"), outcome: .neutral)
      }
      if !ServiceComplaint.isError(json) {
        return Exchange(
          result: .answer(json, response.headers, seconds: response.seconds), outcome: .succeeded)
      }
    }
    let complaint = ServiceComplaint(response)
    // An error that comes with status 200 counts as what it says it is.
    let status = response.isSuccess ? complaint.status ?? 500 : response.status
    let reason =
      "HTTP \(response.status)\(status == response.status || complaint.status == nil ? "" : " with error \(status)"): \(complaint.message)"
    switch status {
    case 400, 413, 422:
      return Exchange(
        result: .failure(.rejected(status: status, message: complaint.message)), outcome: .neutral)
    case 429 where complaint.isQuotaSpent, 402:
      return Exchange(result: .failure(.unavailable(unavailable(reason, status))), outcome: .neutral)
    case 429, 503, 529:
      // A plea to come back at once is none: our own growing pauses count then.
      let wait = response.retryAfter().flatMap { $0 > 0 ? $0 : nil }
      if let wait, wait > min(Self.longestPause, provider.patience) {
        let error = unavailable("\(reason); it asks to wait for \(Units.show(seconds: wait))", status)
        return Exchange(result: .failure(.unavailable(error)), outcome: .refused(retryAfter: wait))
      }
      return Exchange(result: .busy(reason), outcome: .refused(retryAfter: wait))
    case 408, 409, 425, 500...599: return Exchange(result: .broken(reason), outcome: .neutral)
    default:
      return Exchange(result: .failure(.unavailable(unavailable(reason, status))), outcome: .neutral)
    }
  }

  /// Blocks until the governor says go, for requests and for tokens.
  private func waitForLeave(_ tokens: Int, until giveUp: UInt64, _ reason: String) throws(ServiceFailure) {
    var isTold = false
    while true {
      if environment.isStopping() { throw .stopped(SluiceError(.interrupted, "the run was interrupted")) }
      var verdict = governor.start(account, policy: policy)
      if verdict == .go, tokenPolicy.rate != nil {
        verdict = governor.start(tokenAccount, policy: tokenPolicy, cost: Double(max(1, tokens)))
        if verdict == .go {
          governor.finish(tokenAccount, started: Timestamp.now.seconds, .neutral, policy: tokenPolicy)
        } else {
          governor.finish(account, started: Timestamp.now.seconds, .unsent, policy: policy)
        }
      }
      var wait = 0.01
      var mayGiveUp = !reason.isEmpty
      switch verdict {
      case .go: return
      case .wait(let seconds): wait = seconds
      case .full: break
      case .resting(let seconds), .down(let seconds): (wait, mayGiveUp) = (seconds, true)
      }
      if case .down = verdict, provider.fallback != nil || wait > Self.longestDown {
        throw .unavailable(unavailable(reason.isEmpty ? "nobody answers there" : reason, nil))
      }
      let left = Double(Int64(bitPattern: giveUp) - Int64(bitPattern: MonotonicClock.now)) / 1e9
      if mayGiveUp, wait > left {
        let why = reason.isEmpty ? "it asked to be left alone" : reason
        throw .unavailable(
          unavailable("\(why); \(Units.show(seconds: wait)) are left to wait, more than its patience", nil))
      }
      if mayGiveUp, wait > Self.toldWait, !isTold {
        isTold = true
        let why = reason.isEmpty ? "it asked for a pause" : reason
        environment.log(
          false,
          "\(provider.name): waiting \(Units.show(seconds: wait)) for \(endpoint.baseURL) (\(Secrets.redacted(why)))")
      }
      try sleep(min(wait, 1))
    }
  }

  private var tokenAccount: String { account + " tokens" }

  /// Waits before the limit is hit rather than after.
  private func heed(_ rest: RateHeaders, _ tokens: Int) {
    var pause = 0.0
    if let requests = rest.requests, requests.remaining < 1 { pause = max(pause, requests.reset) }
    if let left = rest.tokens, left.remaining < Double(tokens) { pause = max(pause, left.reset) }
    if pause > 0 { governor.rest(account, seconds: min(pause, Self.longestPause)) }
  }

  /// Exponential backoff with full jitter (Brooker 2015).
  private func pause(_ failures: Int) throws(ServiceFailure) {
    try sleep(Double.random(in: 0...min(60, Double(1 << min(failures - 1, 10)))))
  }

  private func sleep(_ seconds: Double) throws(ServiceFailure) {
    let end = MonotonicClock.deadline(after: seconds)
    repeat {
      if environment.isStopping() { throw .stopped(SluiceError(.interrupted, "the run was interrupted")) }
      let now = MonotonicClock.now
      usleep(UInt32(min(100_000, (end - min(end, now)) / 1000 + 1)))
    } while MonotonicClock.now < end
  }

  private func unavailable(_ reason: String, _ status: Int?) -> SluiceError {
    let advice =
      switch status {
      case 401, 403: "The key is wrong or lacks a permission: check the variable that key_env names."
      case 404: "Check base_url (with /v1) and that the server has the model \(provider.model)."
      case 402, 429: "The account is spent or wants a long pause; a fallback in providers.yaml can take over."
      default: "What was finished is kept: run again when the service answers."
      }
    // What waiting cannot mend is a mistake in the project, and fails the stage; the rest heals by itself.
    let code: SluiceError.Code = [401, 403, 404].contains(status) ? .usage : .service
    return SluiceError(
      code, Secrets.redacted("\(who): \(reason)"), advice: advice)
  }
}
