import Foundations
import StageKit
import Web

/// Reads rows out of CSV, JSON, JSON Lines or a text file of one value a line.
struct TableReader {
  struct Row {
    let id: String
    let line: Int
    let record: Result<JSONObject, ItemFailure>
    /// Whether a URL of it held a user or a password, which were left out.
    var hadCredentials = false
  }

  let format: ImportStage.Format
  let idField: String?
  let recordsPath: String?
  let encoding: String?

  /// - Throws: `SluiceError` when nothing of the file can be read.
  func rows(_ raw: [UInt8], name: String) throws -> [Row] {
    let bytes = format == .files ? raw : try TableText.read(raw, name: name, encoding: encoding)
    switch format {
    case .csv:
      return try CSVRecords.rows(
        bytes, separator: Path.fileExtension(name) == "tsv" ? "\t" : ",", name: name
      ).map { found in
        switch found.record {
        case .success(let record): row(record, line: found.line)
        case .failure(let failure): Row(id: "line \(found.line)", line: found.line, record: .failure(failure))
        }
      }
    case .lines:
      return ByteSearch.lines(bytes).enumerated().compactMap { index, line -> Row? in
        let trimmed = Self.trimmed(line)
        if trimmed.isEmpty || trimmed.first == UInt8(ascii: "#") { return nil }
        return row(["url": .string(String(decoding: trimmed, as: UTF8.self))], line: index + 1)
      }
    case .jsonl:
      return ByteSearch.lines(bytes).enumerated().compactMap { index, line -> Row? in
        if Self.trimmed(line).isEmpty { return nil }
        do throws(JSONParseError) {
          guard let object = try JSONValue(parsing: Array(line)).object else {
            return failed(index + 1, "\(name):\(index + 1): a line must be a JSON object")
          }
          return row(object, line: index + 1)
        } catch {
          return failed(index + 1, "\(name):\(index + 1):\(error.column): \(error.reason)")
        }
      }
    case .json:
      var value: JSONValue
      do { value = try JSONValue(parsing: bytes) } catch {
        throw SluiceError(
          .badInput, "\(name):\(error.line):\(error.column): not JSON: \(error.reason)")
      }
      if let recordsPath {
        guard let found = value[path: recordsPath.split(separator: ".").map(String.init)] else {
          throw SluiceError(
            .badInput, "\(name) has nothing at '\(recordsPath)'",
            advice: "Correct 'records' of the stage.")
        }
        value = found
      }
      guard let list = value.array ?? (value.object.map { [.object($0)] }) else {
        throw SluiceError(
          .badInput, "\(name): a list of objects was expected",
          advice: "Say where it is with 'records', such as data.items.")
      }
      return list.enumerated().map { index, value in
        value.object.map { row($0, line: index + 1) }
          ?? failed(index + 1, "\(name): record \(index + 1) is not an object")
      }
    case .files: return []
    }
  }

  private func failed(_ line: Int, _ message: String) -> Row {
    Row(
      id: "line \(line)", line: line,
      record: .failure(ItemFailure(kind: "malformed_row", message: message)))
  }

  /// Without blanks at both ends, the carriage return of a Windows file among them.
  private static func trimmed<Line: BidirectionalCollection<UInt8>>(_ line: Line) -> Line.SubSequence {
    var rest = line[...]
    while let first = rest.first, " \t\r".utf8.contains(first) { rest = rest.dropFirst() }
    while let last = rest.last, " \t\r".utf8.contains(last) { rest = rest.dropLast() }
    return rest
  }

  private func row(_ given: JSONObject, line: Int) -> Row {
    // A password in a URL must not become part of an id, which stands in every log.
    guard let clean = URLCredentials.removed(from: given) else { return named(given, line: line) }
    var row = named(clean, line: line)
    row.hadCredentials = true
    return row
  }

  private func named(_ record: JSONObject, line: Int) -> Row {
    if let idField {
      guard let id = text(record[idField]) else {
        return failed(line, "row \(line) has no '\(idField)', which the stage takes as its id")
      }
      return named(Self.name(id, by: idField), record, line)
    }
    for field in ["id", "url", "path"] {
      if let id = text(record[field]) { return named(Self.name(id, by: field), record, line) }
    }
    // Without a name the content is the name: a row that moves stays the same item.
    return named("row-" + Digest(of: record.canonicalBytes).short, record, line)
  }

  /// A URL names a page in one form, so that two spellings of one address are one item.
  private static func name(_ value: String, by field: String) -> String {
    field == "url" ? URLNormalizer().normalized(value) ?? value : value
  }

  /// An item has one id: what a row calls so and is another thing is kept under another name.
  private func named(_ id: String, _ record: JSONObject, _ line: Int) -> Row {
    var row = NamedRow(members: record)
    if row.id?.isNull == true { row.id = nil }
    if let other = row.id, text(other) != id {
      guard row.sourceID == nil else {
        return failed(
          line,
          "row \(line) is named by another field than 'id', and there is a 'source_id' already: rename one of them")
      }
      row.sourceID = other
      row.id = nil
    }
    return Row(id: id, line: line, record: .success(row.members))
  }

  private func text(_ value: JSONValue?) -> String? {
    switch value {
    case .string(let text)?: text.isEmpty ? nil : text
    case .int(let number)?: String(number)
    case .double?: value?.canonicalText
    default: nil
    }
  }
}

/// The members of a row that say what it is called.
private struct NamedRow: JSONView {
  enum Name: String {
    case id
    case sourceID = "source_id"
  }

  var members: JSONObject

  var id: JSONValue? {
    get { self[.id] }
    set { self[.id] = newValue }
  }

  var sourceID: JSONValue? {
    get { self[.sourceID] }
    set { self[.sourceID] = newValue }
  }
}
