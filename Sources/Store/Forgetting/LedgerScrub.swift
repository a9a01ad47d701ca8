import Foundations
import SQLite

/// Takes all that the ledger says of forgotten items out of its rows, results and generations apart.
struct LedgerScrub {
  /// What stands where something forgotten stood.
  static let mark = "(forgotten)"

  private let connection: SQLiteConnection
  private let ids: Set<String>
  private let needles: NeedleSet
  private let lines: Set<String>

  init(_ connection: SQLiteConnection, ids: Set<String>, needles: NeedleSet, lines: Set<String>) {
    self.connection = connection
    self.ids = ids
    self.needles = needles
    self.lines = lines
  }

  private func speaks(_ text: String?) -> Bool { text.map { ids.contains($0) || needles.isFound(in: $0) } ?? false }

  /// What was remembered and kept under digests: memo rows that speak of it or name something that goes, and answers.
  /// - Parameters:
  ///   - objects: those that may go; what is left names none of them.
  ///   - keys: memo keys of the items.
  ///   - answers: digests of the texts of answers that were made of it.
  func remembered(naming objects: Set<Digest>, keys: Set<Digest>, answers: Set<Digest>) throws -> Int {
    let memo = try connection.all("SELECT stage_key, key, outputs, validators FROM memo", []) { row -> [Digest]? in
      guard let stageKey = row.optionalDigest(0), let key = row.optionalDigest(1) else { return nil }
      let outputs = row.blob(2)
      if keys.contains(key) || speaks(row.optionalText(3)) || !needles.found(in: outputs).isEmpty {
        return [stageKey, key]
      }
      guard let memo = try? MemoResult(reading: outputs) else { return [stageKey, key] }
      return Reference.all(of: memo).contains { objects.contains($0.digest) } ? [stageKey, key] : nil
    }.compactMap { $0 }
    let cache = try connection.all("SELECT key, value FROM cache", []) { row -> Digest? in
      let value = row.blob(1)
      if !needles.found(in: value).isEmpty { return row.optionalDigest(0) }
      guard !answers.isEmpty, let text = (try? JSONValue(parsing: value))?["text"]?.string else { return nil }
      return answers.contains(Digest(of: text)) ? row.optionalDigest(0) : nil
    }.compactMap { $0 }
    try connection.transaction {
      for row in memo {
        try connection.run("DELETE FROM memo WHERE stage_key=? AND key=?", .digest(row[0]), .digest(row[1]))
      }
      for key in cache { try connection.run("DELETE FROM cache WHERE key=?", .digest(key)) }
    }
    return memo.count + cache.count
  }

  /// What runs say: which items they worked on, which failed, and why.
  func runs() throws -> Int {
    let runs = Set(
      try connection.all("SELECT id, pipeline FROM runs", []) { (row: $0.int(0), line: try $0.text(1)) }.filter {
        lines.contains($0.line)
      }.map(\.row))
    let items = try connection.all("SELECT stage, item, run FROM item_runs", []) { row in
      (stage: try row.text(0), item: try row.text(1), run: row.int(2))
    }.filter { runs.contains($0.run) && speaks($0.item) }
    let attempts = try connection.all("SELECT rowid, run, item, message FROM attempts", []) { row in
      runs.contains(row.int(1)) && (speaks(row.optionalText(2)) || speaks(row.optionalText(3))) ? row.int(0) : nil
    }.compactMap { $0 }
    let quarantine = try connection.all("SELECT pipeline, stage, item, message FROM quarantine", []) { row in
      (line: try row.text(0), stage: try row.text(1), item: try row.text(2), message: row.optionalText(3))
    }.filter { lines.contains($0.line) && (speaks($0.item) || speaks($0.message)) }
    try connection.transaction {
      for row in items {
        try connection.run(
          "DELETE FROM item_runs WHERE stage=? AND item=? AND run=?", .text(row.stage), .text(row.item), .int(row.run))
      }
      for row in attempts { try connection.run("DELETE FROM attempts WHERE rowid=?", .int(row)) }
      for row in quarantine {
        try connection.run(
          "DELETE FROM quarantine WHERE pipeline=? AND stage=? AND item=?", .text(row.line), .text(row.stage),
          .text(row.item))
      }
      try messages(runs)
    }
    return items.count + attempts.count + quarantine.count
  }

  private func messages(_ runs: Set<Int>) throws {
    let messages = try connection.all("SELECT run, stage, message FROM stage_runs", []) { row in
      runs.contains(row.int(0)) && speaks(row.optionalText(2)) ? (row.int(0), try row.text(1)) : nil
    }
    for case (let run, let stage)? in messages {
      try connection.run(
        "UPDATE stage_runs SET message=? WHERE run=? AND stage=?", .text(Self.mark), .int(run), .text(stage))
    }
    let arguments = try connection.all("SELECT id, arguments FROM runs", []) { row in
      speaks(row.optionalText(1)) ? row.int(0) : nil
    }
    for case let run? in arguments {
      try connection.run("UPDATE runs SET arguments=? WHERE id=?", .text(Self.mark), .int(run))
    }
    for table in ["stages", "generation_stages"] {
      let number = table == "stages" ? "0" : "first"
      let rows = try connection.all("SELECT pipeline, stage, \(number), summary FROM \(table)", []) { row in
        speaks(row.optionalText(3)) ? (try row.text(0), try row.text(1), row.int(2)) : nil
      }
      for case (let line, let stage, let first)? in rows where lines.contains(line) {
        try connection.run(
          "UPDATE \(table) SET summary='' WHERE pipeline=? AND stage=? AND \(number)=?", .text(line), .text(stage),
          .int(first))
      }
    }
    let gates = try connection.all("SELECT pipeline, number, gates FROM generations", []) { row in
      row.optionalText(2).flatMap { text in
        (try? JSONValue(parsing: text)).map { (row.optionalText(0), row.int(1), $0) }
      }
    }
    for case (let line?, let number, let value)? in gates where lines.contains(line) {
      let left = redacted(value)
      guard left != value else { continue }
      try connection.run(
        "UPDATE generations SET gates=? WHERE pipeline=? AND number=?", .text(left.canonicalText), .text(line),
        .int(number))
    }
    let followed = try connection.all("SELECT pipeline, stage, state FROM followed", []) { row in
      speaks(row.optionalText(2)) ? (try row.text(0), try row.text(1)) : nil
    }
    for case (let line, let stage)? in followed where lines.contains(line) {
      // What follows begins anew: it is given all that is published.
      try connection.run("DELETE FROM followed WHERE pipeline=? AND stage=?", .text(line), .text(stage))
    }
  }

  private func redacted(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string(let text): speaks(text) ? .string(Self.mark) : value
    case .array(let list): .array(list.map(redacted))
    case .object(let object): .object(JSONObject(object.members.map { ($0.key, redacted($0.value)) }))
    default: value
    }
  }

  /// Writes the file anew without what was deleted, and empties the log beside it.
  func compact() throws {
    try connection.execute("VACUUM")
    let isBusy = try connection.first("PRAGMA wal_checkpoint(TRUNCATE)") { $0.int(0) }
    guard isBusy == 0 else {
      throw SluiceError(
        .busy, "somebody reads \(connection.path): what was deleted is still in its log",
        advice: "Close what reads it (a search, an SQLite program), and run `sluice forget` again.")
    }
  }
}
