import Foundations
import HTTPClient
import StageKit
import Store
import Web

/// Follows the links of a site, level by level, within a depth, prefixes and a number of pages; each page becomes a
/// document.
///
/// A level is asked for in the order of its URLs, so that the same site gives the same pages whatever the network's
/// timing; of the last level that fits into `max_pages`, the first by URL.
struct Crawl {
  private let starts: [String]
  private let prefixes: [String]
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

  private func isWithin(_ url: String) -> Bool {
    prefixes.contains { url.utf8.starts(with: $0.utf8) } && filter.takes(url)
  }

  func look(_ former: ListingState<CrawledPage>) throws -> ListingState<CrawledPage> {
    var state = ListingState<CrawledPage>()
    var seen = Set(starts)
    var level = Array(seen).sorted()
    var depth = 0
    var left = maxPages
    while !level.isEmpty, left > 0 {
      let asked = level.prefix(left)
      left -= asked.count
      var links: Set<String> = []
      let requests = asked.map { url in
        WebWalk.Request(
          url: url, validators: walk.run.isForced ? nil : former.pages[url]?.validators,
          accept: FetchOptions.documents)
      }
      var finals: [String: String] = [:]
      try walk.ask(requests, isKnown: { finals[$0] != nil || state.pages[$0] != nil }) { request, result in
        links.formUnion(try visit(request.url, result, former, &state, depth, &finals))
        return []
      }
      guard depth < maxDepth else { break }
      depth += 1
      level = links.filter { isWithin($0) && !seen.contains($0) }.sorted()
      seen.formUnion(level)
    }
    if left == 0 { walk.run.log(.warning, "the crawl ended at max_pages (\(maxPages)); there are more pages") }
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

  /// - Returns: where the page leads.
  private func visit(
    _ url: String, _ result: WebWalk.Result, _ former: ListingState<CrawledPage>,
    _ state: inout ListingState<CrawledPage>, _ depth: Int, _ finals: inout [String: String]
  ) throws -> [String] {
    switch result {
    case .known: return []
    case .failed(let failure):
      if failure.kind == "robots" {
        walk.run.log(.info, failure.message)
        return []
      }
      return keep(former, url, because: failure, &state)
    case .response(let response, let redirects):
      switch response.status {
      case 304:
        guard var kept = former.pages[url] else { return [] }
        kept.depth = depth
        state.pages[url] = kept
        return kept.links
      case 200, 203:
        guard let final = normalizer.normalized(response.finalURL), let base = HTTPURL(response.finalURL) else {
          return []
        }
        if walk.context.tombstones.contains(final) { return [] }
        finals[url] = final
        finals[response.finalURL] = final
        // A page outside is not ours, though a link inside leads there.
        guard redirects.isEmpty || isWithin(final), state.pages[final] == nil || final == url else { return [] }
        let record = answers.document(response, try walk.run.objects.put(response.body), redirects)
        if let failure = answers.flaw(record, of: url) { return keep(former, url, because: failure, &state) }
        return try take(response, record, final, base, depth, isAskedFor: final == url, &state)
      case 404, 410: return []
      default:
        let failure = ItemFailure(
          kind: "http_\(response.status)", message: "\(url) answers \(HTTPAnswers.text(response.status))",
          isTransient: response.status >= 500 || response.status == 429)
        return keep(former, url, because: failure, &state)
      }
    }
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
    _ response: HTTPResponse, _ document: Document, _ final: String, _ base: HTTPURL, _ depth: Int, isAskedFor: Bool,
    _ state: inout ListingState<CrawledPage>
  ) throws -> [String] {
    var record = document
    record.depth = depth
    record.url = final
    var found: [String] = []
    if response.contentType == "text/html" || response.contentType == "application/xhtml+xml" {
      do {
        let links = try pages.links(response.body, base: base, normalizer: normalizer)
        if !links.isNofollow { found = links.urls }
        record.canonical = links.canonical
      } catch let problem as ItemProblem {
        // The page is there; only where it leads to is not known.
        walk.run.log(.warning, "\(final): its links cannot be read: \(problem.message)")
      }
    }
    state.pages[final] = CrawledPage(
      depth: depth, links: found.filter(isWithin), record: record,
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
