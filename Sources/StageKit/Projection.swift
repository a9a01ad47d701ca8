import Foundations

/// What a stage reads of an item, and so what of it belongs in the key.
///
/// Embedding reads a chunk's text, not its page number or the hour at which it was fetched: with
/// `fields(["text"], includesID: false)` neither can cause the text to be embedded again, in
/// whichever document it stands.
package struct Projection: Sendable, Hashable {
  /// Dotted paths (`source.url`); `nil` for the whole record.
  package let paths: [[String]]?
  package let includesID: Bool

  /// The whole record and the id.
  package static let whole = Projection(paths: nil, includesID: true)

  /// Some fields by their dotted paths, with the id unless the result does not depend on it.
  package static func fields(_ paths: [String], includesID: Bool = true) -> Projection {
    Projection(
      paths: paths.sorted().map { $0.split(separator: ".").map(String.init) },
      includesID: includesID)
  }

  /// The names of what is read, for `why`.
  package var names: [String] {
    (includesID ? ["id"] : []) + (paths?.map { $0.joined(separator: ".") } ?? ["*"])
  }

  /// The digest of what this projection shows of `item`.
  package func digest(of item: Item) throws -> Digest {
    var hasher = DigestHasher()
    if includesID { hasher.field(item.id) } else { hasher.field("") }
    if paths == nil {
      hasher.update(item.digest)
    } else {
      let bytes = try JSONValue.object(values(of: item.record.object())).canonicalBytes
      bytes.withUnsafeBytes { hasher.field($0) }
    }
    return hasher.finalize()
  }

  /// The projected members, by dotted path.
  package func values(of object: JSONObject) -> JSONObject {
    guard let paths else { return object }
    var shown = JSONObject()
    for path in paths {
      if let value = JSONValue.object(object)[path: path] {
        shown[path.joined(separator: ".")] = value
      }
    }
    return shown
  }
}
