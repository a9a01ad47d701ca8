import Foundations
import HTTPClient
import StageKit
import Web

/// Reads sitemaps (with their indexes) and feeds into records.
struct ListingReader {
  private let urls: [String]
  private let filter: URLFilter
  private let normalizer: URLNormalizer
  private let walk: WebWalk
  private let pages: PageReader
  /// A feed shows the newest only: what it showed once stays.
  private let keepsOld: Bool
  private let maxDepth = 3
  private let mostPages = 5_000_000

  init(_ parameters: Parameters, _ walk: WebWalk, isFeed: Bool) throws {
    urls = try parameters.strings("url")
    filter = URLFilter(parameters)
    normalizer = URLNormalizer(dropsTracking: parameters.optionalBool("drop_tracking") ?? true)
    keepsOld = isFeed && parameters.optionalString("keep") != "listed"
    self.walk = walk
    pages = PageReader(isStopping: walk.run.isStopping)
  }

  /// Asks for what may have changed since `former`.
  /// - Throws: `SluiceError` when nothing is known and nothing can be read.
  func look(_ former: ListingState<ListedPage>) throws -> ListingState<ListedPage> {
    var state = ListingState<ListedPage>()
    var depths: [String: Int] = [:]
    var problems: [(String, ItemFailure)] = []
    func request(_ url: String) -> WebWalk.Request {
      let kept = walk.run.isForced ? nil : former.pages[url]
      return WebWalk.Request(url: url, validators: kept?.validators, accept: Self.accept)
    }
    /// Further listings that a page names, unless what is kept of them is as new as they say.
    func children(of page: ListedPage, at url: String) throws -> [WebWalk.Request] {
      guard page.kind == .index else { return [] }
      guard let depth = depths[url] else { preconditionFailure("a listing that nobody asked for: \(url)") }
      var requests: [WebWalk.Request] = []
      for child in page.entries {
        guard let url = child.url, depths[url] == nil else { continue }
        guard depth < maxDepth else {
          throw SluiceError(.badInput, "the sitemap \(url) is an index in an index in an index: that is no sitemap")
        }
        depths[url] = depth + 1
        if let kept = former.pages[url], !walk.run.isForced,
          let modified = child.lastmod.flatMap(CalendarTime.init), modified.latest < kept.fetched
        {
          state.pages[url] = kept
          requests += try children(of: kept, at: url)
        } else {
          requests.append(request(url))
        }
      }
      return requests
    }
    for url in urls.compactMap({ normalizer.normalized($0) }) { depths[url] = 0 }
    try walk.ask(depths.keys.sorted().map(request)) { asked, result in
      let page: ListedPage
      do {
        page = try read(asked.url, result, former.pages[asked.url])
      } catch let error as SluiceError where error.code == .interrupted {
        throw error
      } catch {
        let failure =
          error as? ItemFailure ?? ItemFailure(kind: "bad_listing", message: SluiceError(wrapping: error).description)
        problems.append((asked.url, failure))
        guard let kept = former.pages[asked.url] else { return [] }
        state.pages[asked.url] = kept
        return try children(of: kept, at: asked.url)
      }
      state.pages[asked.url] = page
      return try children(of: page, at: asked.url)
    }
    try note(problems, in: &state, former)
    try collect(&state, former)
    return state
  }

  /// Writes down what could not be had.
  /// - Throws: when nothing is known at all.
  private func note(
    _ problems: [(String, ItemFailure)], in state: inout ListingState<ListedPage>, _ former: ListingState<ListedPage>
  ) throws {
    for (url, failure) in problems { state.stale[url] = StalePage(failure) }
    if state.pages.isEmpty || (former.entries.isEmpty && !problems.isEmpty && urls.count == problems.count) {
      let first = problems.first?.1.message ?? "there is no listing"
      throw SluiceError(
        walk.run.isFrozen ? .frozen : .badInput, first, advice: "Nothing is known of it from an earlier run either.")
    }
  }

  private static let accept =
    "application/xml,text/xml,application/rss+xml,application/atom+xml,text/plain;q=0.8,*/*;q=0.5"

  /// What is to be kept of a listing.
  private func read(_ url: String, _ result: WebWalk.Result, _ kept: ListedPage?) throws -> ListedPage {
    switch result {
    case .failed(let failure): throw failure
    case .known(let other):
      throw ItemFailure(kind: "redirected", message: "\(url) redirects to \(other), which is read already")
    case .response(let response, let redirects):
      let now = Timestamp.now.seconds
      if response.status == 304, var page = kept {
        page.fetched = now
        return page
      }
      guard response.isSuccess else {
        throw ItemFailure(
          kind: "http_\(response.status)", message: "\(url) answers \(HTTPAnswers.text(response.status))",
          isTransient: response.status >= 500 || response.status == 429)
      }
      guard let base = HTTPURL(response.finalURL) else { throw ItemFailure(kind: "bad_url", message: url) }
      let listing = try pages.listing(response.body, base: base, normalizer: normalizer, charset: response.charset)
      tell(of: listing, at: url)
      if listing.entries.isEmpty, kept?.entries.isEmpty == false {
        throw ItemFailure(
          kind: "empty_listing",
          message: "\(url) lists nothing any more; what it listed before is kept (--force takes it for true)")
      }
      var validators = HTTPAnswers.validators(response)
      validators.url = redirects.isEmpty ? nil : response.finalURL
      return ListedPage(
        fetched: now, kind: listing.kind == .index ? .index : .pages, validators: validators,
        entries: listing.entries.map(Self.record))
    }
  }

  /// Says what of a listing was repaired, and what was left out.
  private func tell(of listing: WebListing, at url: String) {
    if let flaw = listing.flaw {
      walk.run.log(
        .warning,
        "\(url) is not well-formed, and was read leniently: \(listing.entries.count) entries (\(flaw))")
    }
    if listing.badCount > 0 {
      let entries = listing.badCount == 1 ? "1 entry" : "\(Units.show(listing.badCount)) entries"
      walk.run.log(.warning, "\(url): \(entries) without a URL that can be fetched, left out")
    }
  }

  private static func record(_ entry: WebListing.Entry) -> Document {
    var record = Document()
    record.url = entry.url
    record.author = entry.author
    record.lastmod = entry.lastmod
    record.published = entry.published
    record.title = entry.title
    return record
  }

  private func collect(_ state: inout ListingState<ListedPage>, _ former: ListingState<ListedPage>) throws {
    if keepsOld && !walk.run.isForced { state.entries = former.entries }
    var seen: Set<String> = []
    var duplicates = 0
    for (_, page) in state.pages.sorted(by: { $0.key < $1.key }) where page.kind == .pages {
      for record in page.entries {
        guard let id = record.url, filter.takes(id) else { continue }
        guard seen.insert(id).inserted else {
          duplicates += 1
          continue
        }
        state.entries[id] = record
      }
    }
    if duplicates > 0 { walk.run.log(.info, "\(duplicates) entries are listed more than once: each page is one item") }
    if state.entries.count > mostPages {
      throw SluiceError(.badInput, "the listing has more than \(mostPages) pages", advice: "Narrow it with `include`.")
    }
  }
}

/// What is known of a sitemap or feed.
struct ListedPage: Codable, Sendable {
  /// What it lists: further listings, or pages.
  enum Kind: String, Codable { case index, pages }

  /// In seconds since 1970.
  var fetched: Double
  let kind: Kind
  let validators: HTTPValidators
  let entries: [Document]
}
