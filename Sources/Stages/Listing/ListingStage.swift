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
    for url in try parameters.strings("url") where HTTPURL(url) == nil {
      throw SluiceError(
        .usage, "'url' must be an http or https URL, this is '\(url.prefix(200))'",
        advice: "For files of this machine there is `uses: import`.")
    }
  }

  func look(_ context: SourceContext) throws -> any SourceView {
    let path = context.shared.map { shared in "\(shared)/listings/\(identity.hex.prefix(32)).json" }
    let kept = ListingState.load(path)
    let now = Timestamp.now.seconds
    let isDue = kept.map { $0.checked + options.refresh <= now || $0.checked > now + 60 || !$0.stale.isEmpty } ?? true
    guard let run = context.run, isDue || run.isForced else {
      return ListingView(state: kept ?? ListingState(), isDue: isDue || kept == nil)
    }
    if run.isFrozen, let kept { return ListingView(state: kept, isDue: false) }
    let walk = WebWalk(options: options, context: context, run: run)
    let former = kept ?? ListingState()
    var state: ListingState
    switch kind {
    case .crawl: state = try Crawl(parameters, walk).look(former)
    case .sitemap, .feed: state = try ListingReader(parameters, walk, isFeed: kind == .feed).look(former)
    }
    state.checked = now
    try state.save(path)
    return ListingView(state: state, isDue: false)
  }

  /// What the kept state belongs to: everything that decides which items there are.
  private var identity: Digest {
    var shaping = JSONObject()
    for name in ["url", "include", "exclude", "prefix", "max_depth", "max_pages", "keep", "drop_tracking"] {
      shaping[name] = parameters.values[name]
    }
    return Digest(of: JSONValue.object(["kind": .string(kind.rawValue), "parameters": .object(shaping)]).canonicalText)
  }
}

/// What a listing says, at one moment.
struct ListingView: SourceView {
  let fingerprint: Digest?
  let isDue: Bool
  private let contents: Dataset
  private let state: ListingState

  init(state: ListingState, isDue: Bool) {
    self.state = state
    self.isDue = isDue
    var builder = DatasetBuilder(capacity: state.entries.count)
    for (id, record) in state.entries { builder.append(id: id, digest: Digest(of: record.canonicalBytes)) }
    contents = builder.build()
    fingerprint = isDue || !state.stale.isEmpty ? nil : contents.digest
  }

  func list() throws -> SourceListing {
    var stale: [String: ItemFailure] = [:]
    for (url, failure) in state.stale {
      stale[url] = ItemFailure(
        kind: failure["kind"]?.string ?? "", message: failure["message"]?.string ?? "",
        isTransient: failure["transient"]?.bool ?? false)
    }
    return SourceListing(contents: contents, stale: stale) { [contents, state] index, _ in
      state.entries[contents.id(index)] ?? [:]
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
