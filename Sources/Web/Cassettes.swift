import Foundations
import HTTPClient

/// Answers of the network, kept in a folder that can be committed: `--frozen` plays them back, so that a run needs no
/// network and gives the same bytes.
///
/// One request is `<host>/<digest>.json` with what was asked and answered, and `<digest>.body` with the decoded body.
/// What identifies a caller is never written: of the request only the URL and harmless fields, of the answer no
/// cookies; known secrets and query parameters that name one are blanked.
package struct Cassettes: Sendable {
  package let directory: String
  /// Query parameters whose values are secrets, in lower case.
  let secretParameters: Set<String>

  private static let keptRequestFields: Set<String> = ["accept", "accept-language"]
  private static let droppedFields: Set<String> = [
    "set-cookie", "set-cookie2", "cookie", "authorization", "proxy-authorization", "proxy-authenticate",
    "www-authenticate", "authentication-info", "x-api-key", "content-encoding", "connection", "keep-alive", "date",
    "age", "alt-svc", "nel", "report-to", "server-timing",
  ]

  package init(directory: String, secretParameters: [String] = []) {
    self.directory = directory
    self.secretParameters = URLCredentials.parameters.union(URLCredentials.signatures).union(
      secretParameters.map { $0.lowercased() })
  }

  /// The URL without what must not be written down.
  func shown(_ url: HTTPURL) -> String {
    let normal = URLNormalizer().normalized(url)
    guard let question = normal.firstIndex(of: "?") else { return Secrets.redacted(normal) }
    let parts = normal[normal.index(after: question)...].split(separator: "&", omittingEmptySubsequences: false).map {
      part -> String in
      let name = part.prefix { $0 != "=" }
      return secretParameters.contains(URLCredentials.name(of: name.utf8).lowercased())
        ? "\(name)=REDACTED" : String(part)
    }
    return Secrets.redacted(normal[...question] + parts.joined(separator: "&"))
  }

  private func path(_ request: HTTPRequest, _ url: HTTPURL) -> String {
    var hasher = DigestHasher()
    hasher.field(request.method)
    hasher.field(shown(url))
    hasher.field(request.headers["accept"] ?? "")
    hasher.field(request.headers["accept-language"] ?? "")
    let host = url.account.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") ? $0 : "_" }
    return "\(directory)/\(String(host).prefix(100))/\(hasher.finalize().hex.prefix(32))"
  }

  /// Keeps an answer that says something lasting: a document, a redirect, that there is none.
  package func record(_ request: HTTPRequest, _ url: HTTPURL, _ response: HTTPResponse) throws(SluiceError) {
    guard [200, 203, 204, 301, 302, 303, 307, 308, 401, 403, 404, 410, 451].contains(response.status) else { return }
    let path = path(request, url)
    try FileSystem.makeDirectory(Path.parent(path))
    func fields(_ headers: HTTPHeaders) -> [[String]] {
      headers.fields.map { [$0.name.lowercased(), Secrets.redacted($0.value)] }
    }
    let cassette = Cassette(
      request: Cassette.Request(
        method: request.method, url: shown(url),
        headers: fields(request.headers.filtered { Self.keptRequestFields.contains($0) })),
      response: Cassette.Response(
        status: response.status, majorVersion: response.majorVersion,
        headers: fields(response.headers.filtered { !Self.droppedFields.contains($0) }),
        body: Digest(of: response.body).description, bytes: response.body.count))
    // The body first: a cassette without its body would be damage, a body without one is nothing.
    try FileSystem.writeAtomically(response.body, to: path + ".body")
    try FileSystem.writeAtomically(JSONObject(encoding: cassette).canonicalBytes + [10], to: path + ".json")
  }

  /// Whether no recorded answer is the version that `conditions` name: a server that says "not modified" would leave the
  /// folder without it.
  func lacks(_ request: HTTPRequest, _ url: HTTPURL, _ conditions: HTTPHeaders) -> Bool {
    let path = path(request, url)
    guard FileSystem.exists(path + ".body"), let bytes = try? FileSystem.read(path + ".json"),
      let cassette = try? JSONValue(parsing: bytes).decoded(as: Cassette.self), cassette.version == Cassette.version,
      [200, 203].contains(cassette.response.status)
    else { return true }
    func recorded(_ name: String) -> String? {
      cassette.response.headers.first { $0.count == 2 && $0[0] == name }?[1]
    }
    if let tag = conditions["if-none-match"] { return recorded("etag") != Secrets.redacted(tag) }
    return recorded("last-modified") != conditions["if-modified-since"]
  }

  /// What was recorded for a request; `nil` when nothing was.
  /// - Throws: `SluiceError` for a cassette that was changed or damaged.
  package func replay(_ request: HTTPRequest, _ url: HTTPURL) throws(SluiceError) -> HTTPResponse? {
    let path = path(request, url)
    guard FileSystem.exists(path + ".json") else { return nil }
    let damaged = SluiceError(
      .corrupt, "the cassette \(path).json and its body do not fit together",
      advice: "Record it again: remove both files and run once with the network.")
    guard let cassette = try? JSONValue(parsing: FileSystem.read(path + ".json")).decoded(as: Cassette.self),
      cassette.version == Cassette.version, FileSystem.exists(path + ".body")
    else { throw damaged }
    let response = cassette.response
    let body = try FileSystem.read(path + ".body")
    guard Digest(of: body).description == response.body else { throw damaged }
    var headers = HTTPHeaders()
    for field in response.headers where field.count == 2 { headers.append(field[0], field[1]) }
    return HTTPResponse(
      status: response.status, headers: headers, body: body, finalURL: url.text, wireBytes: body.count,
      majorVersion: response.majorVersion ?? 1,
      redirects: 0, seconds: 0)
  }
}
