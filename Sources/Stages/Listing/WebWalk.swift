import Foundations
import HTTPClient
import StageKit
import Store
import Web

/// Asks for pages one after another as they are found, many at once, with retries: how sources use the web.
struct WebWalk {
  struct Request {
    let url: String
    var validators: HTTPValidators?
    var accept: String
  }

  enum Result {
    /// An answer, and the URLs that redirected to it.
    case response(HTTPResponse, redirects: [String])
    /// A redirect led to a page that came already.
    case known(String)
    case failed(ItemFailure)
  }

  let options: FetchOptions
  let context: SourceContext
  let run: SourceRun

  /// Asks for all of `requests` and for those that `handle` returns. Answers come in any order; a failure is the last
  /// of `max_attempts`.
  /// - Throws: `.interrupted` when the run is being stopped, and what `handle` throws.
  func ask(
    _ requests: [Request], isKnown: @escaping (String) -> Bool = { _ in false },
    _ handle: (Request, Result) throws -> [Request]
  ) throws {
    guard !requests.isEmpty else { return }
    let options = try options.withSecrets(isFrozen: run.isFrozen)
    let client = try WebClient(
      options.settings(
        directory: context.directory, shared: context.shared, isFrozen: run.isFrozen, isForced: run.isForced))
    client.isKnown = isKnown
    var open: [Int: (request: Request, attempt: Int)] = [:]
    var delayed: [(due: UInt64, request: Request, attempt: Int, wasRefused: Bool)] = []
    var next = 0
    func add(_ request: Request, attempt: Int, isRetry: Bool) throws {
      if context.tombstones.contains(request.url) { return }
      guard let url = HTTPURL(request.url) else {
        let shown = URLCredentials.shown(request.url)
        let failure = ItemFailure(kind: "bad_url", message: "\(shown) is not a URL that can be fetched")
        for found in try handle(request, .failed(failure)) { try add(found, attempt: 1, isRetry: false) }
        return
      }
      open[next] = (request, attempt)
      client.add(
        next, options.request(url, validators: request.validators, accept: request.accept),
        validURL: request.validators?.url, isRetry: isRetry)
      next += 1
    }
    for request in requests { try add(request, attempt: 1, isRetry: false) }
    while !open.isEmpty || !delayed.isEmpty {
      if run.isStopping() { throw SluiceError(.interrupted, "the run was interrupted") }
      let now = MonotonicClock.now
      for item in delayed where item.due <= now {
        try add(item.request, attempt: item.attempt, isRetry: !item.wasRefused)
      }
      delayed.removeAll { $0.due <= now }
      let wake = min(delayed.map(\.due).min() ?? .max, now + 100_000_000)
      for (token, answer) in client.step(until: wake) {
        guard let (request, attempt) = open.removeValue(forKey: token) else {
          preconditionFailure("an answer to a request that nobody made")
        }
        if let wait = retry(answer, attempt) {
          var wasRefused = false
          if case .response(let response, _) = answer { wasRefused = HTTPAnswers.asksToWait(response.status) }
          delayed.append((MonotonicClock.deadline(after: wait), request, attempt + 1, wasRefused))
          continue
        }
        for found in try handle(request, result(answer)) { try add(found, attempt: 1, isRetry: false) }
      }
    }
  }

  /// Seconds until the next try; `nil` when this was the last.
  private func retry(_ answer: WebAnswer, _ attempt: Int) -> Double? {
    guard attempt < options.maxAttempts else { return nil }
    var floor = 0.0
    switch answer {
    case .known: return nil
    case .failed(let failure):
      guard failure.isTransient else { return nil }
      floor = failure.retryAfter ?? 0
    case .response(let response, _):
      guard [408, 425, 429].contains(response.status) || response.status >= 500 && response.status != 501 else {
        return nil
      }
      floor = response.retryAfter() ?? 0
    }
    guard floor <= options.maxBackoff else { return nil }
    let ceiling = min(options.maxBackoff, options.backoff * Double(1 << min(attempt - 1, 30)))
    return max(floor, .random(in: 0...max(ceiling, 0.001)))
  }

  private func result(_ answer: WebAnswer) -> Result {
    switch answer {
    case .known(let url, _): .known(url)
    case .failed(let failure):
      .failed(ItemFailure(kind: failure.kind, message: failure.message, isTransient: failure.isTransient))
    case .response(let response, let redirects): .response(response, redirects: redirects)
    }
  }
}
