import Foundations
import HTTPClient
import StageKit
import Store
import Web

/// What an answer, or its absence, means for an item.
struct HTTPAnswers {
  let options: FetchOptions

  /// What an answer without a document means. (`done` is for 200 and 203.)
  func outcome(_ item: WorkItem, _ request: HTTPRequest, _ response: HTTPResponse) -> ItemOutcome {
    switch response.status {
    case 304:
      guard let previous = item.previous else {
        return failed(item, refused(response, "not modified, but nothing is kept"))
      }
      // RFC 9111, 4.3.4: what a 304 says of validators replaces what was stored.
      return .unchanged(freshness(item, request, response, HTTPValidators(members: previous.validators)))
    case 404, 410:
      let reason = "\(response.finalURL) answers \(Self.text(response.status))"
      return item.previous != nil
        ? .gone(reason: reason, recheck: refresh(item))
        : .failed(ItemFailure(kind: "http_\(response.status)", message: reason))
    default: return failed(item, refused(response, nil))
    }
  }

  /// The outcome for an item that was redirected to a page that another one fetched in this run.
  func shared(_ item: WorkItem, _ page: Document, redirects: [String]) -> ItemOutcome {
    var page = page
    page.redirects = redirects
    var validators = HTTPValidators()
    validators.fetched = Timestamp.now.seconds
    return done(item, page, Freshness(seconds: refresh(item), validators: validators.members))
  }

  /// Whether an answer asks for patience with the whole host.
  static func asksToWait(_ status: Int) -> Bool { status == 429 || status == 503 }

  /// The record of a page that came.
  /// - Parameter isRendered: whether a browser ran the page's scripts: then it is no longer an empty shell, however few
  ///   words it has.
  func document(_ response: HTTPResponse, _ digest: Digest, _ redirects: [String], isRendered: Bool = false)
    -> Document
  {
    let type = response.contentType
    let validators = Self.validators(response)
    var document = Document()
    document.body = digest
    document.bytes = response.body.count
    document.charset = response.charset
    document.contentType = type
    document.etag = validators.etag
    document.finalURL = response.finalURL
    document.lastModified = validators.lastModified
    document.status = response.status
    if !redirects.isEmpty { document.redirects = redirects }
    let flags = PageFlags.inspect(
      response.body, contentType: type, finalURL: response.finalURL, isRedirected: !redirects.isEmpty
    ).filter { !isRendered || $0.kind != "needs_javascript" }
    document.flag(flags)
    var notes: [String] = []
    if EarlyEnd.isPlausible(response) {
      notes.append("the server closed without saying how long the page is, and it has no end: it may be cut off")
    }
    for page in response.refreshes {
      notes.append("\(page) is a page that only sends the reader on (meta refresh): it was followed like a redirect")
    }
    if response.secretCount > 0 {
      notes.append(
        "the page held a secret of this run \(response.secretCount == 1 ? "once" : "\(response.secretCount) times"): ••• stands there instead"
      )
    }
    if !notes.isEmpty { document.notes = notes }
    return document
  }

  /// What a server says of the version of a page that it gave.
  static func validators(_ response: HTTPResponse) -> HTTPValidators {
    var validators = HTTPValidators()
    validators.etag = response.headers["etag"]
    validators.lastModified = response.headers["last-modified"]
    return validators
  }

  /// Why what came is not the page that was asked for, where that matters.
  func flaw(_ page: Document, of url: String) -> ItemFailure? {
    guard options.onFlag == .quarantine, let kind = page.flags?.first else { return nil }
    let reasons = (page.flagReasons ?? []).joined(separator: "; ")
    return ItemFailure(kind: kind, message: "\(url) is not the page itself (\(reasons)); on_flag: keep would keep it")
  }

  /// The outcome of a page that came.
  func done(_ item: WorkItem, _ page: Document, _ fresh: Freshness) -> ItemOutcome {
    let before = try? item.previous?.outputs.first.map { try Document($0) }
    if let flaw = flaw(page, of: page.finalURL ?? item.item.id) {
      // What was kept is only good if it was the page.
      return before?.flags == nil ? failed(item, flaw) : .failed(flaw)
    }
    // The same document under another ETag or date is the same document: its record stays as it was.
    if let before, Self.isSame(before, page) { return .unchanged(fresh) }
    return .done([ItemOutput(id: .same, members: page.members, inherits: true)], fresh)
  }

  private static func isSame(_ one: Document, _ other: Document) -> Bool {
    one.bodyReference == other.bodyReference && one.charset == other.charset && one.contentType == other.contentType
      && one.finalURL == other.finalURL && one.redirects == other.redirects && one.flags == other.flags
  }

  private static let refreshField = Array("\"refresh\"".utf8)

  private func refresh(_ item: WorkItem) -> Double {
    // Nearly no record has the field: not each is parsed to find that out.
    guard ByteSearch.range(of: Self.refreshField, in: item.item.record.bytes) != nil else { return options.refresh }
    return (try? Document(item.item)).flatMap(ItemRefresh.seconds) ?? options.refresh
  }

  func freshness(
    _ item: WorkItem, _ request: HTTPRequest, _ response: HTTPResponse, _ stored: HTTPValidators = HTTPValidators()
  ) -> Freshness {
    let given = Self.validators(response)
    var validators = HTTPValidators(members: stored.members.merging(given.members))
    validators.fetched = Timestamp.now.seconds
    validators.url = response.finalURL == request.url ? nil : response.finalURL
    if let vary = response.headers["vary"] {
      validators.vary = vary
      validators.variant = VaryFields.signature(vary, request.headers)
    }
    return Freshness(seconds: refresh(item), validators: validators.members)
  }

  private func refused(_ response: HTTPResponse, _ detail: String?) -> ItemFailure {
    let status = response.status
    let isTransient =
      [408, 425, 429].contains(status) || status >= 500 && status != 501 && status != 505
    let wait = isTransient ? response.retryAfter() : nil
    var message = "\(response.finalURL) answers \(Self.text(status))"
    if let detail { message += ": \(detail)" }
    if isTransient, let plea = response.pleaForPatience() { message += ", and \(plea)" }
    // A wait beyond what a run waits for is a matter of the next run.
    return ItemFailure(
      kind: "http_\(status)", message: message,
      isTransient: isTransient && wait ?? 0 <= options.maxBackoff,
      retryAfter: wait)
  }

  func failed(_ item: WorkItem, _ failure: WebFailure) -> ItemOutcome {
    failed(
      item,
      ItemFailure(
        kind: failure.kind, message: failure.message, isTransient: failure.isTransient, retryAfter: failure.retryAfter))
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

/// A body whose end is only the end of the connection (HTTP/1, no length, not chunked) may have been cut off; nothing
/// in the protocol tells. An HTML page that breaks off is worth a note.
enum EarlyEnd {
  static func isPlausible(_ response: HTTPResponse) -> Bool {
    guard response.majorVersion < 2, response.headers["content-length"] == nil,
      response.headers["transfer-encoding"] == nil, response.contentType == "text/html"
    else { return false }
    let tail = Array(response.body.suffix(2048)).map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }
    return !["</html>", "</body>"].contains { ByteSearch.range(of: Array($0.utf8), in: tail) != nil }
  }
}

extension Document {
  /// Writes down why it may not be what was asked for.
  mutating func flag(_ flags: [PageFlags.Flag]) {
    if flags.isEmpty { return }
    self.flags = flags.map(\.kind)
    flagReasons = flags.map { "\($0.kind): \($0.reason)" }
  }
}
