import Foundations
import StageKit
import Store

/// What a source that asks the network knew after its last look: kept in the ledger, so that the next run asks
/// conditionally, a plan asks nobody, and a site that is down is not a site that is empty.
struct ListingState<Page: Codable & Sendable>: Sendable {
  /// When everything was last looked at, in seconds since 1970.
  var checked = 0.0
  /// Records by id.
  var entries: [String: Document] = [:]
  /// What is known of each page that was asked: validators, what it listed.
  var pages: [String: Page] = [:]
  /// Pages that could not be asked again, and why.
  var stale: [String: StalePage] = [:]

  private static var version: Int { 1 }

  /// As it is kept. The entries stay objects: there can be a million.
  private struct Content: Codable {
    var version: Int
    var checked: Double
    var entries: JSONObject
    var pages: JSONObject
    var stale: JSONObject
  }

  private struct Version: Decodable {
    let version: Int?
    let checked: Double
  }

  init() {}

  /// What `bytes` says.
  /// - Throws: `.corrupt` when that is no state. (Of another version: nothing is known.)
  init?(reading bytes: [UInt8]) throws(SluiceError) {
    do {
      let value = try JSONValue(parsing: bytes)
      guard try value.decoded(as: Version.self).version == Self.version else { return nil }
      let content: Content = try value.decoded()
      checked = content.checked
      entries = try Self.members(content.entries)
      pages = try Self.members(content.pages)
      stale = try Self.members(content.stale)
    } catch {
      throw SluiceError(.corrupt, "what is known of a listing cannot be read", advice: "Run `sluice fsck --repair`.")
    }
  }

  /// Leaves out what was forgotten, wherever it stands: among the entries and in what pages list and link to.
  mutating func forget(_ tombstones: Tombstones) throws {
    if tombstones.isEmpty { return }
    let whole = try JSONValue(parsing: bytes)
    let rest = whole.without(tombstones.contains)
    guard rest != whole, let state = try Self(reading: rest.canonicalBytes) else { return }
    self = state
  }

  var bytes: [UInt8] {
    let content = Content(
      version: Self.version, checked: checked, entries: Self.object(entries), pages: Self.object(pages),
      stale: Self.object(stale))
    return JSONValue(encoding: content).canonicalBytes
  }

  private static func members<T: Decodable>(_ object: JSONObject) throws -> [String: T] {
    var found: [String: T] = [:]
    for member in object.members { found[member.key] = try member.value.decoded() }
    return found
  }

  /// Sorted before: a million members in any order would be moved about a million times.
  private static func object(_ members: [String: some Encodable]) -> JSONObject {
    JSONObject(members.sorted { $0.key < $1.key }.map { ($0.key, JSONValue(encoding: $0.value)) })
  }
}

/// Why a page could not be asked again.
struct StalePage: Codable, Sendable {
  let kind: String
  let message: String
  let isTransient: Bool

  enum CodingKeys: String, CodingKey {
    case kind, message
    case isTransient = "transient"
  }

  init(_ failure: ItemFailure) {
    kind = failure.kind
    message = failure.message
    isTransient = failure.isTransient
  }

  var failure: ItemFailure { ItemFailure(kind: kind, message: message, isTransient: isTransient) }
}
