import Foundations
import StageKit

/// Which items are meant, by what they say: `source ~ "jane" and lang = en`.
///
/// `=` and `!=` compare whole values, `~` looks for a text in one, whatever its case. A field is a dotted path or `id`;
/// lists and objects on the way are looked through. `content` is what the item's file or page says, where that is text.
/// Conditions are joined by `and`.
package struct ItemCondition: Sendable {
  package static let forms = "FIELD = VALUE, FIELD != VALUE or FIELD ~ TEXT, joined by 'and'"

  private enum Comparison: String, CaseIterable {
    case notEqual = "!="
    case contains = "~"
    case equal = "="
  }

  private struct Part: Sendable {
    let path: [String]
    let comparison: Comparison
    let value: String
  }

  private var parts: [Part] = []

  /// - Throws: `.usage` for what is none.
  package init(parsing text: String) throws(SluiceError) {
    var rest = Substring(text)
    repeat {
      parts.append(try Self.part(&rest, of: text))
      rest = rest.drop(while: \.isWhitespace)
      if rest.isEmpty { return }
      guard rest.lowercased().hasPrefix("and"), rest.dropFirst(3).first?.isWhitespace == true else {
        throw Self.fault("'\(rest)' is no condition", text)
      }
      rest = rest.dropFirst(3)
    } while true
  }

  private static func fault(_ message: String, _ text: String) -> SluiceError {
    SluiceError(
      .usage, "--where \(text): \(message)", advice: "It is \(forms). For example: --where 'source ~ \"jane\"'")
  }

  private static func part(_ rest: inout Substring, of text: String) throws(SluiceError) -> Part {
    rest = rest.drop(while: \.isWhitespace)
    let name = rest.prefix { !$0.isWhitespace && !"=!~".contains($0) }
    guard !name.isEmpty else { throw fault("here should be a field: '\(rest)'", text) }
    rest = rest.dropFirst(name.count).drop(while: \.isWhitespace)
    guard let comparison = Comparison.allCases.first(where: { rest.hasPrefix($0.rawValue) }) else {
      throw fault("the condition on '\(name)' has no = != or ~", text)
    }
    rest = rest.dropFirst(comparison.rawValue.count).drop(while: \.isWhitespace)
    guard let first = rest.first else { throw fault("here should be a value", text) }
    let value: String
    if first == "\"" || first == "'" {
      guard let end = rest.dropFirst().firstIndex(of: first) else { throw fault("a quote is not closed", text) }
      value = String(rest[rest.index(after: rest.startIndex)..<end])
      rest = rest[rest.index(after: end)...]
    } else {
      value = String(rest.prefix { !$0.isWhitespace })
      rest = rest.dropFirst(value.count)
    }
    // A text that stands in everything would forget everything.
    guard !value.isEmpty else { throw fault("an empty text stands in everything", text) }
    return Part(path: name.split(separator: ".").map(String.init), comparison: comparison, value: value)
  }

  /// The fields that it asks for.
  package var fields: [String] { parts.map { $0.path.joined(separator: ".") } }

  /// Whether an item has a field that may be asked for.
  package static func has(_ field: String, _ record: JSONObject) -> Bool {
    field == "id" || field == content && Document(members: record).body != nil
      || !texts(field.split(separator: ".").map(String.init)[...], .object(record)).isEmpty
  }

  private static let content = "content"

  /// - Parameter body: reads what the item's record refers to.
  package func fits(id: String, _ record: JSONObject, body: (Digest) -> [UInt8]?) -> Bool {
    parts.allSatisfy { part in
      var texts = Self.texts(part.path[...], .object(record))
      if part.path == ["id"], record["id"] == nil { texts = [id] }
      if part.path == [Self.content], texts.isEmpty, let digest = Document(members: record).body,
        let bytes = body(digest)
      {
        texts = [String(decoding: bytes, as: UTF8.self)]
      }
      switch part.comparison {
      case .equal: return texts.contains { $0.utf8.elementsEqual(part.value.utf8) }
      case .notEqual: return !texts.contains { $0.utf8.elementsEqual(part.value.utf8) }
      case .contains:
        let wanted = part.value.lowercased()
        return texts.contains { $0.lowercased().contains(wanted) }
      }
    }
  }

  /// All texts and numbers at a path and below.
  private static func texts(_ path: ArraySlice<String>, _ value: JSONValue) -> [String] {
    switch value {
    case .array(let list): return list.flatMap { texts(path, $0) }
    case .object(let object):
      guard let name = path.first else { return object.members.flatMap { texts([], $0.value) } }
      // A field that is called just so goes before one inside.
      if let value = object[path.joined(separator: ".")] { return texts([], value) }
      return object[name].map { texts(path.dropFirst(), $0) } ?? []
    case .string(let text): return path.isEmpty ? [text] : []
    case .null: return []
    case .bool, .int, .double: return path.isEmpty ? [value.canonicalText] : []
    }
  }
}
