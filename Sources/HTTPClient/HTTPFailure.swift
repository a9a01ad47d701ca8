import Foundations

/// Why there is no answer. An answer with status 500 is an answer.
package struct HTTPFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// A short stable word to count by.
  package struct Kind: Hashable, Sendable, CustomStringConvertible {
    package let description: String
    package init(_ word: String) { description = word }

    /// The URL cannot be read.
    package static let badURL = Kind("bad_url")
    /// Neither http nor https.
    package static let unsupportedScheme = Kind("unsupported_scheme")
    /// The name does not resolve.
    package static let dns = Kind("dns")
    /// Nobody answers at that address.
    package static let connect = Kind("connect")
    package static let connectTimeout = Kind("connect_timeout")
    /// The certificate or the TLS handshake is not right.
    package static let tls = Kind("tls")
    /// The total time ran out.
    package static let timeout = Kind("timeout")
    /// No byte came for a while.
    package static let stalled = Kind("stalled")
    /// The connection broke.
    package static let reset = Kind("reset")
    /// The body is shorter than announced.
    package static let truncated = Kind("truncated")
    /// The body is larger than allowed.
    package static let tooLarge = Kind("too_large")
    package static let headersTooLarge = Kind("headers_too_large")
    /// More redirects than allowed.
    package static let redirects = Kind("too_many_redirects")
    /// `Content-Encoding` does not fit the body.
    package static let badEncoding = Kind("bad_encoding")
    /// What came is not HTTP.
    package static let `protocol` = Kind("protocol")
    package static let proxy = Kind("proxy")
    /// The address is not public, and private ones are not allowed.
    package static let privateAddress = Kind("private_address")
    /// The client was closed.
    package static let cancelled = Kind("cancelled")
    /// The transfer could not be set up, or failed in another way.
    package static let other = Kind("transfer")
  }

  package var kind: Kind
  /// For people; names the URL's host, never header values.
  package var message: String
  /// Whether trying again can help.
  package var isTransient: Bool

  package init(_ kind: Kind, _ message: String, isTransient: Bool = false) {
    self.kind = kind
    self.message = message
    self.isTransient = isTransient
  }

  package var description: String { message }
}
