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
    normalizer = URLNormalizer(dropsTracking: parameters.values["drop_tracking"]?.bool ?? true)
    let normalizer = normalizer
    starts = try parameters.strings("url").compactMap { normalizer.normalized($0) }
    let given = parameters.values["prefix"]?.array?.compactMap(\.string) ?? []
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

  /// A page that was visited in this look.
  private struct Visit {
    var page: JSONObject
    var links: [String]
  }

  func look(_ former: ListingState) throws -> ListingState {
    var state = ListingState()
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
          url: url, validators: walk.run.isForced ? nil : former.pages[url]?["validators"]?.object,
          accept: FetchOptions.documents)
      }
      var finals: [String: String] = [:]
      try walk.ask(requests, isKnown: { finals[$0] != nil || state.pages[$0] != nil }) { request, result in
        if let visit = try visit(request.url, result, former, &state, depth, &finals) {
          links.formUnion(visit.links)
        }
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
      let first = state.stale.values.first?["message"]?.string ?? "no page could be fetched"
      throw SluiceError(walk.run.isFrozen ? .frozen : .badInput, first)
    }
    // Two URLs of one page are one item, under the URL that answered.
    for (id, page) in state.pages {
      guard let record = page["record"]?.object else { continue }
      state.entries[id] = record
    }
    return state
  }

  private func visit(
    _ url: String, _ result: WebWalk.Result, _ former: ListingState, _ state: inout ListingState, _ depth: Int,
    _ finals: inout [String: String]
  ) throws -> Visit? {
    switch result {
    case .known: return nil
    case .failed(let failure):
      if failure.kind == "robots" {
        walk.run.log(.info, failure.message)
        return nil
      }
      return keep(former, url, because: failure, &state)
    case .response(let response, let redirects):
      switch response.status {
      case 304:
        guard var kept = former.pages[url] else { return nil }
        kept["depth"] = JSONValue(depth)
        state.pages[url] = kept
        return Visit(page: kept, links: links(kept))
      case 200, 203:
        guard let final = normalizer.normalized(response.finalURL), let base = HTTPURL(response.finalURL) else {
          return nil
        }
        finals[url] = final
        finals[response.finalURL] = final
        // A page outside is not ours, though a link inside leads there.
        guard redirects.isEmpty || isWithin(final), state.pages[final] == nil || final == url else { return nil }
        let record = answers.members(response, try walk.run.objects.put(response.body), redirects)
        if let failure = flag(record, url) { return keep(former, url, because: failure, &state) }
        return try take(response, record, final, base, depth, isAskedFor: final == url, &state)
      case 404, 410: return nil
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
    _ former: ListingState, _ url: String, because failure: ItemFailure, _ state: inout ListingState
  ) -> Visit? {
    state.stale[url] = [
      "kind": .string(failure.kind), "message": .string(failure.message), "transient": .bool(failure.isTransient),
    ]
    guard let kept = former.pages[url], kept["record"]?["flags"] == nil || walk.options.onFlag == .keep else {
      return nil
    }
    state.pages[url] = kept
    return Visit(page: kept, links: links(kept))
  }

  /// Why an answer is not the page itself, where that matters.
  private func flag(_ record: JSONObject, _ url: String) -> ItemFailure? {
    guard walk.options.onFlag == .quarantine, let kind = record["flags"]?.array?.first?.string else { return nil }
    let reasons = (record["flag_reasons"]?.array ?? []).compactMap(\.string).joined(separator: "; ")
    return ItemFailure(kind: kind, message: "\(url) is not the page itself (\(reasons)); on_flag: keep would keep it")
  }

  /// A page that came.
  /// - Parameter isAskedFor: whether it was asked for under its own URL. Validators belong to the URL that was asked: one
  ///   that redirects is asked whole again.
  private func take(
    _ response: HTTPResponse, _ members: JSONObject, _ final: String, _ base: HTTPURL, _ depth: Int, isAskedFor: Bool,
    _ state: inout ListingState
  ) throws -> Visit {
    var record = members
    record["depth"] = JSONValue(depth)
    record["url"] = .string(final)
    var page: JSONObject = ["depth": JSONValue(depth)]
    var found: [String] = []
    if response.contentType == "text/html" || response.contentType == "application/xhtml+xml" {
      do {
        let links = try pages.links(response.body, base: base, normalizer: normalizer)
        if !links.isNofollow { found = links.urls }
        record["canonical"] = links.canonical.map { .string($0) }
      } catch let problem as ItemProblem {
        // The page is there; only where it leads to is not known.
        walk.run.log(.warning, "\(final): its links cannot be read: \(problem.message)")
      }
    }
    page["links"] = JSONValue(found.filter(isWithin))
    page["record"] = .object(record)
    if isAskedFor {
      var validators = JSONObject()
      validators["etag"] = response.headers["etag"].map { .string($0) }
      validators["last_modified"] = response.headers["last-modified"].map { .string($0) }
      page["validators"] = .object(validators)
    }
    state.pages[final] = page
    return Visit(page: page, links: found)
  }

  private func links(_ page: JSONObject) -> [String] { page["links"]?.array?.compactMap(\.string) ?? [] }
}
