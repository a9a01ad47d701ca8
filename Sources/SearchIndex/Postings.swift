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

  /// Enough texts of a field to see what they are.
  private static let sample = 1000
  private var kinds: [String: FieldKind] = [:]

  /// What the values of a field are.
  func kind(of field: String) throws(SluiceError) -> FieldKind {
    if let known = kinds[field] { return known }
    let statement = try database.prepare("SELECT value FROM postings WHERE field = ? AND typeof(value) = ? LIMIT ?")
    try statement.bind([.text(field), .text("text"), .int(Self.sample)])
    var texts: [String] = []
    while try statement.step() { texts.append(try statement.text(0)) }
    var numbers: [Double] = []
    if !texts.isEmpty {
      let others = try database.prepare(
        "SELECT value FROM postings WHERE field = ? AND typeof(value) <> 'text' LIMIT ?")
      try others.bind([.text(field), .int(Self.sample)])
      while try others.step() { numbers.append(others.real(0)) }
    }
    let kind = FieldKind(texts: texts, numbers: numbers)
    kinds[field] = kind
    return kind
  }

  func hasNumbers(_ field: String) throws(SluiceError) -> Bool {
    let statement = try database.prepare("SELECT 1 FROM postings WHERE field = ? AND typeof(value) <> 'text' LIMIT 1")
    try statement.bind([.text(field)])
    return try statement.step()
  }

  /// The values of a field that are texts, with their chunks.
  func texts(_ field: String) throws(SluiceError) -> [(text: String, numbers: NumberSet)] {
    let statement = try database.prepare(
      "SELECT value, numbers FROM postings WHERE field = ? AND typeof(value) = 'text'")
    try statement.bind([.text(field)])
    var found: [(text: String, numbers: NumberSet)] = []
    while try statement.step() { found.append((try statement.text(0), try decode(statement, column: 1))) }
    return found
  }

  /// Those that are numbers.
  func numbered(_ field: String) throws(SluiceError) -> [(value: FieldValue, numbers: NumberSet)] {
    let statement = try database.prepare(
      "SELECT value, numbers FROM postings WHERE field = ? AND typeof(value) <> 'text'")
    try statement.bind([.text(field)])
    var found: [(value: FieldValue, numbers: NumberSet)] = []
    while try statement.step() { found.append((.number(statement.real(0)), try decode(statement, column: 1))) }
    return found
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
