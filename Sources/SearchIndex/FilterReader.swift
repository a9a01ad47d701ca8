import Foundations

/// Reads filters in both spellings: as people write them (`FilterParser`) and as programs do:
///
///     {"lecture_id": "lec_01", "year": {">=": 2020, "<": 2024}, "lang": {"in": ["en", "de"]}}
///     {"or": [{"kind": "lecture"}, {"not": {"draft": true}}]}
package enum FilterReader {
  /// - Parameters:
  ///   - texts: one or several filters, which all have to hold; one that begins with `{` is JSON.
  ///   - fields: those that there are.
  /// - Returns: `nil` when there is no text.
  /// - Throws: a `Diagnostic` that points into the text.
  package static func read(_ texts: [String], fields: [String]) throws(Diagnostic) -> Filter? {
    var parts: [Filter] = []
    for text in texts {
      if text.utf8.first(where: { $0 > UInt8(ascii: " ") }) == UInt8(ascii: "{") {
        parts.append(try json(text, fields: fields))
      } else {
        var parser = FilterParser(text, fields: fields)
        parts.append(try parser.parse())
      }
    }
    return parts.count > 1 ? .and(parts) : parts.first
  }

  private static func json(_ text: String, fields: [String]) throws(Diagnostic) -> Filter {
    let source = SourceText(name: "--filter", bytes: Array(text.utf8))
    func fault(_ message: String, _ hint: String, at needle: String? = nil) -> Diagnostic {
      // The place of the word that is wrong, as far as it stands there as it is.
      let offset = needle.flatMap { ByteSearch.range(of: Array("\"\($0)\"".utf8), in: source.bytes)?.lowerBound } ?? 0
      let before = String(decoding: source.bytes[..<offset], as: UTF8.self)
      let lines = before.split(separator: "\n", omittingEmptySubsequences: false)
      return Diagnostic(
        source, SourcePosition(line: max(1, lines.count), column: (lines.last?.count ?? 0) + 1), message, hint: hint)
    }
    let value: JSONValue
    do { value = try JSONValue(parsing: source.bytes) } catch { throw fault("this is no JSON: \(error)", "") }

    func values(_ list: JSONValue, of field: String) throws(Diagnostic) -> [FieldValue] {
      let all = (list.array ?? []).compactMap { FieldValue($0) }
      guard let list = list.array, all.count == list.count, !all.isEmpty else {
        throw fault("'in' needs a list of values", #"For example: {"\#(field)": {"in": ["a", "b"]}}"#, at: "in")
      }
      return all
    }
    func condition(_ field: String, _ value: JSONValue) throws(Diagnostic) -> Filter {
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
    func list(_ value: JSONValue, _ word: String, _ depth: Int) throws(Diagnostic) -> [Filter] {
      guard let parts = value.array, !parts.isEmpty else {
        throw fault("'\(word)' needs a list of filters", #"For example: {"\#(word)": [{"a": 1}, {"b": 2}]}"#, at: word)
      }
      var filters: [Filter] = []
      for part in parts { filters.append(try filter(part, depth + 1)) }
      return filters
    }
    func filter(_ value: JSONValue, _ depth: Int) throws(Diagnostic) -> Filter {
      guard let object = value.object, !object.isEmpty, depth < 100 else {
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
    return try filter(value, 0)
  }
}
