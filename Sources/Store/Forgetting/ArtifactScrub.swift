import Foundations
import SQLite

/// The last part of forgetting: when no result holds the items any more, takes what is left of them out of memo, cache,
/// logs, files and objects, and looks through everything whether that is so.
///
/// It runs alone, and what it does can be done again: nothing that it removes is needed by what it removes later.
package struct ArtifactScrub {
  private let layout: ArtifactLayout
  private var journal: ForgettingJournal
  private let cassettes: [String]
  private let lines: Set<String>
  private let memoKeys: Set<Digest>

  /// - Parameters:
  ///   - lines: the keys of all lines of the pipeline.
  ///   - memoKeys: under which the items' results may be remembered.
  ///   - cassettes: folders of recorded answers below the artifacts.
  package init(
    _ layout: ArtifactLayout, _ journal: ForgettingJournal, lines: Set<String>, memoKeys: Set<Digest>,
    cassettes: [String]
  ) {
    self.layout = layout
    self.journal = journal
    self.lines = lines
    self.memoKeys = memoKeys
    self.cassettes = cassettes
  }

  package mutating func run() throws -> ForgettingFindings {
    let connection = try Ledger.openForWriting(layout)
    try LedgerEntries.overwritingDeleted(connection)
    let store = try ObjectStore(layout)
    let results = try StandingResults(connection, store, lines: lines)
    var distinct = try DistinctNeedles(journal.needles, ids: journal.ids, results, layout, connection)
    if try readFormerVersions(distinct.speaking, results, store) {
      try journal.write(layout)
      distinct = try DistinctNeedles(journal.needles, ids: journal.ids, results, layout, connection)
    }
    let files = FileScrub(layout, ids: journal.ids, needles: distinct.needles)
    let answers = try files.audit()
    try files.logs()
    // Whatever lives is no candidate: if it speaks of an item all the same, the search says so.
    let candidates = journal.objects.union(distinct.speaking).filter { !results.live.contains($0) }
    let ledger = LedgerScrub(connection, ids: journal.ids, needles: distinct.needles, lines: lines)
    var rows = try ledger.remembered(naming: candidates, keys: memoKeys, answers: answers)
    rows += try forgetDatasets(naming: candidates, connection, store)
    rows += try ledger.runs()
    let dead = try candidates.subtracting(remembered(candidates, results.live, connection))
    let removed = try ObjectRemoval(layout, connection).remove(dead)
    try sweepExports(connection)
    try files.remains(cassettes: cassettes)
    try ledger.compact()
    var findings = try ArtifactSearch(layout, besides: ForgettingJournal.path(layout, pipeline: journal.pipeline))
      .find(distinct.needles, ids: journal.ids)
    findings.sharedNames = distinct.sharedNames
    findings.sharedPieces = distinct.sharedPieces
    findings.objects = removed
    findings.rows = rows
    return findings
  }

  /// What no result holds any more and still lies there speaks of the items, too: what they said earlier.
  /// - Returns: whether there is more to look for.
  private mutating func readFormerVersions(
    _ speaking: Set<Digest>, _ results: StandingResults, _ store: ObjectStore
  ) throws -> Bool {
    var isMore = false
    for digest in speaking where !results.live.contains(digest) && journal.objects.insert(digest).inserted {
      guard let bytes = try? store.get(digest), let record = (try? JSONValue(parsing: bytes))?.object else { continue }
      isMore = true
      journal.needles.add(record: .object(record), isDerived: false)
      for mentioned in Reference.mentions(in: bytes)
      where !results.live.contains(mentioned) && journal.objects.insert(mentioned).inserted {
        if let body = try? store.get(mentioned) { journal.needles.add(body, isDerived: false) }
      }
    }
    return isMore
  }

  /// Memo rows of collection stages whose datasets list what goes.
  private func forgetDatasets(naming objects: Set<Digest>, _ connection: SQLiteConnection, _ store: ObjectStore) throws
    -> Int
  {
    let rows = try connection.all("SELECT stage_key, key, outputs FROM memo WHERE substr(outputs, 1, 1)=x'7b'", []) {
      row -> [Digest]? in
      guard let stageKey = row.optionalDigest(0), let key = row.optionalDigest(1),
        case .collection(let memo)? = try? MemoResult(reading: row.blob(2))
      else { return nil }
      // What cannot be read gives nothing back either.
      guard let bytes = try? store.get(memo.dataset), let dataset = try? Dataset(reading: bytes) else {
        return [stageKey, key]
      }
      let isNamed = (0..<dataset.count).contains { objects.contains(dataset.digest($0)) }
      return isNamed ? [stageKey, key] : nil
    }.compactMap { $0 }
    try connection.transaction {
      for row in rows {
        try connection.run("DELETE FROM memo WHERE stage_key=? AND key=?", .digest(row[0]), .digest(row[1]))
      }
    }
    return rows.count
  }

  /// Candidates that memo rows need which speak of nothing forgotten.
  private func remembered(_ candidates: Set<Digest>, _ results: LiveObjects, _ connection: SQLiteConnection) throws
    -> Set<Digest>
  {
    if candidates.isEmpty { return [] }
    // What results hold was followed already.
    var live = results
    let results = try connection.all("SELECT outputs FROM memo", []) { try? MemoResult(reading: $0.blob(0)) }
    for case let memo? in results {
      for reference in Reference.all(of: memo) {
        switch reference.kind {
        // Of records only what they mention could be a candidate that is not named by the row itself.
        case .object: break
        case .record, .dataset, .state:
          do { try live.add(reference, for: .current) } catch  where SluiceError(wrapping: error).code == .corrupt {}
        }
      }
    }
    try live.follow()
    return candidates.filter { live.contains($0) }
  }

  /// Removes folders of published files that nothing leads to.
  private func sweepExports(_ connection: SQLiteConnection) throws {
    let named = Set(
      try connection.all("SELECT DISTINCT export FROM generation_stages WHERE export IS NOT NULL", []) {
        try $0.text(0)
      })
    for name in try FileSystem.list(layout.exports) where !named.contains(name) {
      try FileSystem.remove("\(layout.exports)/\(name)")
    }
    try connection.transaction {
      for name in try connection.all("SELECT DISTINCT export FROM exported_files", [], { try $0.text(0) })
      where !named.contains(name) {
        try connection.run("DELETE FROM exported_files WHERE export=?", .text(name))
      }
    }
  }
}
