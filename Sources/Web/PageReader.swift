import Foundations
import HTTPClient
import Workers

/// Reads pages and listings that servers sent, in worker processes: what they hold decides how long it takes and how
/// much memory it needs, and neither may be the run's.
package final class PageReader: Sendable {
  private let pool: WorkerPool

  package init(
    limits: WorkerLimits = PageReader.limits, command: [String] = WorkerPool.thisProgram,
    isStopping: @escaping @Sendable () -> Bool = { false }
  ) {
    pool = WorkerPool(limits: limits, command: command, isStopping: isStopping)
  }

  package static var limits: WorkerLimits {
    var limits = WorkerLimits()
    limits.memory = 1 << 30
    limits.maxBytes = WebListing.maxBytes
    return limits
  }

  /// The links of a page.
  /// - Parameter charset: what the server says of its encoding.
  package func links(_ bytes: [UInt8], base: HTTPURL, normalizer: URLNormalizer, charset: String? = nil) throws
    -> PageLinks
  {
    try pool.ask(Self.linksTask.name, PageOrder(base, normalizer, charset), bytes, what: base.text).jsonBody()
  }

  /// What a sitemap or feed says.
  package func listing(_ bytes: [UInt8], base: HTTPURL, normalizer: URLNormalizer, charset: String? = nil) throws
    -> WebListing
  {
    try pool.ask(Self.listingTask.name, PageOrder(base, normalizer, charset), bytes, what: base.text).jsonBody()
  }

  // MARK: In the worker

  package static let linksTask = WorkerTask("links") { frame in
    let order = try frame.details.decoded(as: PageOrder.self)
    return WorkerFrame(
      jsonBody: try PageLinks(
        reading: frame.body, base: try order.url, normalizer: order.normalizer, charset: order.charset))
  }

  package static let listingTask = WorkerTask("listing") { frame in
    let order = try frame.details.decoded(as: PageOrder.self)
    return WorkerFrame(
      jsonBody: try WebListing(
        reading: frame.body, base: try order.url, normalizer: order.normalizer, charset: order.charset))
  }
}

/// What a worker has to know of a page.
private struct PageOrder: Codable {
  let base: String
  let dropsTracking: Bool
  let charset: String?

  enum CodingKeys: String, CodingKey {
    case base, charset
    case dropsTracking = "drops_tracking"
  }

  init(_ base: HTTPURL, _ normalizer: URLNormalizer, _ charset: String?) {
    self.charset = charset
    self.base = base.text
    dropsTracking = normalizer.dropsTracking
  }

  var url: HTTPURL {
    get throws {
      guard let url = HTTPURL(base) else { throw SluiceError(.system, "a worker was given a page without its URL") }
      return url
    }
  }

  var normalizer: URLNormalizer { URLNormalizer(dropsTracking: dropsTracking) }
}

extension WebListing: Codable {
  private struct Members: Codable {
    let bad: Int
    let index: Bool
    let flaw: String?
    /// A row for each of up to a hundred thousand entries, so they are written as they stand.
    let entries: [JSONValue]
  }

  package func encode(to encoder: any Encoder) throws {
    let rows = entries.map { entry in
      JSONValue([entry.url, entry.lastmod ?? "", entry.title ?? "", entry.published ?? "", entry.author ?? ""])
    }
    try Members(bad: badCount, index: kind == .index, flaw: flaw, entries: rows).encode(to: encoder)
  }

  package init(from decoder: any Decoder) throws {
    let members = try Members(from: decoder)
    let entries = try members.entries.map { row -> Entry in
      let fields = row.array?.compactMap(\.string) ?? []
      guard fields.count == 5 else { throw SluiceError(.corrupt, "the worker's answer cannot be read") }
      func field(_ index: Int) -> String? { fields[index].isEmpty ? nil : fields[index] }
      return Entry(
        url: fields[0], lastmod: field(1), title: field(2), published: field(3), author: field(4))
    }
    self.init(kind: members.index ? .index : .pages, entries: entries, badCount: members.bad, flaw: members.flaw)
  }
}
