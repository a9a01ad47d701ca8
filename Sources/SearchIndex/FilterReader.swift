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
    try JSONFilterReader(text, fields: fields).read()
  }
}
