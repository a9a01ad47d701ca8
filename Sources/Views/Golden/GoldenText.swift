import Foundations
import StageKit

/// What an item says, as one text.
enum GoldenText {
  private struct Record: JSONView {
    enum Name: String { case text, elements }
    var members: JSONObject

    var text: String? { self[.text] }
    var elements: [JSONObject]? { (self[.elements] as JSONValue?)?.array?.compactMap(\.object) }
  }

  private struct Element: JSONView {
    enum Name: String { case text, table }
    var members: JSONObject

    var text: String? { self[.text] }
    var table: JSONObject? { self[.table] }
  }

  /// The text of a record, of the elements of a document, or of the file that an item stands for; `nil` when it has none.
  static func of(_ item: Item, _ get: (Digest) throws -> [UInt8]) throws -> String? {
    let record = try Record(item)
    if let text = record.text { return text }
    if let elements = record.elements {
      return elements.map { element in
        let element = Element(members: element)
        // Cells are texts, too, and a table's own text does not always have them.
        return [element.text, element.table.map { JSONValue.object($0).canonicalText }].compactMap(\.self).joined(
          separator: "\n")
      }.joined(separator: "\n")
    }
    guard let body = try Document(item).body else { return nil }
    return String(validating: try get(body), as: UTF8.self)
  }
}
