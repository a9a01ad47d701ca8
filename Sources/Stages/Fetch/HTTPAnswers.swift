import Foundations
import HTTPClient
import StageKit
import Store

/// What an answer, or its absence, means for an item.
struct HTTPAnswers {
  let objects: any ContentStore
  let options: FetchOptions

  func outcome(_ item: WorkItem, _ result: Result<HTTPResponse, HTTPFailure>) throws -> ItemOutcome {
    switch result {
    case .failure(let failure):
      return failed(
        item,
        ItemFailure(
          kind: failure.kind.description, message: failure.message, isTransient: failure.isTransient
        ))
    case .success(let response):
      switch response.status {
      case 200, 203: return try done(item, response)
      case 304:
        guard let previous = item.previous else {
          return failed(item, refused(response, "not modified, but nothing is kept"))
        }
        // RFC 9111, 4.3.4: what a 304 says of validators replaces what was stored.
        return .unchanged(freshness(response, previous.validators))
      case 404, 410:
        let reason = "\(response.finalURL) answers \(Self.text(response.status))"
        return item.previous != nil
          ? .gone(reason: reason, recheck: options.refresh)
          : .failed(ItemFailure(kind: "http_\(response.status)", message: reason))
      default: return failed(item, refused(response, nil))
      }
    }
  }

  /// Whether an answer asks for patience with the whole host.
  static func asksToWait(_ status: Int) -> Bool { status == 429 || status == 503 }

  private func done(_ item: WorkItem, _ response: HTTPResponse) throws -> ItemOutcome {
    let digest = try objects.put(response.body)
    var members = JSONObject()
    members["body"] = .string(digest.description)
    members["bytes"] = JSONValue(response.body.count)
    members["charset"] = response.charset.map { .string($0) }
    members["content_type"] = response.contentType.map { .string($0) }
    members["etag"] = response.headers["etag"].map { .string($0) }
    members["final_url"] = .string(response.finalURL)
    members["last_modified"] = response.headers["last-modified"].map { .string($0) }
    members["status"] = JSONValue(response.status)
    let fresh = freshness(response, [:])
    // The same document under another ETag or date is the same document: its record stays as it was.
    if let before = try item.previous?.outputs.first?.record.object(),
      ["body", "charset", "content_type", "final_url"].allSatisfy({ before[$0] == members[$0] })
    {
      return .unchanged(fresh)
    }
    return .done([ItemOutput(id: .same, members: members, inherits: true)], fresh)
  }

  private func freshness(_ response: HTTPResponse, _ stored: JSONObject) -> Freshness {
    var validators = stored
    if let tag = response.headers["etag"] { validators["etag"] = .string(tag) }
    if let date = response.headers["last-modified"] { validators["last_modified"] = .string(date) }
    return Freshness(seconds: options.refresh, validators: validators)
  }

  private func refused(_ response: HTTPResponse, _ detail: String?) -> ItemFailure {
    let status = response.status
    let isTransient =
      [408, 425, 429].contains(status) || status >= 500 && status != 501 && status != 505
    let wait = isTransient ? response.retryAfter() : nil
    var message = "\(response.finalURL) answers \(Self.text(status))"
    if let detail { message += ": \(detail)" }
    if let wait { message += ", and asks to wait \(Units.show(seconds: wait))" }
    // A wait beyond what a run waits for is a matter of the next run.
    return ItemFailure(
      kind: "http_\(status)", message: message,
      isTransient: isTransient && wait ?? 0 <= options.maxBackoff,
      retryAfter: wait)
  }

  /// An item that cannot be fetched now keeps what it had: at once where trying again cannot help,
  /// after the last attempt otherwise.
  func failed(_ item: WorkItem, _ failure: ItemFailure) -> ItemOutcome {
    if item.previous != nil && (!failure.isTransient || item.attempt >= options.maxAttempts) {
      return .stale(failure)
    }
    return .failed(failure)
  }

  static func text(_ status: Int) -> String {
    let names = [
      400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 410: "Gone",
      429: "Too Many Requests",
      500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
      504: "Gateway Timeout",
    ]
    return names[status].map { "\(status) \($0)" } ?? "\(status)"
  }
}
