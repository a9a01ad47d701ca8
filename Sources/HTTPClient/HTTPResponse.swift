import Foundations

/// A whole answer: a body that broke off never gets this far.
package struct HTTPResponse: Sendable {
  package let status: Int
  package var headers: HTTPHeaders
  /// Decoded: `Content-Encoding` is undone.
  package let body: [UInt8]
  /// The URL that answered, after redirects.
  package var finalURL: String
  /// How often the body held a secret of this run, which is masked in it.
  package var secretCount = 0
  /// Pages on the way here that sent the reader on with a meta refresh.
  package var refreshes: [String] = []
  /// Bytes of the body on the wire.
  package let wireBytes: Int
  /// 2 for HTTP/2, 1 for HTTP/1.x.
  package let majorVersion: Int
  /// Redirects that were followed.
  package let redirects: Int
  /// Seconds from submission to the last byte.
  package let seconds: Double

  package init(
    status: Int, headers: HTTPHeaders, body: [UInt8], finalURL: String, wireBytes: Int, majorVersion: Int,
    redirects: Int, seconds: Double
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.finalURL = finalURL
    self.wireBytes = wireBytes
    self.majorVersion = majorVersion
    self.redirects = redirects
    self.seconds = seconds
  }

  package var isSuccess: Bool { (200..<300).contains(status) }

  /// The media type of `Content-Type` in lower case without parameters (RFC 9110, 8.3).
  package var contentType: String? {
    guard let field = headers["content-type"] else { return nil }
    let type = ContentTypeField.parse(field).type
    return type.isEmpty ? nil : type
  }

  /// The `charset` parameter of `Content-Type` in lower case.
  package var charset: String? {
    headers["content-type"].flatMap { ContentTypeField.parse($0).charset }
  }

  /// Seconds that `Retry-After` asks to wait from `now` on (RFC 9110, 10.2.3); `nil` when it is
  /// absent or makes no sense.
  package func retryAfter(now: Timestamp = .now) -> Double? {
    headers["retry-after"].flatMap { RetryAfter.seconds($0, now: now) }
  }

  /// The wait that `Retry-After` asks for, in words; `nil` where it asks for none.
  package func pleaForPatience(now: Timestamp = .now) -> String? {
    guard let reading = headers["retry-after"].flatMap({ RetryAfter.reading($0, now: now) }) else { return nil }
    let wait = Units.show(seconds: reading.seconds)
    guard let asked = reading.distrusted else { return "asks to wait \(wait)" }
    return "asks to wait \(Units.show(seconds: asked)), of which \(wait) is believed"
  }
}
