import Foundations
import SQLite

/// Chooses what to give up so that everything fits a size: of what nothing current needs, first what is cheapest to make
/// again for the bytes that it takes, last what was paid for.
struct EvictionPlan {
  /// Positions in `Marking.recent`.
  private(set) var entries: Set<Int> = []
  /// Objects that nothing else needs.
  private(set) var objects: [Digest] = []
  /// Keys of paid answers.
  private(set) var answers: [Digest] = []
  /// How many bytes of the ledger all of this gives back.
  private(set) var freedRows = 0
  private var freedObjects = 0
  private var freed: Int { freedRows + freedObjects }
  /// How many of the entries and answers were paid for.
  private(set) var paid = 0

  /// A row of SQLite takes some bytes beside its values: keys, lengths, its share of the page.
  private static let rowBytes = 96

  /// - Parameter bytes: how much has to be given back.
  init(_ connection: SQLiteConnection, _ marking: Marking, layout: ArtifactLayout, freeing bytes: Int) throws {
    guard bytes > 0 else { return }
    let closures = try marking.recent.map { try marking.live.exclusive($0.references) }
    var users: [Digest: Int] = [:]
    for closure in closures { for digest in closure { users[digest, default: 0] += 1 } }
    let sizes = Dictionary(uniqueKeysWithValues: try users.keys.map { ($0, try marking.live.storedSize($0)) })
    let costs = try MemoCosts(connection, layout)
    let order = marking.recent.indices.map { index -> (isPaid: Bool, cost: Double, index: Int) in
      let entry = marking.recent[index]
      // What several entries need is given back by all of them together.
      let share = closures[index].reduce(0.0) { $0 + Double(sizes[$1]!) / Double(users[$1]!) }
      return (
        costs.isPaid(entry.stageKey, run: entry.run),
        costs.seconds(entry.stageKey, run: entry.run) / (share + Double(entry.bytes + Self.rowBytes)), index
      )
    }.sorted { a, b in
      if a.isPaid != b.isPaid { return !a.isPaid }
      if a.cost != b.cost { return a.cost < b.cost }
      // Of the same cost the older goes first; then by key, so that the choice is always the same.
      let (first, second) = (marking.recent[a.index], marking.recent[b.index])
      return (first.run, first.key) < (second.run, second.key)
    }
    for entry in order where freed < bytes {
      entries.insert(entry.index)
      freedRows += marking.recent[entry.index].bytes + Self.rowBytes
      if entry.isPaid { paid += 1 }
      for digest in closures[entry.index] {
        users[digest]! -= 1
        guard users[digest] == 0 else { continue }
        objects.append(digest)
        freedObjects += sizes[digest]!
      }
    }
    try evictAnswers(connection, freeing: bytes)
  }

  /// The answers that stages keep inside themselves: all of them were paid for, the oldest go first.
  private mutating func evictAnswers(_ connection: SQLiteConnection, freeing bytes: Int) throws {
    guard freed < bytes else { return }
    for (key, size) in try connection.all(
      "SELECT key, length(value) FROM cache ORDER BY run, key", [], { ($0.optionalDigest(0), $0.int(1)) })
    where freed < bytes {
      guard let key else { continue }
      answers.append(key)
      freedRows += size + Self.rowBytes
      paid += 1
    }
  }
}
