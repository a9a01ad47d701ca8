import Foundations
import Store

/// One item on the way from what was fetched to what is read, with how it was made.
package struct TraceNode: Sendable {
  /// An item by its stage and id.
  package struct Name: Hashable, Sendable, Comparable {
    package let stage: String
    package let item: String

    package static func < (a: Name, b: Name) -> Bool { (a.stage, a.item) < (b.stage, b.item) }
  }

  package let name: Name
  package let type: String
  /// Of its record.
  package let digest: Digest
  /// The run that made it; where it was made item by item, the last that worked on it.
  package let run: Int
  /// Names what the key of its stage was made of (`sluice why STAGE` shows it).
  package let stageKey: Digest
  /// Why that run worked on it; `nil`: it came from the memo, or with all else.
  package var reason: ItemRunRecord.Reason?
  /// How often it was tried in that run; 1 where the first try was enough.
  package var attempts = 1
  /// Of a fetched thing: its bytes, and where they are from.
  package var origin: Origin?

  /// Where bytes come from.
  package struct Origin: Sendable, Encodable {
    package var body: String?
    package var bytes: Int?
    package var url: String?
    package var path: String?
    package var status: Int?
    package var etag: String?
    package var fetchedAt: String?

    enum CodingKeys: String, CodingKey {
      case body, bytes, url, path, status, etag
      case fetchedAt = "fetched_at"
    }

    /// For people, in one line; empty when nothing is known.
    package var text: String {
      var parts: [String] = []
      if let place = url ?? path { parts.append(place) }
      if let status { parts.append("status \(status)") }
      if let body { parts.append("\(body.prefix(19))\(bytes.map { ", \(Units.show(bytes: $0))" } ?? "")") }
      if let etag { parts.append("ETag \(etag)") }
      return parts.joined(separator: ", ")
    }
  }

  /// `made in run 12 (new), key 3f2a…`
  package var work: String {
    var text = "run \(run)"
    if let reason { text += " (\(reason.rawValue))" }
    if attempts > 1 { text += ", try \(attempts)" }
    return text + ", key \(stageKey.short)"
  }

  package var json: JSONValue {
    .object(
      JSONObject(present: [
        ("stage", .string(name.stage)), ("item", .string(name.item)), ("type", .string(type)),
        ("digest", .string(digest.hex)), ("run", JSONValue(run)), ("key", .string(stageKey.hex)),
        ("reason", reason.map { .string($0.rawValue) }), ("attempts", JSONValue(attempts)),
        ("origin", origin.map { JSONValue(encoding: $0) }),
      ]))
  }
}
