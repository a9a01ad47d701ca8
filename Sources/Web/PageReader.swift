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
  package func links(_ bytes: [UInt8], base: HTTPURL, normalizer: URLNormalizer) throws -> PageLinks {
    let answer = try pool.ask("links", order(base, normalizer), bytes, what: base.text)
    return try PageLinks(try object(answer))
  }

  /// What a sitemap or feed says.
  package func listing(_ bytes: [UInt8], base: HTTPURL, normalizer: URLNormalizer) throws -> WebListing {
    let answer = try pool.ask("listing", order(base, normalizer), bytes, what: base.text)
    return try WebListing(try object(answer))
  }

  private func object(_ answer: WorkerFrame) throws -> JSONObject {
    guard let object = try JSONValue(parsing: answer.body).object else {
      throw SluiceError(.corrupt, "the worker's answer cannot be read")
    }
    return object
  }

  private func order(_ base: HTTPURL, _ normalizer: URLNormalizer) -> JSONObject {
    ["base": .string(base.text), "drops_tracking": .bool(normalizer.dropsTracking)]
  }

  private static func order(_ frame: WorkerFrame) throws -> (HTTPURL, URLNormalizer) {
    guard let base = frame.header["base"]?.string.flatMap(HTTPURL.init) else {
      throw SluiceError(.system, "a worker was given a page without its URL")
    }
    return (base, URLNormalizer(dropsTracking: frame.header["drops_tracking"]?.bool == true))
  }

  // MARK: In the worker

  package static let linksTask = WorkerTask("links") { frame in
    let (base, normalizer) = try order(frame)
    let links = PageLinks(reading: frame.body, base: base, normalizer: normalizer)
    return WorkerFrame(header: [:], body: JSONValue.object(links.json).canonicalBytes)
  }

  package static let listingTask = WorkerTask("listing") { frame in
    let (base, normalizer) = try order(frame)
    let listing = try WebListing(reading: frame.body, base: base, normalizer: normalizer)
    return WorkerFrame(header: [:], body: JSONValue.object(listing.json).canonicalBytes)
  }
}

extension PageLinks {
  var json: JSONObject {
    var object: JSONObject = ["urls": JSONValue(urls), "nofollow": .bool(isNofollow)]
    object["canonical"] = canonical.map { .string($0) }
    return object
  }

  init(_ object: JSONObject) throws {
    guard let urls = object["urls"]?.array?.compactMap(\.string), let isNofollow = object["nofollow"]?.bool else {
      throw SluiceError(.corrupt, "the worker's answer cannot be read")
    }
    self.init(urls: urls, canonical: object["canonical"]?.string, isNofollow: isNofollow)
  }
}

extension WebListing {
  var json: JSONObject {
    [
      "bad": JSONValue(badCount), "index": .bool(kind == .index),
      "entries": .array(
        entries.map { entry in
          JSONValue([entry.url, entry.lastmod ?? "", entry.title ?? "", entry.published ?? "", entry.author ?? ""])
        }),
    ]
  }

  init(_ object: JSONObject) throws {
    guard let bad = object["bad"]?.int, let isIndex = object["index"]?.bool, let rows = object["entries"]?.array else {
      throw SluiceError(.corrupt, "the worker's answer cannot be read")
    }
    let entries = try rows.map { row -> Entry in
      let fields = row.array?.compactMap(\.string) ?? []
      guard fields.count == 5 else { throw SluiceError(.corrupt, "the worker's answer cannot be read") }
      func field(_ index: Int) -> String? { fields[index].isEmpty ? nil : fields[index] }
      return Entry(
        url: fields[0], lastmod: field(1), title: field(2), published: field(3), author: field(4))
    }
    self.init(kind: isIndex ? .index : .pages, entries: entries, badCount: bad)
  }
}
