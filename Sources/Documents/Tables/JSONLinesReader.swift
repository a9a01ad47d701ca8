import Foundations

/// Reads JSON Lines: records with a text become titled texts, other records the rows of a table.
package enum JSONLinesReader {
  private static let texts = ["text", "body", "content", "markdown", "html"]
  private static let names = ["title", "name", "headline", "subject", "id"]
  /// What is kept beside a record's text.
  private static let facts = [
    "author", "authors", "by", "creator", "date", "published", "created_at", "created", "updated", "url", "link",
    "source", "category", "tags",
  ]

  package static func read(_ bytes: [UInt8], charset: String?) throws(ItemProblem) -> ParsedDocument {
    let text = TextDecoding.decode(bytes, declared: [charset]).text
    var records: [JSONObject] = []
    for (index, line) in ByteSearch.lines(text).enumerated() where line.contains(where: { $0 > 0x20 }) {
      let value: JSONValue
      do { value = try parse(Array(line)) } catch {
        throw ItemProblem("bad_json", "line \(index + 1) is not JSON: \(Self.reason(error))")
      }
      records.append(value.object ?? ["value": value])
    }
    var elements: [DocumentElement] = []
    var rows: [JSONObject] = []
    func flush() {
      if isSparse(rows) {
        elements += rows.map { DocumentElement(.text, members($0)) }
      } else if let table = table(rows) {
        elements.append(DocumentElement(.table, "", table: table))
      }
      rows = []
    }
    for record in records {
      guard let field = texts.first(where: { record[$0]?.string?.isEmpty == false }), let text = record[field]?.string
      else {
        rows.append(record)
        continue
      }
      flush()
      elements += try titled(record, field, text)
    }
    flush()
    var document = ParsedDocument(elements: elements)
    document.fillSectionPaths()
    return document
  }

  /// A line as it is, or with what a strict reader stumbles over as text: a number is kept to its last digit.
  private static func parse(_ line: [UInt8]) throws -> JSONValue {
    do { return try JSONValue(parsing: line) } catch { return try JSONValue(parsing: JSONRepair.repaired(line)) }
  }

  /// What is wrong in a line, without a number of its own for it.
  private static func reason(_ error: any Error) -> String {
    guard let error = error as? JSONParseError else { return "\(error)" }
    return "\(error.reason) (column \(error.column))"
  }

  private static func titled(_ record: JSONObject, _ field: String, _ text: String) throws(ItemProblem)
    -> [DocumentElement]
  {
    var elements: [DocumentElement] = []
    let name = names.lazy.compactMap { record[$0].map(plain) }.first { !$0.isEmpty }
    if let name { elements.append(DocumentElement(.title, name, level: 1)) }
    let said = facts.compactMap { name in
      record[name].map(listed).flatMap { $0.isEmpty ? nil : "\(name): \($0)" }
    }
    if !said.isEmpty { elements.append(DocumentElement(.text, said.joined(separator: " · "))) }
    var body: [DocumentElement]
    switch field {
    case "markdown": body = try MarkdownReader.elements(Array(text.utf8))
    case "html": body = try HTMLReader.elements(utf8: Array(text.utf8))
    case _ where isMarkup(text): body = try HTMLReader.elements(utf8: Array(text.utf8))
    default: body = paragraphs(text)
    }
    // What stands in the text stands below the record's own title, which it may begin with.
    if let name, let first = body.first, first.kind == .title, first.text == name { body.removeFirst() }
    if name != nil {
      for index in body.indices where body[index].kind == .title {
        body[index].level = min(6, (body[index].level ?? 1) + 1)
      }
    }
    return elements + body
  }

  private static func isMarkup(_ text: String) -> Bool {
    let start = text.utf8.drop { $0 <= 0x20 }
    guard start.first == UInt8(ascii: "<") else { return false }
    return ["<p>", "<p ", "<div", "<h1", "<h2", "<ul", "<article", "<section", "<table", "<html", "<!doctype"].contains
    {
      start.prefix($0.utf8.count).elementsEqual($0.utf8)
    }
  }

  private static func paragraphs(_ text: String) -> [DocumentElement] {
    var paragraphs: [[Substring]] = [[]]
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      if line.allSatisfy(\.isWhitespace) {
        paragraphs.append([])
      } else {
        paragraphs[paragraphs.count - 1].append(line)
      }
    }
    return paragraphs.filter { !$0.isEmpty }.map { DocumentElement(.text, $0.joined(separator: "\n")) }
  }

  /// Whether a table of records would be mostly empty, as where each has keys of its own: it would be larger than the
  /// records by far.
  private static func isSparse(_ rows: [JSONObject]) -> Bool {
    let filled = rows.reduce(0) { $0 + $1.count }
    return columns(rows).count * rows.count > max(10_000, 20 * filled)
  }

  /// A record in words.
  private static func members(_ record: JSONObject) -> String {
    record.members.map { "\($0.key): \(plain($0.value))" }.joined(separator: "\n")
  }

  /// The names of all members, in the order in which they come up.
  private static func columns(_ rows: [JSONObject]) -> [String] {
    var columns: [String] = []
    var known: Set<String> = []
    for row in rows { for member in row.members where known.insert(member.key).inserted { columns.append(member.key) } }
    return columns
  }

  /// A column a member.
  private static func table(_ rows: [JSONObject]) -> DocumentTable? {
    let columns = columns(rows)
    guard !columns.isEmpty else { return nil }
    var cells = columns.enumerated().map { DocumentTable.Cell(row: 0, column: $0, isHeader: true, text: $1) }
    for (index, row) in rows.enumerated() {
      for (column, name) in columns.enumerated() {
        cells.append(DocumentTable.Cell(row: index + 1, column: column, text: row[name].map(plain) ?? ""))
      }
    }
    return DocumentTable(cells: cells)
  }

  private static func plain(_ value: JSONValue) -> String { value.isNull ? "" : value.string ?? value.canonicalText }

  /// A name, a list of some, or an object that has one.
  private static func listed(_ value: JSONValue) -> String {
    if let list = value.array { return list.prefix(50).map(listed).filter { !$0.isEmpty }.joined(separator: ", ") }
    if let object = value.object { return object["name"]?.string ?? "" }
    return plain(value)
  }
}
