import CCurl
import Foundations
import Glibc

/// One request on its way, over as many hops as its redirects take. Used by the loop's thread only.
final class Transfer {
  let easy: UnsafeMutableRawPointer
  private let handles: EasyHandles
  let completion: TransferLoop.Completion
  private let request: HTTPRequest
  private let begun = MonotonicClock.now

  private var url: HTTPURL
  private var method: String
  private var body: [UInt8]?
  private var headers: HTTPHeaders
  private var redirects = 0
  private var list: UnsafeMutablePointer<curl_slist>?
  /// Kept where libcurl can point to it until the hop ends.
  private var upload: UnsafeMutablePointer<UInt8>?
  private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  private var received: [UInt8] = []
  private var answer = HTTPHeaders()
  private var headerBytes = 0
  /// When something was last sent or received.
  private var lastByte: UInt64 = 0
  /// Bytes of the body that were received and sent when libcurl last said.
  private var counted: (curl_off_t, curl_off_t) = (0, 0)
  /// Undo what `Content-Encoding` says; `nil`: the body comes as it is.
  private var decoders: ContentDecoders?
  /// The body is longer than wanted, and its beginning is enough.
  private var isCut = false
  /// What the environment says to go through for this hop.
  private var proxy: String?
  /// An address that was refused; others of the same name may have been tried after it.
  private var refusedAddress: IPAddress?
  /// Set by a callback that stops the transfer: libcurl only knows that it was stopped.
  private var refusal: HTTPFailure?

  init(
    _ request: HTTPRequest, _ handles: EasyHandles, _ completion: @escaping TransferLoop.Completion
  ) throws(HTTPFailure) {
    guard let url = HTTPURL(request.url) else { throw Self.badURL(request.url) }
    guard let easy = handles.take() else {
      throw HTTPFailure(.other, "libcurl has no memory for a transfer")
    }
    self.easy = easy
    self.handles = handles
    self.completion = completion
    self.request = request
    self.url = url
    method = request.method
    body = request.body
    headers = request.headers
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  deinit {
    handles.give(easy)
    ccurl_slist_free(list)
    upload?.deallocate()
    errorText.deallocate()
  }

  static func badURL(_ text: String) -> HTTPFailure {
    let shown = URLCredentials.shown(text)
    if let colon = shown.firstIndex(of: ":"),
      !["http", "https"].contains(shown[..<colon].lowercased())
    {
      return HTTPFailure(.unsupportedScheme, "\(shown) is neither http nor https")
    }
    return HTTPFailure(.badURL, "\(shown) is not a URL that can be fetched")
  }

  /// Sets the handle up for the current hop.
  func prepare() throws(HTTPFailure) {
    if let refused = request.admit(url) { throw refused }
    proxy = ProxySettings.proxy(for: url)
    try checkHost()
    received = []
    answer = HTTPHeaders()
    headerBytes = 0
    lastByte = MonotonicClock.now
    counted = (0, 0)
    decoders = nil
    isCut = false
    errorText[0] = 0
    let left = request.timeout - MonotonicClock.seconds(since: begun)
    guard left > 0 else { throw timedOut }
    try set(ccurl_set_string(easy, CURLOPT_URL, url.text))
    // Before 7.85 it was a mask.
    if ccurl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https") != CURLE_OK {
      try set(ccurl_set_protocols(easy))
    }
    try set(ccurl_set_string(easy, CURLOPT_USERAGENT, request.userAgent))
    try set(ccurl_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS)))
    try set(ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1))
    try set(ccurl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0))
    // libcurl would read the environment by itself; then nobody here would know whose address a connection has.
    try set(ccurl_set_string(easy, CURLOPT_PROXY, proxy ?? ""))
    try set(ccurl_set_string(easy, CURLOPT_NOPROXY, ""))
    try set(ccurl_set_long(easy, CURLOPT_TIMEOUT_MS, max(1, Int(clamping: left * 1000))))
    try set(
      ccurl_set_long(
        easy, CURLOPT_CONNECTTIMEOUT_MS, max(1, Int(clamping: min(left, request.connectTimeout) * 1000))))
    if request.stallTimeout > 0 {
      try set(ccurl_set_long(easy, CURLOPT_LOW_SPEED_LIMIT, 1))
      try set(
        ccurl_set_long(
          easy, CURLOPT_LOW_SPEED_TIME, max(1, Int(clamping: request.stallTimeout.rounded(.up)))))
    }
    try set(ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText))
    if let authorities = request.authorities {
      try set(ccurl_set_string(easy, CURLOPT_CAINFO, authorities))
    }
    if !request.allowsPrivateAddresses && proxy == nil {
      // A library that does not know these would ask every address: then nothing is asked.
      try set(ccurl_set_admission(easy, Self.onSocket, Self.onPeer, Unmanaged.passUnretained(self).toOpaque()))
    } else {
      _ = ccurl_set_admission(easy, nil, nil, nil)
    }
    try prepareMethod()
    try prepareHeaders()
    try set(
      ccurl_set_callbacks(
        easy, Self.onBody, Self.onHeader, Self.onProgress, Unmanaged.passUnretained(self).toOpaque()))
  }

  /// An option that the installed libcurl does not take ends the request: without it, it would be another one.
  private func set(_ code: CURLcode) throws(HTTPFailure) { try Self.check(code) }

  static func check(_ code: CURLcode) throws(HTTPFailure) {
    guard code != CURLE_OK else { return }
    let reason = code == CURLE_UNKNOWN_OPTION ? "it is older than 7.80" : String(cString: ccurl_easy_strerror(code))
    throw HTTPFailure(
      .other, "libcurl \(String(cString: ccurl_version())) refuses an option that is needed: \(reason)")
  }

  /// What the URL alone says of the address: all there is to go by when a proxy resolves the name.
  private func checkHost() throws(HTTPFailure) {
    guard !request.allowsPrivateAddresses else { return }
    if let address = IPAddress(url.host), !address.isPublic { throw refused(address) }
    if proxy != nil, IPAddress.isLocalName(url.host) {
      throw HTTPFailure(
        .privateAddress,
        "\(url.host) names something inside the proxy's network, which is not asked unless allow_private is true")
    }
  }

  private func refused(_ address: IPAddress) -> HTTPFailure {
    let name = address.description == url.host ? url.host : "\(url.host) is \(address), which"
    return HTTPFailure(
      .privateAddress,
      "\(name) is not a public address: it is not asked unless allow_private is true")
  }

  private static let onSocket: ccurl_socket_callback = { context, _, address in
    guard let context, let address else { return CURL_SOCKET_BAD }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let family = address.pointee.family
    let found = withUnsafePointer(to: &address.pointee.addr) { IPAddress(UnsafeRawPointer($0), family: family) }
    guard let found, found.isPublic else {
      transfer.refusedAddress = found ?? IPAddress(v4: [0, 0, 0, 0])
      return CURL_SOCKET_BAD
    }
    return socket(family, address.pointee.socktype, address.pointee.protocol)
  }

  private static let onPeer: ccurl_peer_callback = { context, peer, _, _, _ in
    guard let context, let peer else { return CURL_PREREQFUNC_ABORT }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    // A connection that another stage made, which may go further, is not for this one.
    guard let address = IPAddress(String(cString: peer)), address.isPublic else {
      transfer.refusedAddress = IPAddress(String(cString: peer)) ?? IPAddress(v4: [0, 0, 0, 0])
      return CURL_PREREQFUNC_ABORT
    }
    return CURL_PREREQFUNC_OK
  }

  private func prepareMethod() throws(HTTPFailure) {
    upload?.deallocate()
    upload = nil
    try set(ccurl_set_long(easy, CURLOPT_NOBODY, 0))
    try set(ccurl_set_long(easy, CURLOPT_HTTPGET, 1))
    if let body {
      let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, body.count))
      body.withUnsafeBufferPointer {
        if let base = $0.baseAddress { copy.initialize(from: base, count: $0.count) }
      }
      upload = copy
      try set(ccurl_set_long(easy, CURLOPT_POST, 1))
      try set(ccurl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
      try set(ccurl_set_pointer(easy, CURLOPT_POSTFIELDS, copy))
    }
    if method == "HEAD" {
      try set(ccurl_set_long(easy, CURLOPT_NOBODY, 1))
    } else {
      try set(ccurl_set_string(easy, CURLOPT_CUSTOMREQUEST, method))
    }
  }

  private func prepareHeaders() throws(HTTPFailure) {
    ccurl_slist_free(list)
    list = nil
    for field in headers.fields {
      let unsafe = (field.name + field.value).utf8.contains { $0 == 10 || $0 == 13 || $0 == 0 }
      if !unsafe { list = ccurl_slist_append(list, "\(field.name): \(field.value)") }
    }
    // What comes back is unpacked here: libcurl does not notice a packed stream that breaks off.
    if headers["accept-encoding"] == nil {
      list = ccurl_slist_append(list, "Accept-Encoding: \(ContentCoding.accepted)")
    }
    // Without this, libcurl waits a second for `100 Continue` before it sends a larger body.
    if body != nil { list = ccurl_slist_append(list, "Expect:") }
    try set(ccurl_set_headers(easy, list))
  }

  /// What came of the hop: an answer, or `nil` when there is another hop to make.
  func ended(_ code: CURLcode) throws(HTTPFailure) -> HTTPResponse? {
    if let refusal { throw refusal }
    guard code == CURLE_OK || isCut else {
      if let refusedAddress, code == CURLE_COULDNT_CONNECT || code == CURLE_ABORTED_BY_CALLBACK {
        throw refused(refusedAddress)
      }
      throw failure(code)
    }
    let status = ccurl_get_long(easy, CURLINFO_RESPONSE_CODE)
    if [301, 302, 303, 307, 308].contains(status), request.maxRedirects > 0,
      let next = ccurl_get_string(easy, CURLINFO_REDIRECT_URL)
    {
      try redirect(to: String(cString: next), status)
      return nil
    }
    try checkWhole()
    // A server may echo what it was sent: what it answers goes on without secrets.
    let (body, secrets) = Secrets.removed(fromContent: received)
    var response = HTTPResponse(
      status: status, headers: answer.redacted, body: body, finalURL: url.text,
      wireBytes: Int(ccurl_get_offset(easy, CURLINFO_SIZE_DOWNLOAD_T)),
      majorVersion: ccurl_get_long(easy, CURLINFO_HTTP_VERSION) >= 3 ? 2 : 1, redirects: redirects,
      seconds: MonotonicClock.seconds(since: begun))
    response.secretCount = secrets
    return response
  }

  /// A packed body says itself where it ends; what its connection says of its length counts for nothing against that.
  private func checkWhole() throws(HTTPFailure) {
    guard let decoders, !decoders.isWhole, !isCut else { return }
    throw HTTPFailure(
      .truncated, "the body from \(url.host) ends in the middle of its packed stream", isTransient: true)
  }

  private func redirect(to target: String, _ status: Int) throws(HTTPFailure) {
    redirects += 1
    guard redirects <= request.maxRedirects else {
      throw HTTPFailure(
        .redirects,
        "\(url.host) redirected more than \(request.maxRedirects) times; the last time to \(URLCredentials.shown(target))"
      )
    }
    guard let next = HTTPURL(target) else { throw Self.badURL(target) }
    // What is known of the page that redirects says nothing of where it leads.
    headers = headers.filtered { !HTTPHeaders.conditions.contains($0) }
    // What the caller wants only this site to know (keys, cookies) does not follow to another one.
    if next.origin != url.origin {
      let harmless: Set = ["accept", "accept-language", "content-type"]
      headers = headers.filtered { harmless.contains($0) }
    }
    if status == 303 && method != "HEAD" || (status == 301 || status == 302) && method == "POST" {
      method = "GET"
      body = nil
    }
    url = next
  }

  // MARK: What libcurl calls

  private static let onBody: ccurl_data_callback = { bytes, size, count, context in
    let transfer = Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue()
    let total = size * count
    let part = UnsafeRawBufferPointer(start: bytes, count: total)
    guard let decoders = transfer.decoders else { return transfer.keep(part) ? total : 0 }
    do throws(ContentDecoder.Problem) {
      try decoders.feed(part, transfer.keep)
      return total
    } catch {
      // What a redirect says beside where it leads is read by nobody.
      if error == .damaged, transfer.isRedirect { return total }
      if error == .damaged { transfer.refusal = transfer.badEncoding("it is damaged, or packed in another way") }
      return 0
    }
  }

  /// Keeps the next bytes of the decoded body, if there may be more of it.
  private func keep(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let room = request.maxBodyBytes - received.count
    guard bytes.count > room else {
      received.append(contentsOf: bytes)
      return true
    }
    if request.keepsBeginning {
      received.append(contentsOf: bytes.prefix(room))
      isCut = true
    } else {
      refusal = tooLarge(request.maxBodyBytes, "decoded")
    }
    return false
  }

  private var isRedirect: Bool {
    (300..<400).contains(ccurl_get_long(easy, CURLINFO_RESPONSE_CODE)) && answer["location"] != nil
  }

  private static let onHeader: ccurl_data_callback = { bytes, size, count, context in
    let transfer = Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue()
    let total = size * count
    transfer.headerBytes += total
    transfer.lastByte = MonotonicClock.now
    guard transfer.headerBytes <= transfer.request.maxHeaderBytes else {
      transfer.refusal = HTTPFailure(
        .headersTooLarge,
        "\(transfer.url.host) sent more than \(Units.show(bytes: transfer.request.maxHeaderBytes)) of headers"
      )
      return 0
    }
    transfer.take(header: UnsafeRawBufferPointer(start: bytes, count: total))
    return total
  }

  private static let onProgress: ccurl_progress_callback = { context, announced, now, _, sent in
    let transfer = Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue()
    if transfer.counted != (now, sent) {
      transfer.counted = (now, sent)
      transfer.lastByte = MonotonicClock.now
    }
    if transfer.isStalled {
      transfer.refusal = transfer.stalled
      return 1
    }
    let limit = transfer.request.maxWireBytes
    guard now > limit || announced > limit && !transfer.request.keepsBeginning else { return 0 }
    transfer.refusal = transfer.tooLarge(limit, "transferred")
    return 1
  }

  /// libcurl's own limit looks at the mean of the last five seconds, and comes that much later; it stays for its
  /// ticks, which call `onProgress` each second.
  private var isStalled: Bool {
    guard request.stallTimeout > 0 else { return false }
    guard ccurl_get_offset(easy, CURLINFO_PRETRANSFER_TIME_T) > 0 else {
      lastByte = MonotonicClock.now
      return false
    }
    return MonotonicClock.seconds(since: lastByte) > request.stallTimeout
  }

  private func tooLarge(_ limit: Int, _ what: String) -> HTTPFailure {
    HTTPFailure(
      .tooLarge,
      "the body from \(url.host) is larger than \(Units.show(bytes: limit)) (\(what)), the limit for one document")
  }

  private static let statusLine = Array("HTTP/".utf8)

  /// The headers are all there: whether the body has to be unpacked, and can be.
  private func prepareBody() {
    guard let encoding = answer["content-encoding"], request.method != "HEAD" else { return }
    do throws(ContentDecoders.Refusal) {
      let found = try ContentDecoders(encoding)
      decoders = found.isEmpty ? nil : found
    } catch {
      if !isRedirect { refusal = badEncoding("nobody here can undo \(error.coding)") }
    }
  }

  private func take(header raw: UnsafeRawBufferPointer) {
    var line = raw[...]
    while let last = line.last, last == 10 || last == 13 || last == 32 { line.removeLast() }
    if line.starts(with: Self.statusLine) {
      // A new status line: what came before were interim answers (1xx) or a proxy's.
      answer = HTTPHeaders()
      decoders = nil
      return
    }
    if line.isEmpty { return prepareBody() }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
    let value = line[(colon + 1)...].drop { $0 == 32 || $0 == 9 }
    let name = String(decoding: line[..<colon], as: UTF8.self)
    answer.append(name, HTTPHeaders.isAddress(name) ? Self.address(value) : String(decoding: value, as: UTF8.self))
  }

  /// A value that names a URL. Bytes that are no UTF-8 go on as the bytes they are.
  private static func address(_ value: Slice<UnsafeRawBufferPointer>) -> String {
    if let text = String(validating: value, as: UTF8.self) { return text }
    return String(decoding: value.flatMap { $0 < 0x80 ? [$0] : PercentEncoding.escape($0) }, as: UTF8.self)
  }

  // MARK: What went wrong

  private func badEncoding(_ reason: String) -> HTTPFailure {
    HTTPFailure(
      .badEncoding,
      "the body from \(url.host) cannot be unpacked (Content-Encoding: \(answer["content-encoding"] ?? "none")): \(reason)",
      isTransient: true)
  }

  private var timedOut: HTTPFailure {
    HTTPFailure(
      .timeout,
      "\(url.host) did not send the whole answer within \(Units.show(seconds: request.timeout))",
      isTransient: true)
  }

  private var stalled: HTTPFailure {
    HTTPFailure(
      .stalled, "\(url.host) sent nothing for \(Units.show(seconds: request.stallTimeout))",
      isTransient: true)
  }

  private func failure(_ code: CURLcode) -> HTTPFailure {
    let host = url.host
    let text = String(cString: errorText)
    let detail = text.isEmpty ? String(cString: ccurl_easy_strerror(code)) : text
    switch code {
    case CURLE_URL_MALFORMAT: return Self.badURL(url.text)
    case CURLE_COULDNT_RESOLVE_HOST:
      return HTTPFailure(.dns, "the name \(host) cannot be resolved", isTransient: true)
    case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY:
      return HTTPFailure(
        .proxy, "the proxy for \(host) does not work: \(detail)", isTransient: true)
    case CURLE_COULDNT_CONNECT:
      return HTTPFailure(.connect, "nobody answers at \(host) port \(url.port)", isTransient: true)
    case CURLE_OPERATION_TIMEDOUT:
      if MonotonicClock.seconds(since: begun) >= request.timeout - 0.02 { return timedOut }
      if ccurl_get_offset(easy, CURLINFO_PRETRANSFER_TIME_T) == 0 {
        return HTTPFailure(
          .connectTimeout,
          "no connection to \(host) within \(Units.show(seconds: request.connectTimeout))",
          isTransient: true)
      }
      return stalled
    case CURLE_PARTIAL_FILE:
      return HTTPFailure(
        .truncated, "\(host) closed before the whole body had come: \(detail)", isTransient: true)
    case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM:
      return HTTPFailure(.reset, "the connection to \(host) broke: \(detail)", isTransient: true)
    case CURLE_GOT_NOTHING:
      return HTTPFailure(
        .reset, "\(host) closed the connection without an answer", isTransient: true)
    case CURLE_SSL_CONNECT_ERROR:
      return HTTPFailure(.tls, "no TLS connection to \(host): \(detail)", isTransient: true)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CERTPROBLEM,
      CURLE_SSL_CACERT_BADFILE,
      CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH:
      return HTTPFailure(.tls, "the certificate of \(host) is not accepted: \(detail)")
    // The scheme was checked before: libcurl means an answer of HTTP/0.9.
    case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL:
      return HTTPFailure(.protocol, "what \(host) sent is not HTTP: \(detail)")
    default:
      return HTTPFailure(.other, "the transfer from \(host) failed: \(detail)", isTransient: true)
    }
  }
}
