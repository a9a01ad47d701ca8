import HTTPClient

/// What came of a request to the `WebClient`.
package enum WebAnswer: Sendable {
  /// An answer, and the URLs that redirected to it, in order.
  case response(HTTPResponse, redirects: [String])
  /// A redirect led to a URL that was fetched in this run already.
  case known(url: String, redirects: [String])
  case failed(WebFailure)
}

/// Why there is no answer; `HTTPFailure` and what the client itself decides.
package struct WebFailure: Error, Sendable, Equatable {
  /// A short stable word: `robots`, `host_down`, `host_resting`, `host_refuses`, `retry_budget`, `frozen`, or one of `HTTPFailure`.
  package var kind: String
  package var message: String
  /// Whether trying again in this run can help.
  package var isTransient: Bool
  package var retryAfter: Double?

  package init(_ kind: String, _ message: String, isTransient: Bool = false, retryAfter: Double? = nil) {
    self.kind = kind
    self.message = message
    self.isTransient = isTransient
    self.retryAfter = retryAfter
  }

  package init(_ failure: HTTPFailure) {
    self.init(failure.kind.description, failure.message, isTransient: failure.isTransient)
  }
}
