import Foundations
import Glibc
import HTTPClient

/// Asks a server, again when it is busy or down.
struct ServiceClient: Sendable {
  let endpoint: ServiceEndpoint
  /// Whether the run is being stopped.
  let isStopping: @Sendable () -> Bool

  /// What a server said that makes no sense to ask again.
  struct Rejection: Error {
    let status: Int
    let message: String
  }

  /// An answer's JSON, or what was refused about the request (400, 413, 422).
  /// - Throws: `.service` when the server is down, busy for too long, or refuses us altogether; `.frozen` when
  ///   nothing may be asked.
  func post(_ path: String, _ body: JSONValue) throws(SluiceError) -> Result<JSONValue, Rejection> {
    if endpoint.isFrozen {
      throw SluiceError(
        .frozen, "\(endpoint.baseURL) (\(endpoint.model)) would have to be asked, and the run is frozen",
        advice: "Run without --frozen once: answers are kept.")
    }
    let transfers = try HTTPTransfers.shared()
    var headers = HTTPHeaders()
    headers["Content-Type"] = "application/json"
    headers["Accept"] = "application/json"
    if !endpoint.key.isEmpty { headers["Authorization"] = "Bearer \(endpoint.key)" }
    var request = HTTPRequest(
      "POST", endpoint.baseURL + path, headers: headers, body: body.canonicalBytes)
    request.timeout = endpoint.timeout
    request.stallTimeout = 0
    request.maxRedirects = 0
    var reason = ""
    for attempt in 1...max(1, endpoint.attempts) {
      if isStopping() { throw SluiceError(.interrupted, "the run was interrupted") }
      var wait: Double?
      do throws(HTTPFailure) {
        let response = try transfers.send(request)
        if response.isSuccess {
          if let json = try? JSONValue(parsing: response.body) { return .success(json) }
          reason = "its answer is not JSON"
        } else {
          let message = Self.message(of: response)
          switch response.status {
          case 400, 413, 422: return .failure(Rejection(status: response.status, message: message))
          case 408, 409, 425, 429, 500...599:
            reason = "HTTP \(response.status): \(message)"
            wait = response.retryAfter()
          default: throw HTTPFailure(.other, "HTTP \(response.status): \(message)")
          }
        }
      } catch {
        reason = error.message
        if !error.isTransient { throw unavailable(reason, status: reason) }
      }
      if attempt == endpoint.attempts { break }
      if let wait, wait > 300 {
        throw unavailable(
          "\(reason); it asks to wait for \(Units.show(seconds: wait))", status: reason)
      }
      try pause(wait, attempt)
    }
    throw unavailable("\(reason) (\(endpoint.attempts) tries)", status: reason)
  }

  /// Exponential backoff with full jitter (Brooker 2015) above what `Retry-After` asked for.
  private func pause(_ asked: Double?, _ attempt: Int) throws(SluiceError) {
    let longest = min(60, endpoint.backoff * Double(1 << min(attempt - 1, 10)))
    let seconds = (asked ?? 0) + Double.random(in: 0...longest)
    let end = MonotonicClock.deadline(after: seconds)
    while MonotonicClock.now < end {
      if isStopping() { throw SluiceError(.interrupted, "the run was interrupted") }
      usleep(UInt32(min(100_000, (end - min(end, MonotonicClock.now)) / 1000 + 1)))
    }
  }

  private func unavailable(_ reason: String, status: String) -> SluiceError {
    let advice =
      if status.hasPrefix("HTTP 401") || status.hasPrefix("HTTP 403") {
        "The key is wrong or lacks a permission: check the variable that key_env names."
      } else if status.hasPrefix("HTTP 404") {
        "Check base_url (with /v1) and that the server has the model \(endpoint.model)."
      } else {
        "What was finished is kept: run again when the service answers."
      }
    return SluiceError(
      .service, Secrets.redacted("\(endpoint.baseURL) (\(endpoint.model)): \(reason)"),
      advice: advice)
  }

  /// What an error's body says: OpenAI's `error.message`, or the beginning of the text.
  private static func message(of response: HTTPResponse) -> String {
    let json = try? JSONValue(parsing: response.body)
    let text =
      json?["error"]?["message"]?.string ?? json?["error"]?.string ?? json?["message"]?.string
      ?? json?["detail"]?.string
      ?? String(decoding: response.body.prefix(200), as: UTF8.self)
    let line = String(text.prefix(300).map { $0.isNewline ? " " : $0 })
    return Secrets.redacted(line.isEmpty ? "no reason given" : line)
  }
}
