import Foundations
import HTTPClient
import StageKit

/// The parameters of a fetch stage.
struct FetchOptions: Sendable {
  /// Seconds.
  let refresh: Double
  let maxAttempts: Int
  let backoff: Double
  let maxBackoff: Double
  let perHost: Int
  /// Requests per second to one host.
  let rate: Double?
  let maxBytes: Int
  private let timeout: Double
  private let connectTimeout: Double
  private let stallTimeout: Double
  private let maxRedirects: Int
  private let userAgent: String
  private let headers: HTTPHeaders

  init(_ parameters: Parameters) throws {
    refresh = try parameters.double("refresh")
    maxAttempts = try parameters.int("max_attempts")
    backoff = try parameters.double("backoff")
    maxBackoff = try parameters.double("max_backoff")
    timeout = try parameters.double("timeout")
    connectTimeout = try parameters.double("connect_timeout")
    stallTimeout = try parameters.double("stall_timeout")
    perHost = try parameters.int("per_host")
    rate = parameters.optionalDouble("rate")
    maxBytes = try parameters.int("max_bytes")
    maxRedirects = try parameters.int("max_redirects")
    userAgent = parameters.optionalString("user_agent") ?? HTTPRequest.defaultUserAgent
    headers = HTTPHeaders(
      (parameters.values["headers"]?.object?.members ?? []).compactMap { member in
        member.value.string.map { HTTPHeaders.Field(name: member.key, value: $0) }
      })
  }

  func request(_ url: HTTPURL, validators: JSONObject?) -> HTTPRequest {
    var request = HTTPRequest("GET", url.text, headers: headers)
    request.timeout = timeout
    request.connectTimeout = connectTimeout
    request.stallTimeout = stallTimeout
    request.maxBodyBytes = maxBytes
    request.maxWireBytes = maxBytes
    request.maxRedirects = maxRedirects
    request.userAgent = userAgent
    request.admit = URLAdmission.refusal
    if request.headers["accept"] == nil {
      request.headers["Accept"] =
        "text/html,application/xhtml+xml,application/pdf,text/markdown,text/plain;q=0.9,*/*;q=0.5"
    }
    // RFC 9110, 13.1.3: where there is an ETag, it alone decides; servers may still use the date.
    if let tag = validators?["etag"]?.string { request.headers["If-None-Match"] = tag }
    if let date = validators?["last_modified"]?.string {
      request.headers["If-Modified-Since"] = date
    }
    return request
  }
}

/// The one place that says which URLs may be asked for: each first URL and each redirect comes by.
enum URLAdmission {
  /// Why a URL is refused; `nil` when it is not.
  static let refusal: @Sendable (HTTPURL) -> HTTPFailure? = { _ in nil }
}
