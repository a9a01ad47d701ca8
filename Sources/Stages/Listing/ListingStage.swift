import Foundations
import Glibc
import HTTPClient
import StageKit
import Store
import Web

/// A source whose items the network lists: a sitemap, a feed, a site that is crawled.
struct ListingStage: SourceStage {
  enum Kind: String { case sitemap, feed, crawl }

  let implementationVersion = 1
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
    let identity = identity
    let kept = try context.state(identity).flatMap(ListingState.init(reading:))
    let now = Timestamp.now.seconds
    // What was looked at in the future was looked at by a clock that was ahead: it says nothing of now.
    let isDue = kept.map { $0.checked + options.refresh <= now || $0.checked > now || !$0.stale.isEmpty } ?? true
    guard let run = context.run, isDue || run.isForced else {
      return ListingView(listing: kept ?? ListingState(), isDue: isDue)
    }
    if run.isFrozen, let kept { return ListingView(listing: kept, isDue: false) }
    let walk = WebWalk(options: options, context: context, run: run)
    let former = kept ?? ListingState()
    var listing: ListingState
    switch kind {
    case .crawl: listing = try Crawl(parameters, walk).look(former)
    case .sitemap, .feed: listing = try ListingReader(parameters, walk, isFeed: kind == .feed).look(former)
    }
    listing.checked = now
    return ListingView(
      listing: listing, isDue: false, state: SourceState(identity: identity, bytes: listing.bytes))
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
  private let listing: ListingState

  init(listing: ListingState, isDue: Bool, state: SourceState? = nil) {
    self.listing = listing
    self.isDue = isDue
    self.state = state
    var builder = DatasetBuilder(capacity: listing.entries.count)
    for (id, record) in listing.entries { builder.append(id: id, digest: Digest(of: record.canonicalBytes)) }
    contents = builder.build()
    fingerprint = isDue || !listing.stale.isEmpty ? nil : contents.digest
  }

  func list() throws -> SourceListing {
    var stale: [String: ItemFailure] = [:]
    for (url, failure) in listing.stale {
      stale[url] = ItemFailure(
        kind: failure["kind"]?.string ?? "", message: failure["message"]?.string ?? "",
        isTransient: failure["transient"]?.bool ?? false)
    }
    return SourceListing(contents: contents, stale: stale) { [contents, listing] index, _ in
      guard let record = listing.entries[contents.id(index)] else {
        throw SluiceError(.corrupt, "the listing has no record of '\(contents.id(index))'")
      }
      return record
    }
  }
}

/// Which URLs belong to a listing.
struct URLFilter {
  private let include: [String]
  private let exclude: [String]

  init(_ parameters: Parameters) {
    include = parameters.values["include"]?.array?.compactMap(\.string) ?? []
    exclude = parameters.values["exclude"]?.array?.compactMap(\.string) ?? []
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
