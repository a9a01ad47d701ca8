import Foundations

/// What a source that asks the network knew after its last look: kept beside the ledger, so that the next run asks
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

  /// What was written to `path`; empty when there is nothing, or nothing that can be read.
  static func load(_ path: String?) -> ListingState? {
    guard let path, let bytes = try? FileSystem.read(path), let value = try? JSONValue(parsing: bytes),
      value["version"]?.int == version
    else { return nil }
    var state = ListingState()
    state.checked = value["checked"]?.double ?? 0
    func objects(_ name: String) -> [String: JSONObject] {
      var found: [String: JSONObject] = [:]
      for member in value[name]?.object?.members ?? [] { found[member.key] = member.value.object ?? [:] }
      return found
    }
    state.entries = objects("entries")
    state.pages = objects("pages")
    state.stale = objects("stale")
    return state
  }

  func save(_ path: String?) throws(SluiceError) {
    guard let path else { return }
    func object(_ members: [String: JSONObject]) -> JSONValue {
      .object(JSONObject(members.sorted { $0.key < $1.key }.map { ($0.key, .object($0.value)) }))
    }
    let value: JSONObject = [
      "version": JSONValue(Self.version), "checked": .double(checked), "entries": object(entries),
      "pages": object(pages), "stale": object(stale),
    ]
    try FileSystem.makeDirectory(Path.parent(path))
    try FileSystem.writeAtomically(JSONValue.object(value).canonicalBytes, to: path)
  }
}
