import Foundations
import SQLite

extension LedgerReader {
  /// What something outside holds of a stage: what was published of it, and what its follower has to know.
  package func followed(_ stage: String, of line: String) throws -> (identity: Digest, state: JSONValue)? {
    try query { connection in
      try connection.first(
        "SELECT identity, state FROM followed WHERE pipeline=? AND stage=?", [.text(line), .text(stage)]
      ) { row in
        guard let identity = row.optionalDigest(0), let state = try? JSONValue(parsing: row.text(1)) else { return nil }
        return (identity, state)
      }
    } ?? nil
  }
}

extension LedgerEntries {
  /// Something outside holds what is published of a stage.
  package static func followed(_ stage: String, of line: String, identity: Digest, state: JSONValue) -> Recorder.Entry {
    let text = state.canonicalText
    return { connection in
      try connection.run(
        "INSERT OR REPLACE INTO followed(pipeline, stage, identity, state) VALUES(?,?,?,?)", .text(line), .text(stage),
        .digest(identity), .text(text))
    }
  }
}
