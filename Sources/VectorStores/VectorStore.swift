import Foundations
import Models
import SearchIndex

/// A server that keeps chunks with their vectors. Used by one thread.
package protocol VectorStore: AnyObject {
  /// Turns to a collection and makes it where there is none.
  /// - Throws: `.vectorStoreError` when it holds vectors of another space, or was not made by Sluice.
  func open(_ collection: String, _ passport: VectorPassport) throws(SluiceError)
  /// The ids and item digests of all chunks of the open collection, by the ids' UTF-8.
  func existing() throws(SluiceError) -> [(id: String, digest: Digest)]
  /// Takes chunks out; ids that are not there are passed over.
  func remove(_ ids: [String]) throws(SluiceError)
  /// Adds chunks that are not there.
  func add(_ chunks: [IndexedChunk]) throws(SluiceError)
  /// Completes the update of the open collection: readers see it from now on, if they did not before.
  func commit() throws(SluiceError)
  /// Removes a collection that Sluice made; does nothing when there is none.
  func drop(_ collection: String) throws(SluiceError)
  /// How many chunks go at once.
  var batch: Int { get }
}

/// Where a store is and how to get in.
package struct VectorStoreAddress: Sendable, Hashable {
  package enum Kind: String, Sendable { case chroma, postgres }
  package let kind: Kind
  package let url: String
  /// The environment variable that holds the token or password.
  package let keyVariable: String?

  /// - Throws: `.usage` when the URL is none, or holds a password.
  package init(_ kind: Kind, url: String, keyVariable: String?) throws(SluiceError) {
    let schemes = kind == .chroma ? ["http://", "https://"] : ["postgresql://", "postgres://"]
    guard let scheme = schemes.first(where: { url.hasPrefix($0) }) else {
      throw SluiceError(
        .usage, "the store's url is '\(Self.withoutSecrets(url))', one that begins with \(schemes[0]) was expected",
        advice: kind == .chroma
          ? "For example: http://localhost:8000" : "For example: postgresql://user@localhost/database")
    }
    let authority = url.dropFirst(scheme.utf8.count).prefix { $0 != "/" && $0 != "?" }
    let user = authority.lastIndex(of: "@").map { authority[..<$0] } ?? ""
    // The line of the file is shown: without what should not stand there.
    if let colon = user.firstIndex(of: ":") { Secrets.register(String(user[user.index(after: colon)...])) }
    if let name = url.firstRange(of: "password=") {
      Secrets.register(String(url[name.upperBound...].prefix { $0 != "&" }))
    }
    guard !user.contains(":"), kind == .postgres || user.isEmpty, !url.contains("password=") else {
      throw SluiceError(
        .usage, "the store's url \(Self.withoutSecrets(url)) holds a password, which would stand in logs and keys",
        advice: "Put it into an environment variable and name that one: key_env: STORE_PASSWORD")
    }
    var url = url
    while url.hasSuffix("/") { url.removeLast() }
    self.kind = kind
    self.url = url
    self.keyVariable = keyVariable
  }

  private static func withoutSecrets(_ url: String) -> String {
    guard let at = url.lastIndex(of: "@") else { return url.contains("password=") ? "…" : url }
    return "…" + url[at...].prefix { $0 != "?" }
  }

  /// The token or password; `nil` when none is named.
  func key() throws(SluiceError) -> String? {
    guard let keyVariable else { return nil }
    guard let value = Environment[keyVariable], !value.isEmpty else {
      throw SluiceError(
        .vectorStoreError, "the environment variable \(keyVariable), which holds the key of \(url), is not set",
        advice: "Set it: export \(keyVariable)=…; or take key_env out when the server wants none.")
    }
    Secrets.register(value)
    return value
  }

  /// Connects.
  package func connect() throws(SluiceError) -> any VectorStore {
    switch kind {
    case .chroma: try ChromaStore(self)
    case .postgres: try PostgresStore(self)
    }
  }
}

/// A chunk's fields as stores keep them beside text and vector.
enum StoredFields {
  /// Under this name the digest of the item stands.
  static let digest = "sluice_digest"
  /// For what has none, since it is not ours or half written: it fits no chunk, so the entry is replaced.
  static let noDigest = Digest(of: "an entry without a digest")

  /// The chunk's own fields, then its metadata; one of the same name as an own field stands under `metadata.NAME`.
  static func of(_ chunk: IndexedChunk) -> JSONObject {
    var fields: JSONObject = [
      digest: .string(chunk.digest.hex), "document_id": .string(chunk.documentID),
      "element_type": .string(chunk.elementType),
    ]
    if !chunk.sectionPath.isEmpty { fields["section_path"] = .string(chunk.sectionPath) }
    if let page = chunk.page { fields["page"] = JSONValue(page) }
    if let position = chunk.position { fields["chunk_index"] = JSONValue(position) }
    if let url = chunk.sourceURL { fields["source_url"] = .string(url) }
    if let title = chunk.title { fields["title"] = .string(title) }
    for member in chunk.metadata.members where !(member.key == "title" && member.value.string == chunk.title) {
      fields[fields[member.key] == nil ? member.key : "metadata.\(member.key)"] = member.value
    }
    return fields
  }

  static func floats(_ vector: [UInt8]) -> [Float] {
    vector.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 4).map { bytes.loadUnaligned(fromByteOffset: $0, as: Float.self) }
    }
  }
}
