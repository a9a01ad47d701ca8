import Foundations
import Governor
import HTTPClient
import StageKit
import Web

/// The parameters of a stage that asks the network.
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
  let obeysRobots: Bool
  let allowsPrivate: Bool
  let maxRedirects: Int
  /// Folders whose files may be read besides those of the project.
  let allowedFiles: [String]
  /// Where answers are recorded, as it stands in the pipeline.
  let record: String?
  let secretParameters: [String]
  let onFlag: FlagAction
  let render: Rendering
  private let timeout: Double
  private let connectTimeout: Double
  private let stallTimeout: Double
  let renderTimeout: Double
  let userAgent: String
  private var headers: HTTPHeaders
  /// Query parameters that are added to each URL when it is asked.
  private var query: [(name: String, value: String)]

  /// What becomes of a page that is flagged.
  enum FlagAction: String, Sendable { case keep, quarantine }
  /// Which pages the browser renders.
  enum Rendering: String, Sendable { case never, auto, chromium }

  init(_ parameters: Parameters) throws {
    refresh = try parameters.double("refresh")
    maxAttempts = parameters.optionalInt("max_attempts") ?? 6
    backoff = parameters.optionalDouble("backoff") ?? 1
    maxBackoff = parameters.optionalDouble("max_backoff") ?? 60
    timeout = parameters.optionalDouble("timeout") ?? 120
    connectTimeout = parameters.optionalDouble("connect_timeout") ?? 15
    stallTimeout = parameters.optionalDouble("stall_timeout") ?? 30
    perHost = parameters.optionalInt("per_host") ?? 4
    rate = parameters.optionalDouble("rate")
    maxBytes = parameters.optionalInt("max_bytes") ?? 100_000_000
    maxRedirects = parameters.optionalInt("max_redirects") ?? 10
    obeysRobots = parameters.optionalBool("robots") ?? true
    allowsPrivate = parameters.optionalBool("allow_private") ?? false
    allowedFiles = parameters.optionalStrings("allow_files")
    record = parameters.optionalString("record")
    secretParameters = parameters.optionalStrings("secret_query")
    onFlag = try parameters.optionalChoice("on_flag") ?? .quarantine
    render = try parameters.optionalChoice("render") ?? .never
    renderTimeout = parameters.optionalDouble("render_timeout") ?? 30
    let contact = parameters.optionalString("contact").map { " (+\($0))" } ?? ""
    userAgent = parameters.optionalString("user_agent") ?? HTTPRequest.defaultUserAgent + contact
    headers = HTTPHeaders(
      parameters.optionalMembers("headers").compactMap { member in
        member.value.string.map { (member.key, $0) }
      })
    query = parameters.optionalMembers("query").compactMap { member in
      member.value.string.map { (member.key, $0) }
    }
  }

  /// The options with the values of secrets in place of `${env.NAME}`; what is asked of nobody needs none.
  /// - Throws: `.usage` when a variable is not set.
  func withSecrets(isFrozen: Bool) throws(SluiceError) -> FetchOptions {
    var options = self
    options.headers = HTTPHeaders()
    for field in headers.fields {
      options.headers.append(field.name, try Self.filled(field.value, of: "header \(field.name)", isFrozen))
    }
    options.query = []
    for (name, value) in query {
      options.query.append((name, try Self.filled(value, of: "query parameter \(name)", isFrozen)))
    }
    return options
  }

  private static func filled(_ text: String, of what: String, _ isFrozen: Bool) throws(SluiceError) -> String {
    var value = text
    while let start = value.firstRange(of: "${env."), let end = value[start.upperBound...].firstIndex(of: "}") {
      let name = String(value[start.upperBound..<end])
      let secret = isFrozen ? "" : Environment[name]
      guard let secret else {
        throw SluiceError(
          .usage, "the \(what) needs the environment variable \(name), which is not set",
          advice: "Set it, or take the \(what) out of the stage.")
      }
      Secrets.register(secret)
      value.replaceSubrange(start.lowerBound...end, with: secret)
    }
    return value
  }

  /// How the web is asked, with what is shared by all runs in `shared` and relative paths seen from `directory`.
  /// - Parameter isForced: whether pauses that hosts were given before are lifted.
  func settings(directory: String, shared: String?, isFrozen: Bool, isForced: Bool = false) -> WebSettings {
    var settings = WebSettings(
      policy: GovernorPolicy(maxConcurrent: perHost, rate: rate, cooldown: backoff, maxCooldown: maxBackoff),
      obeysRobots: obeysRobots, allowsPrivate: allowsPrivate, maxRedirects: maxRedirects, directory: shared,
      cassettes: record.map { Cassettes(directory: Path.join(directory, $0), secretParameters: secretParameters) },
      isFrozen: isFrozen,
      secretQuery: query)
    settings.liftsPauses = isForced
    return settings
  }

  func request(_ url: HTTPURL, validators: HTTPValidators?, accept: String = FetchOptions.documents) -> HTTPRequest {
    var request = HTTPRequest("GET", url.text, headers: headers)
    request.timeout = timeout
    request.connectTimeout = connectTimeout
    request.stallTimeout = stallTimeout
    request.maxBodyBytes = maxBytes
    request.maxWireBytes = maxBytes
    request.userAgent = userAgent
    if request.headers["accept"] == nil { request.headers["Accept"] = accept }
    // RFC 9110, 13.1.3: where there is an ETag, it alone decides; servers may still use the date.
    let validators = validators.map { VaryFields.usable($0, for: request.headers) }
    if let tag = validators?.etag { request.headers["If-None-Match"] = tag }
    if let date = validators?.lastModified {
      request.headers["If-Modified-Since"] = date
    }
    return request
  }

  static let documents =
    "text/html,application/xhtml+xml,application/pdf,text/markdown,text/plain;q=0.9,*/*;q=0.5"
}
