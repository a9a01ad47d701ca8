import Foundations
import HTTPClient
import StageKit
import Store
import Synchronization
import Web

/// Follows the links of a site, level by level, within a depth, prefixes and a number of pages; each page becomes a
/// document.
///
/// A level is asked for in the order of its URLs, so that the same site gives the same pages whatever the network's
/// timing; of the last level that fits into `max_pages`, the first by URL. Links that lead to no page do not count.
struct Crawl {
  private let starts: [String]
  private let prefixes: [String]
  /// Whether the pipeline file names `prefixes`.
  private let isPrefixGiven: Bool
  private let maxDepth: Int
  private let maxPages: Int
  private let filter: URLFilter
  private let normalizer: URLNormalizer
  private let walk: WebWalk
  private let answers: HTTPAnswers
  private let pages: PageReader

  init(_ parameters: Parameters, _ walk: WebWalk) throws {
    normalizer = URLNormalizer(dropsTracking: parameters.optionalBool("drop_tracking") ?? true)
    let normalizer = normalizer
    starts = try parameters.strings("url").compactMap { normalizer.normalized($0) }
    let given = parameters.optionalStrings("prefix")
    isPrefixGiven = !given.isEmpty
    // By default the folder of each first page.
    prefixes =
      given.isEmpty
      ? starts.compactMap { HTTPURL($0).flatMap { normalizer.resolve(".", against: $0) } }
      : given.map { normalizer.normalized($0) ?? $0 }
    maxDepth = try parameters.int("max_depth")
    maxPages = try parameters.int("max_pages")
    filter = URLFilter(parameters)
    self.walk = walk
    answers = HTTPAnswers(options: walk.options)
    pages = PageReader(isStopping: walk.run.isStopping)
  }

  /// What is known while a crawl goes on.
  private struct Progress {
    var state = ListingState<CrawledPage>()
    var depth = 0
    /// The URLs under which pages came that were asked for under others.
    var finals: [String: String] = [:]
    /// Where the crawl may go: `prefixes`, and the folders that its starts redirect to.
    var prefixes: [String]
    var asked = 0
  }

  private func isWithin(_ url: String, _ prefixes: [String]) -> Bool {
    prefixes.contains { url.utf8.starts(with: $0.utf8) } && filter.takes(url)
  }

  func look(_ former: ListingState<CrawledPage>) throws -> ListingState<CrawledPage> {
    var crawl = Progress(prefixes: prefixes)
    var seen = Set(starts)
    var level = Array(seen).sorted()
    // Dead links cost requests: a site of nothing else must not cost them without end.
    let mostAsked = max(1000, maxPages.multipliedReportingOverflow(by: 10).partialValue)
    while !level.isEmpty, crawl.state.pages.count < maxPages, crawl.asked < mostAsked {
      var links: Set<String> = []
      var rest = level[...]
      while !rest.isEmpty, crawl.state.pages.count < maxPages, crawl.asked < mostAsked {
        let asked = rest.prefix(min(maxPages - crawl.state.pages.count, mostAsked - crawl.asked))
        rest = rest.dropFirst(asked.count)
        crawl.asked += asked.count
        links.formUnion(try ask(asked, former, &crawl))
      }
      level = Array(rest)
      guard level.isEmpty, crawl.depth < maxDepth else { break }
      crawl.depth += 1
      level = links.filter { isWithin($0, crawl.prefixes) && !seen.contains($0) }.sorted()
      seen.formUnion(level)
    }
    if !level.isEmpty {
      walk.run.log(
        .warning,
        crawl.asked >= mostAsked
          ? "the crawl ended after \(Units.show(crawl.asked)) links, of which only \(crawl.state.pages.count) led to a page; there are more"
          : "the crawl ended at max_pages (\(maxPages)); there are more pages")
    }
    var state = crawl.state
    if state.pages.isEmpty {
      guard former.entries.isEmpty else {
        // Not one page came: that says nothing about the pages.
        state.entries = former.entries
        state.pages = former.pages
        return state
      }
      let first = state.stale.values.first?.message ?? "no page could be fetched"
      throw SluiceError(walk.run.isFrozen ? .frozen : .badInput, first)
    }
    // Two URLs of one page are one item, under the URL that answered.
    state.entries = state.pages.mapValues(\.record)
    return state
  }

  /// - Returns: where the pages lead.
  private func ask(_ urls: ArraySlice<String>, _ former: ListingState<CrawledPage>, _ crawl: inout Progress) throws
    -> Set<String>
  {
    let requests = urls.map { url in
      WebWalk.Request(
        url: url, validators: walk.run.isForced ? nil : former.pages[url]?.validators,
        accept: FetchOptions.documents)
    }
    var links: Set<String> = []
    let known = Mutex(Set(crawl.state.pages.keys).union(crawl.finals.keys))
    try walk.ask(requests, isKnown: { url in known.withLock { $0.contains(url) } }) { request, result in
      links.formUnion(try visit(request.url, result, former, &crawl))
      known.withLock { $0.formUnion(crawl.finals.filter { $0.key == request.url || $0.value == request.url }.keys) }
      return []
    }
    return links
  }

  /// - Returns: where the page leads.
  private func visit(
    _ url: String, _ result: WebWalk.Result, _ former: ListingState<CrawledPage>, _ crawl: inout Progress
  ) throws -> [String] {
    switch result {
    case .known: return []
    case .failed(let failure):
      if failure.kind == "robots" {
        walk.run.log(.info, failure.message)
        return []
      }
      return keep(former, url, because: failure, &crawl.state)
    case .response(let response, let redirects):
      switch response.status {
      case 304:
        guard var kept = former.pages[url] else { return [] }
        kept.depth = crawl.depth
        crawl.state.pages[url] = kept
        return kept.links
      case 200, 203:
        guard let final = normalizer.normalized(response.finalURL), let base = HTTPURL(response.finalURL) else {
          return []
        }
        if walk.context.tombstones.contains(final) { return [] }
        crawl.finals[url] = final
        crawl.finals[response.finalURL] = final
        let record = answers.document(response, try walk.run.objects.put(response.body), redirects)
        if let failure = answers.flaw(record, of: url) { return keep(former, url, because: failure, &crawl.state) }
        if !redirects.isEmpty, crawl.depth == 0 { move(from: url, to: final, &crawl) }
        // A page outside is not ours, though a link inside leads there.
        guard redirects.isEmpty || isWithin(final, crawl.prefixes), crawl.state.pages[final] == nil || final == url
        else { return [] }
        return try take(response, record, final, base, isAskedFor: final == url, &crawl)
      case 404, 410: return []
      default:
        let failure = ItemFailure(
          kind: "http_\(response.status)", message: "\(url) answers \(HTTPAnswers.text(response.status))",
          isTransient: response.status >= 500 || response.status == 429)
        return keep(former, url, because: failure, &crawl.state)
      }
    }
  }

  /// A start that redirects takes the crawl along: to the folder where it ends, or, where the pipeline file names
  /// prefixes, to the same places of the site where it ends (http → https, www).
  private func move(from start: String, to final: String, _ crawl: inout Progress) {
    guard !prefixes.contains(where: { final.utf8.starts(with: $0.utf8) }), let old = HTTPURL(start),
      let new = HTTPURL(final)
    else { return }
    let moved: [String]
    if !isPrefixGiven {
      moved = normalizer.resolve(".", against: new).map { [$0] } ?? []
    } else if old.target == new.target {
      moved = prefixes.compactMap(HTTPURL.init).filter { $0.origin == old.origin }
        .compactMap { normalizer.resolve($0.target, against: new) }
    } else {
      moved = []
    }
    crawl.prefixes += moved
    walk.run.log(
      moved.isEmpty ? .warning : .info,
      moved.isEmpty
        ? "\(start) redirects to \(final), which lies outside of `prefix`: it is not followed there"
        : "\(start) redirects to \(final): the crawl goes on below \(moved.joined(separator: ", "))")
  }

  /// What stands of a page that cannot be had now: its last version, stale.
  private func keep(
    _ former: ListingState<CrawledPage>, _ url: String, because failure: ItemFailure,
    _ state: inout ListingState<CrawledPage>
  ) -> [String] {
    state.stale[url] = StalePage(failure)
    guard let kept = former.pages[url], kept.record.flags == nil || walk.options.onFlag == .keep else { return [] }
    state.pages[url] = kept
    return kept.links
  }

  /// A page that came.
  /// - Parameter isAskedFor: whether it was asked for under its own URL. Validators belong to the URL that was asked: one
  ///   that redirects is asked whole again.
  private func take(
    _ response: HTTPResponse, _ document: Document, _ final: String, _ base: HTTPURL, isAskedFor: Bool,
    _ crawl: inout Progress
  ) throws -> [String] {
    var record = document
    record.depth = crawl.depth
    record.url = final
    var found: [String] = []
    if PageLinks.canRead(response) {
      do {
        let links = try pages.links(response.body, base: base, normalizer: normalizer, charset: response.charset)
        if !links.isNofollow, !PageLinks.forbidsFollowing(response.headers) { found = links.urls }
        record.canonical = links.canonical
      } catch let problem as ItemProblem {
        // The page is there; only where it leads to is not known.
        walk.run.log(.warning, "\(final): its links cannot be read: \(problem.message)")
      }
    }
    let prefixes = crawl.prefixes
    crawl.state.pages[final] = CrawledPage(
      depth: crawl.depth, links: found.filter { isWithin($0, prefixes) }, record: record,
      validators: isAskedFor ? HTTPAnswers.validators(response) : nil)
    return found
  }
}

/// What is known of a page that was crawled.
struct CrawledPage: Codable, Sendable {
  /// How many links lie between it and where the crawl began.
  var depth: Int
  /// Where it leads, as far as the crawl follows.
  let links: [String]
  let record: Document
  /// `nil`: it was asked for under another URL.
  let validators: HTTPValidators?
}
