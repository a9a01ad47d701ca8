import Foundations
import Models
import SQLite

/// Which chunks have which value in which field: the table `postings`.
final class Postings {
  private let database: SQLiteConnection
  private let one: SQLiteStatement

  /// Under this name the numbers of all chunks stand.
  static let all = "*"

  init(_ database: SQLiteConnection) throws(SluiceError) {
    self.database = database
    one = try database.prepare("SELECT numbers FROM postings WHERE field = ? AND value = ?")
  }

  /// The numbers of the chunks with exactly this value.
  func numbers(_ field: String, _ value: FieldValue) throws(SluiceError) -> NumberSet {
    try one.bind([.text(field), value.stored])
    guard try one.step() else { return NumberSet() }
    let numbers = try decode(one)
    one.reset()
    return numbers
  }

  func all() throws(SluiceError) -> NumberSet { try numbers(Self.all, .text("")) }

  /// The union over the values that a condition on `value` (SQL, with parameters) leaves.
  func union(_ field: String, where condition: String, _ parameters: [SQLiteValue]) throws(SluiceError) -> NumberSet {
    let statement = try database.prepare("SELECT numbers FROM postings WHERE field = ? AND \(condition)")
    try statement.bind([.text(field)] + parameters)
    var union = NumberSet()
    while try statement.step() { union.formUnion(try decode(statement)) }
    return union
  }

  /// All fields, in order.
  func fields() throws(SluiceError) -> [String] {
    // From one to the next: not through all their values.
    let statement = try database.prepare("SELECT min(field) FROM postings WHERE field > ?")
    var fields: [String] = []
    var last = ""
    while true {
      try statement.bind([.text(last)])
      guard try statement.step(), let next = statement.optionalText(0) else { return fields.filter { $0 != Self.all } }
      fields.append(next)
      last = next
    }
  }

  /// The first `limit` values of a field, and for how many chunks each stands.
  func values(_ field: String, limit: Int) throws(SluiceError) -> [(value: FieldValue, count: Int)] {
    let statement = try database.prepare("SELECT value, numbers FROM postings WHERE field = ? LIMIT ?")
    try statement.bind([.text(field), .int(limit)])
    var values: [(value: FieldValue, count: Int)] = []
    while try statement.step() {
      let numbers = try decode(statement, column: 1)
      values.append(
        (statement.isText(0) ? .text(try statement.text(0)) : .number(statement.real(0)), numbers.count))
    }
    return values
  }

  private func decode(_ statement: SQLiteStatement, column: Int32 = 0) throws(SluiceError) -> NumberSet {
    guard let numbers = statement.withBlob(column, { NumberSet(encoded: $0) }) else {
      throw SluiceError(
        .vectorStoreError, "the index \(database.path) is damaged: a list of chunks cannot be read",
        advice: "Run the pipeline again with `--from` its index stage.")
    }
    return numbers
  }
}

/// Gathers changes of `postings` and writes each touched list once.
struct PostingChanges {
  /// What happened to each list, in order: n + 1 for the number n that came, -(n + 1) for one that went.
  private var changes: [ChunkFields.Pair: [Int]] = [:]
  private var count = 0

  /// So many changes take some 100 MB: time to write them.
  var isFull: Bool { count > 1_000_000 }

  mutating func add(_ number: Int, _ pairs: Set<ChunkFields.Pair>) {
    for pair in pairs { changes[pair, default: []].append(number + 1) }
    count += pairs.count
  }

  mutating func remove(_ number: Int, _ pairs: Set<ChunkFields.Pair>) {
    for pair in pairs { changes[pair, default: []].append(-(number + 1)) }
    count += pairs.count
  }

  mutating func write(_ database: SQLiteConnection) throws(SluiceError) {
    let postings = try Postings(database)
    let put = try database.prepare("INSERT OR REPLACE INTO postings VALUES(?, ?, ?)")
    let drop = try database.prepare("DELETE FROM postings WHERE field = ? AND value = ?")
    // In one order: the bytes of the file follow from the calls alone.
    let ordered = changes.keys.sorted { ($0.field, $0.value) < ($1.field, $1.value) }
    for pair in ordered {
      var numbers = try postings.numbers(pair.field, pair.value)
      for change in changes[pair] ?? [] {
        if change > 0 { numbers.insert(change - 1) } else { numbers.remove(-change - 1) }
      }
      if numbers.isEmpty {
        try drop.run([.text(pair.field), pair.value.stored])
      } else {
        try put.run([.text(pair.field), pair.value.stored, .blob(numbers.encoded)])
      }
    }
    changes = [:]
    count = 0
  }
}
