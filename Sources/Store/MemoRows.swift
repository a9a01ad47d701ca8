import Foundations
import SQLite
import Synchronization

/// Goes through all that is remembered, in pieces that are read on all processors.
enum MemoRows {
  struct Row: Sendable {
    let stageKey: Digest
    let key: Digest
    /// The run that made it.
    let run: Int
    /// How many bytes the row keeps beside its keys.
    let bytes: Int
    /// `nil` when it cannot be read.
    let result: MemoResult?
  }

  private static let piece = 8192

  /// Rows whose keys are no digests are left out: nobody can ask for them.
  static func forEach(_ connection: SQLiteConnection, _ body: (Row) throws -> Void) throws {
    typealias Read = (stageKey: Digest, key: Digest, outputs: [UInt8], bytes: Int, run: Int)
    let statement = try connection.prepare(
      "SELECT stage_key, key, outputs, length(outputs)+coalesce(length(validators), 0), run FROM memo")
    var isAtEnd = false
    while !isAtEnd {
      var rows: [Read] = []
      while rows.count < piece {
        guard try statement.step() else {
          isAtEnd = true
          break
        }
        guard let stageKey = statement.optionalDigest(0), let key = statement.optionalDigest(1) else { continue }
        rows.append((stageKey, key, statement.blob(2), statement.int(3), statement.int(4)))
      }
      let read = rows
      let results = Mutex([MemoResult?](repeating: nil, count: read.count))
      try Parallel.forEach(count: (read.count + 255) / 256, threads: Parallel.processors, grain: 1) { part in
        let range = (part * 256)..<min(read.count, part * 256 + 256)
        let parsed = read[range].map { try? MemoResult(reading: $0.outputs) }
        results.withLock { $0.replaceSubrange(range, with: parsed) }
      }
      for (row, result) in zip(read, results.withLock({ $0 })) {
        try body(Row(stageKey: row.stageKey, key: row.key, run: row.run, bytes: row.bytes, result: result))
      }
    }
  }
}
