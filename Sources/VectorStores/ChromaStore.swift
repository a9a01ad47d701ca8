import Foundations
import Glibc
import HTTPClient
import Models
import SearchIndex

/// Chroma over HTTP, API v2, the default tenant and database (or those in the URL's path `/tenant/database`).
///
/// Chroma has no transactions: while an update runs, readers may see some chunks of the old state and some of the new.
final class ChromaStore: VectorStore {
  let batch = 200
  private let address: VectorStoreAddress
  private let root: String
  private let key: String?
  private let transfers: HTTPTransfers
  private var collection = ""

  /// In the metadata of a collection: the passport of its vectors.
  private static let passport = "sluice_passport"

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
    let found = try send("GET", "/" + name, allowing: [404])
    let answer: JSONValue
    if found.status == 404 {
      answer = try send(
        "POST", "",
        [
          "name": .string(name), "metadata": [Self.passport: .string(text)],
          "configuration": ["hnsw": ["space": "cosine"]],
        ]
      ).json
    } else {
      answer = found.json
      try check(answer, name, passport)
    }
    guard let id = answer["id"]?.string else { throw failure("its answer names no collection") }
    collection = "/" + id
  }

  private func check(_ answer: JSONValue, _ name: String, _ passport: VectorPassport) throws(SluiceError) {
    guard let text = answer["metadata"]?[Self.passport]?.string,
      let members = (try? JSONValue(parsing: text))?.object
    else {
      throw SluiceError(
        .vectorStoreError, "the collection \(name) at \(address.url) was not made by Sluice",
        advice: "Take another name (collection), or remove it there.")
    }
    let differences = VectorPassport(members).differences(from: passport)
    guard differences.isEmpty else {
      throw SluiceError(
        .vectorStoreError,
        "the collection \(name) at \(address.url) holds vectors of another space: \(differences.joined(separator: "; "))",
        advice: "Vectors of different models cannot be compared: take another name (collection), or remove it there.")
    }
  }

  func existing() throws(SluiceError) -> [(id: String, digest: Digest)] {
    var all: [(id: String, digest: Digest)] = []
    while true {
      let page = try send(
        "POST", collection + "/get", ["limit": 2000, "offset": JSONValue(all.count), "include": ["metadatas"]]
      ).json
      guard let ids = page["ids"]?.array, let fields = page["metadatas"]?.array, ids.count == fields.count else {
        throw failure("its answer lacks ids or metadata")
      }
      for (id, fields) in zip(ids, fields) {
        // What is not ours, or half written, has a digest that fits nothing, and is replaced.
        let digest = fields[StoredFields.digest]?.string.flatMap { Digest(hex: $0) }
        guard let id = id.string else { throw failure("an id in its answer is no text") }
        all.append((id, digest ?? StoredFields.noDigest))
      }
      if ids.count < 2000 { break }
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
          chunks.map { chunk in .array(StoredFields.floats(chunk.vector ?? []).map { .double(Double($0)) }) }),
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
    let found = try send("GET", "/" + name, allowing: [404])
    guard found.status != 404, found.json["metadata"]?[Self.passport] != nil else { return }
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
      let message = (try? JSONValue(parsing: response.body))?["message"]?.string ?? ""
      throw failure("HTTP \(response.status) \(message.prefix(300))")
    }
  }

  private func failure(_ reason: String) -> SluiceError {
    SluiceError(
      .vectorStoreError, "Chroma at \(address.url): \(reason)",
      advice: "Is it running (chroma run), and is that its address? What was written already is found by the next run.")
  }
}
