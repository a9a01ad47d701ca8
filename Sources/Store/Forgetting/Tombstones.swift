import Foundations
import SQLite

/// What a pipeline must never have again: digests of ids, without anything of what they named.
///
/// They hold for the whole pipeline, production and variants: an item keeps its id on its way through the stages, and a
/// stage that is given another name must not bring it back.
package struct Tombstones: Sendable {
  private let digests: Set<Digest>

  package init(_ digests: Set<Digest> = []) { self.digests = digests }

  package var isEmpty: Bool { digests.isEmpty }
  package var count: Int { digests.count }

  /// Whether an item was forgotten.
  package func contains(_ id: String) -> Bool { !digests.isEmpty && digests.contains(Digest(of: id)) }

  /// What is said in a run that met some.
  package static func note(_ count: Int) -> String {
    count == 1 ? "1 item is forgotten and left out" : "\(Units.show(count)) items are forgotten and left out"
  }
}

/// That something was forgotten, and when.
package struct Tombstone: Sendable {
  /// Of the id.
  package let item: Digest
  package let created: Timestamp
}

extension LedgerReader {
  /// What was forgotten of a pipeline, the oldest first.
  package func tombstones(of pipeline: String) throws -> [Tombstone] {
    try query { connection in
      try connection.all(
        "SELECT item, created FROM tombstones WHERE pipeline=? ORDER BY created, item", [.text(pipeline)]
      ) { row in
        row.optionalDigest(0).map { Tombstone(item: $0, created: Timestamp(seconds: row.real(1))) }
      }
    }.compactMap { $0 }
  }
}

extension LedgerEntries {
  /// Items that no run makes again.
  package static func tombstones(_ ids: [String], of pipeline: String, at now: Timestamp) -> Recorder.Entry {
    let digests = ids.map { Digest(of: $0) }
    return { connection in
      for digest in digests {
        try connection.run(
          "INSERT OR IGNORE INTO tombstones(pipeline, item, created) VALUES(?,?,?)", .text(pipeline), .digest(digest),
          .real(now.seconds))
      }
    }
  }

  /// An item that runs may make again, in production and in all variants.
  ///
  /// Nothing outside has changed, and nobody knows which stage would make it: sources look again, and the other stages
  /// ask the memo for each of their items.
  package static func lift(_ digest: Digest, of pipeline: String) -> Recorder.Entry {
    { connection in
      try connection.run("DELETE FROM tombstones WHERE pipeline=? AND item=?", .text(pipeline), .digest(digest))
      for key in try connection.all("SELECT DISTINCT pipeline FROM stages", [], { try $0.text(0) })
      where PipelineLine(key: key).pipeline == pipeline {
        try connection.run("UPDATE stages SET fingerprint=NULL WHERE pipeline=? AND kind='source'", .text(key))
        try connection.run(
          "UPDATE stages SET stage_key=? WHERE pipeline=? AND kind<>'source'",
          .digest(Digest(of: "an item that was forgotten may be made again")), .text(key))
      }
    }
  }
}
