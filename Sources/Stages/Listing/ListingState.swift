import Foundations

/// What a source that asks the network knew after its last look: kept in the ledger, so that the next run asks
/// conditionally, a plan asks nobody, and a site that is down is not a site that is empty.
struct ListingState {
  /// When everything was last looked at, in seconds since 1970.
  var checked = 0.0
  /// Records by id.
  var entries: [String: JSONObject] = [:]
  /// What is known of each page that was asked: validators, what it listed.
  var pages: [String: JSONObject] = [:]
  /// Pages that could not be asked again, and why.
  var stale: [String: JSONObject] = [:]

  private static let version = 1

  init() {}

  /// What `bytes` says.
  /// - Throws: `.corrupt` when that is no state. (Of another version: nothing is known.)
  init?(reading bytes: [UInt8]) throws(SluiceError) {
    guard let value = try? JSONValue(parsing: bytes), let checked = value["checked"]?.double else {
      throw SluiceError(.corrupt, "what is known of a listing cannot be read", advice: "Run `sluice fsck --repair`.")
    }
    guard value["version"]?.int == Self.version else { return nil }
    self.checked = checked
    func objects(_ name: String) -> [String: JSONObject] {
      var found: [String: JSONObject] = [:]
      for member in value[name]?.object?.members ?? [] { found[member.key] = member.value.object }
      return found
    }
    entries = objects("entries")
    pages = objects("pages")
    stale = objects("stale")
  }

  var bytes: [UInt8] {
    func object(_ members: [String: JSONObject]) -> JSONValue {
      .object(JSONObject(members.sorted { $0.key < $1.key }.map { ($0.key, .object($0.value)) }))
    }
    let value: JSONObject = [
      "version": JSONValue(Self.version), "checked": .double(checked), "entries": object(entries),
      "pages": object(pages), "stale": object(stale),
    ]
    return JSONValue.object(value).canonicalBytes
  }
}
