import Foundations
import Glibc
import HTTPClient
import StageKit
import Store
import Web

/// A source whose items the network lists: a sitemap, a feed, a site that is crawled.
struct ListingStage: SourceStage {
  enum Kind: String { case sitemap, feed, crawl }

  let implementationVersion = 2
  let keyComponents: JSONObject = [:]
  let outputType: String?
  let options: FetchOptions
  private let kind: Kind
  private let parameters: Parameters

  init(_ configuration: StageConfiguration, _ kind: Kind) throws {
    self.kind = kind
    parameters = configuration.parameters
    options = try FetchOptions(parameters)
    outputType = kind == .crawl ? "document" : "record"
    for url in try parameters.strings("url")
    where HTTPURL(url)?.hadCredentials == true || URLCredentials.removed(from: url) != nil {
      throw SluiceError(
        .usage, "'url' holds a password or a key: \(URLCredentials.shown(url))",
        advice: FetchTarget.adviceOnCredentials)
    }
    for url in try parameters.strings("url") where HTTPURL(url) == nil {
      throw SluiceError(
        .usage, "'url' must be an http or https URL, this is '\(URLCredentials.shown(url))'",
        advice: "For files of this machine there is `uses: import`.")
    }
  }

  func look(_ context: SourceContext) throws -> any SourceView {
    switch kind {
    case .crawl: try look(context) { walk, former in try Crawl(parameters, walk).look(former) }
    case .sitemap, .feed:
      try look(context) { walk, former in try ListingReader(parameters, walk, isFeed: kind == .feed).look(former) }
    }
  }

  private func look<Page>(
    _ context: SourceContext, _ ask: (WebWalk, ListingState<Page>) throws -> ListingState<Page>
  ) throws -> ListingView {
    let identity = identity
    let kept = try context.state(identity).flatMap(ListingState<Page>.init(reading:))
    let now = Timestamp.now.seconds
    // What was looked at in the future was looked at by a clock that was ahead: it says nothing of now.
    let isDue = kept.map { $0.checked + options.refresh <= now || $0.checked > now || !$0.stale.isEmpty } ?? true
    guard let run = context.run, isDue || run.isForced else {
      return ListingView(kept ?? ListingState(), isDue: isDue)
    }
    if run.isFrozen, let kept { return ListingView(kept, isDue: false) }
    let walk = WebWalk(options: options, context: context, run: run)
    var listing = try ask(walk, kept ?? ListingState())
    listing.checked = now
    try listing.forget(context.tombstones)
    return ListingView(listing, isDue: false, state: SourceState(identity: identity, bytes: listing.bytes))
  }

  /// What the kept state belongs to: everything that decides which items there are.
  private var identity: Digest {
    var shaping = JSONObject()
    for name in ["url", "include", "exclude", "prefix", "max_depth", "max_pages", "keep", "drop_tracking", "on_flag"] {
      shaping[name] = parameters.values[name]
    }
    return Digest(of: JSONValue.object(["kind": .string(kind.rawValue), "parameters": .object(shaping)]).canonicalText)
  }
}

/// What a listing says, at one moment.
struct ListingView: SourceView {
  let fingerprint: Digest?
  let isDue: Bool
  let state: SourceState?
  private let contents: Dataset
  private let entries: [String: Document]
  private let stale: [String: StalePage]

  init(_ listing: ListingState<some Any>, isDue: Bool, state: SourceState? = nil) {
    entries = listing.entries
    stale = listing.stale
    self.isDue = isDue
    self.state = state
    var builder = DatasetBuilder(capacity: listing.entries.count)
    for (id, record) in listing.entries { builder.append(id: id, digest: Digest(of: record.members.canonicalBytes)) }
    contents = builder.build()
    fingerprint = isDue || !listing.stale.isEmpty ? nil : contents.digest
  }

  let emptyNote = "it lists nothing"

  func list() throws -> SourceListing {
    SourceListing(contents: contents, stale: stale.mapValues(\.failure)) { [contents, entries] index, _ in
      guard let record = entries[contents.id(index)] else {
        throw SluiceError(.corrupt, "the listing has no record of '\(contents.id(index))'")
      }
      return record.members
    }
  }
}

/// Which URLs belong to a listing.
struct URLFilter {
  private let include: [String]
  private let exclude: [String]

  init(_ parameters: Parameters) {
    include = parameters.optionalStrings("include")
    exclude = parameters.optionalStrings("exclude")
  }

  func takes(_ url: String) -> Bool {
    if exclude.contains(where: { Self.matches($0, url) }) { return false }
    return include.isEmpty || include.contains { Self.matches($0, url) }
  }

  /// `*` for anything, `?` for one byte.
  private static func matches(_ pattern: String, _ url: String) -> Bool {
    fnmatch(pattern, url, 0) == 0
  }
}
