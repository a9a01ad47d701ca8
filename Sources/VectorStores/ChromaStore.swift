import Foundations
import Glibc
import HTTPClient
import Models
import SearchIndex

/// Chroma over HTTP, API v2, the default tenant and database (or those in the URL's path `/tenant/database`).
///
/// Chroma has no transactions: while an update runs, readers may see some chunks of the old state and some of the new.
final class ChromaStore: VectorStore {
  static let traits = StoreTraits(
    schemes: ["http://", "https://"], example: "http://localhost:8000", batch: 200, takesUser: false)
  private let address: VectorStoreAddress
  private let root: String
  private let key: String?
  private let transfers: HTTPTransfers
  private var collection = ""

  /// A collection, as the server tells of it.
  private struct Collection: Decodable {
    @Lenient var id: String?
    @Lenient var metadata: Metadata?
  }

  private struct Metadata: Codable {
    /// That of its vectors; `nil` where the collection was not made by Sluice.
    let passport: JSONValue?

    enum CodingKeys: String, CodingKey { case passport = "sluice_passport" }
  }

  /// What is to be made.
  private struct NewCollection: Encodable {
    let name: String
    let metadata: Metadata
    let configuration: JSONValue = ["hnsw": ["space": "cosine"]]
  }

  /// Some chunks of a collection.
  private struct Page: Decodable {
    let ids: [String]
    let metadatas: [Lenient<StoredFields.Known>]
  }

  init(_ address: VectorStoreAddress) throws(SluiceError) {
    self.address = address
    key = try address.key()
    let parts = address.url.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
    let tenant = parts.count > 2 ? parts[2] : "default_tenant"
    let database = parts.count > 3 ? parts[3] : "default_database"
    root = "\(parts[0])//\(parts[1])/api/v2/tenants/\(tenant)/databases/\(database)/collections"
    do { transfers = try HTTPTransfers.shared() } catch { throw SluiceError(wrapping: error) }
  }

  func open(_ name: String, _ passport: VectorPassport) throws(SluiceError) {
    let text = JSONValue.object(passport.members).canonicalText
    let known: Collection?
    if let found = try find(name) {
      try check(found, name, passport)
      known = found
    } else {
      known = try make(NewCollection(name: name, metadata: Metadata(passport: .string(text))))
    }
    guard let id = known?.id else { throw failure("its answer names no collection") }
    collection = "/" + id
  }

  /// `nil` when there is none of that name.
  private func find(_ name: String) throws(SluiceError) -> Collection? {
    let found = try send("GET", "/" + name, allowing: [404])
    return found.status == 404 ? nil : (try? found.json.decoded()) ?? Collection()
  }

  private func make(_ collection: NewCollection) throws(SluiceError) -> Collection? {
    let made = try send("POST", "", JSONValue(encoding: collection))
    return try? made.json.decoded()
  }

  private func check(_ collection: Collection, _ name: String, _ passport: VectorPassport) throws(SluiceError) {
    guard let text = collection.metadata?.passport?.string,
      let members = (try? JSONValue(parsing: text))?.object
    else {
      throw SluiceError(
        .vectorStoreError, "the collection \(name) at \(address.url) was not made by Sluice",
        advice: "Take another name (collection), or remove it there.")
    }
    try passport.check(
      VectorPassport(members), of: "the collection \(name) at \(address.url)", otherwise: "remove it there")
  }

  func existing() throws(SluiceError) -> [(id: String, digest: Digest)] {
    var all: [(id: String, digest: Digest)] = []
    while true {
      let answer = try send(
        "POST", collection + "/get", ["limit": 2000, "offset": JSONValue(all.count), "include": ["metadatas"]])
      let page: Page
      do { page = try answer.json.decoded() } catch {
        throw failure("its answer lacks ids or metadata, or they are not what they should be: \(error)")
      }
      guard page.ids.count == page.metadatas.count else { throw failure("its answer lacks ids or metadata") }
      for (id, fields) in zip(page.ids, page.metadatas) {
        all.append((id, fields.wrappedValue?.digest ?? StoredFields.noDigest))
      }
      if page.ids.count < 2000 { break }
    }
    return all.sorted { ExactText($0.id) < ExactText($1.id) }
  }

  func remove(_ ids: [String]) throws(SluiceError) {
    if ids.isEmpty { return }
    _ = try send("POST", collection + "/delete", ["ids": JSONValue(ids)])
  }

  func add(_ chunks: [IndexedChunk]) throws(SluiceError) {
    if chunks.isEmpty { return }
    _ = try send(
      "POST", collection + "/upsert",
      [
        "ids": JSONValue(chunks.map(\.id)), "documents": JSONValue(chunks.map(\.text)),
        "embeddings": .array(
          chunks.map { chunk in .array(StoredFields.floats(chunk).map { .double(Double($0)) }) }),
        "metadatas": .array(chunks.map { .object(Self.scalars(StoredFields.of($0))) }),
      ])
  }

  /// Chroma takes scalars: others go as JSON.
  private static func scalars(_ fields: JSONObject) -> JSONObject {
    JSONObject(
      fields.members.compactMap { member -> (String, JSONValue)? in
        switch member.value {
        case .null: nil
        case .array, .object: (member.key, .string(member.value.canonicalText))
        default: (member.key, member.value)
        }
      })
  }

  func commit() throws(SluiceError) {}

  func drop(_ name: String) throws(SluiceError) {
    guard try find(name)?.metadata?.passport != nil else { return }
    _ = try send("DELETE", "/" + name, allowing: [404])
  }

  private func send(_ method: String, _ path: String, _ body: JSONValue? = nil, allowing: Set<Int> = [])
    throws(SluiceError) -> (status: Int, json: JSONValue)
  {
    var headers: HTTPHeaders = ["Content-Type": "application/json"]
    if let key {
      headers.append("Authorization", "Bearer \(key)")
      headers.append("X-Chroma-Token", key)
    }
    var request = HTTPRequest(method, root + path, headers: headers, body: body?.canonicalBytes)
    request.maxRedirects = 0
    var attempt = 1
    while true {
      let response: HTTPResponse
      do throws(HTTPFailure) { response = try transfers.send(request) } catch {
        // All that is sent may be sent twice.
        guard error.isTransient, attempt < 4 else { throw failure(error.message) }
        attempt += 1
        usleep(UInt32(200_000 * attempt))
        continue
      }
      if response.isSuccess || allowing.contains(response.status) {
        return (response.status, (try? JSONValue(parsing: response.body)) ?? .null)
      }
      if [429, 502, 503, 504].contains(response.status), attempt < 6 {
        attempt += 1
        usleep(UInt32(clamping: min(response.retryAfter() ?? 0.3 * Double(attempt), 30) * 1_000_000))
        continue
      }
      let complaint = try? JSONValue(parsing: response.body).decoded(as: Complaint.self)
      throw failure("HTTP \(response.status) \((complaint?.message ?? "").prefix(300))")
    }
  }

  private struct Complaint: Decodable {
    @Lenient var message: String?
  }

  private func failure(_ reason: String) -> SluiceError {
    SluiceError(
      .vectorStoreError, "Chroma at \(address.url): \(reason)",
      advice: "Is it running (chroma run), and is that its address? What was written already is found by the next run.")
  }
}
