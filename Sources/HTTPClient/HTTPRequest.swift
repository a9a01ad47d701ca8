import Foundations

/// One request and the limits under which it is made.
package struct HTTPRequest: Sendable {
  package var method: String
  package var url: String
  package var headers: HTTPHeaders
  /// `nil` for no body. Its `Content-Type` belongs in `headers`.
  package var body: [UInt8]?
  /// Seconds for everything, redirects included.
  package var timeout: Double = 120
  /// Seconds until a connection stands, name resolution and TLS included.
  package var connectTimeout: Double = 15
  /// Seconds in which no byte may arrive before the transfer counts as stalled; 0 for no such limit.
  package var stallTimeout: Double = 30
  /// The most bytes of the body after decoding: a gzip bomb fails here.
  package var maxBodyBytes: Int = 100_000_000
  /// Whether a body that is larger ends there, rather than fail.
  package var keepsBeginning = false
  /// The most bytes of the body on the wire.
  package var maxWireBytes: Int = 100_000_000
  /// The most bytes of header lines.
  package var maxHeaderBytes: Int = 256 << 10
  /// 0: a redirect is an answer like any other.
  package var maxRedirects: Int = 10
  /// A file with the certificate authorities to trust instead of the system's; by default what
  /// `SSL_CERT_FILE` names, as with OpenSSL's own programs.
  package var authorities: String? = Environment["SSL_CERT_FILE"]
  package var userAgent: String = HTTPRequest.defaultUserAgent
  /// Asked for the first URL and for each that a redirect leads to; an answer refuses it.
  package var admit: @Sendable (HTTPURL) -> HTTPFailure? = { _ in nil }

  /// Whether addresses that are not public (loopback, private networks, link-local, cloud metadata) may be connected
  /// to. Held against the address of the connection itself, after the name was resolved and after each redirect.
  package var allowsPrivateAddresses = true

  package static let defaultUserAgent = "Sluice/0.1"

  package init(
    _ method: String = "GET", _ url: String, headers: HTTPHeaders = HTTPHeaders(),
    body: [UInt8]? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }
}
