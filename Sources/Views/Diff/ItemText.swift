import Foundations
import StageKit
import Store

/// What an item says, as a text that can be compared.
package enum ItemText {
  /// Its text or its body; of a parsed document the texts of its elements; else the record itself, member by member.
  package static func text(_ digest: Digest, in snapshot: Snapshot) throws -> String {
    let record = Record(bytes: try snapshot.store.get(digest))
    let object = try record.object()
    if let text = object["text"]?.string { return text }
    if let body = Document(members: object).body, let bytes = try? snapshot.store.get(body), bytes.count < 1 << 20,
      !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self)
    {
      return text
    }
    if let elements = object["elements"]?.array {
      return elements.compactMap { $0["text"]?.string ?? $0["markdown"]?.string }.joined(separator: "\n")
    }
    return JSONValue.object(object).prettyText
  }
}
