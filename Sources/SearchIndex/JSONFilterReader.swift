import Foundations

/// Reads a filter in JSON: `{"lang": "en", "or": [{"year": {">=": 2020}}, {"kind": {"in": ["a", "b"]}}]}`.
struct JSONFilterReader {
  private static let deepest = 100

  private let source: SourceText
  /// The fields that the index can filter by.
  private let fields: [String]

  init(_ text: String, fields: [String]) {
    source = SourceText(name: "--filter", bytes: Array(text.utf8))
    self.fields = fields
  }

  func read() throws(Diagnostic) -> Filter {
    let value: JSONValue
    do { value = try JSONValue(parsing: source.bytes) } catch { throw fault("this is no JSON: \(error)", "") }
    return try filter(value, 0)
  }

  private func fault(_ message: String, _ hint: String, at needle: String? = nil) -> Diagnostic {
    // The place of the word that is wrong, as far as it stands there as it is.
    let offset = needle.flatMap { ByteSearch.range(of: Array("\"\($0)\"".utf8), in: source.bytes)?.lowerBound } ?? 0
    let before = String(decoding: source.bytes[..<offset], as: UTF8.self)
    let lines = before.split(separator: "\n", omittingEmptySubsequences: false)
    return Diagnostic(
      source, SourcePosition(line: max(1, lines.count), column: (lines.last?.count ?? 0) + 1), message, hint: hint)
  }

  private func filter(_ value: JSONValue, _ depth: Int) throws(Diagnostic) -> Filter {
    guard let object = value.object, !object.isEmpty, depth < Self.deepest else {
      throw fault("a filter is an object with at least one condition", #"For example: {"lang": "en"}"#)
    }
    var parts: [Filter] = []
    for member in object.members {
      switch member.key {
      // A field may be called so, too: then its value is no list of filters.
      case "and" where member.value[0]?.object != nil: parts.append(.and(try list(member.value, "and", depth)))
      case "or" where member.value[0]?.object != nil: parts.append(.or(try list(member.value, "or", depth)))
      case "not" where member.value.object != nil: parts.append(.not(try filter(member.value, depth + 1)))
      default: parts.append(try condition(member.key, member.value))
      }
    }
    return parts.count == 1 ? parts[0] : .and(parts)
  }

  private func list(_ value: JSONValue, _ word: String, _ depth: Int) throws(Diagnostic) -> [Filter] {
    guard let parts = value.array, !parts.isEmpty else {
      throw fault("'\(word)' needs a list of filters", #"For example: {"\#(word)": [{"a": 1}, {"b": 2}]}"#, at: word)
    }
    var filters: [Filter] = []
    for part in parts { filters.append(try filter(part, depth + 1)) }
    return filters
  }

  private func condition(_ field: String, _ value: JSONValue) throws(Diagnostic) -> Filter {
    do throws(UnknownField) { _ = try UnknownField.check(field, among: fields) } catch {
      throw fault(error.message, error.hint, at: field)
    }
    if let single = FieldValue(value) { return .compare(field: field, .equal, single) }
    if value.array != nil { return .among(field: field, try values(value, of: field)) }
    var parts: [Filter] = []
    for member in value.object?.members ?? [] {
      if member.key == "in" {
        parts.append(.among(field: field, try values(member.value, of: field)))
      } else if let comparison = Filter.Comparison(rawValue: member.key), let single = FieldValue(member.value) {
        parts.append(.compare(field: field, comparison, single))
      } else {
        throw fault(
          "'\(member.key)' is no condition on '\(field)'", "There are: = != < <= > >= with a value, in with a list.",
          at: member.key)
      }
    }
    guard !parts.isEmpty else {
      throw fault("'\(field)' has no condition", #"For example: {"\#(field)": "value"}"#, at: field)
    }
    return parts.count == 1 ? parts[0] : .and(parts)
  }

  private func values(_ list: JSONValue, of field: String) throws(Diagnostic) -> [FieldValue] {
    let all = (list.array ?? []).compactMap { FieldValue($0) }
    guard let list = list.array, all.count == list.count, !all.isEmpty else {
      throw fault("'in' needs a list of values", #"For example: {"\#(field)": {"in": ["a", "b"]}}"#, at: "in")
    }
    return all
  }
}
