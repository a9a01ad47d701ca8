/// A JSON value (RFC 8259) whose objects are kept in the order of their keys, so that equal values
/// have one serialization and one digest.
package enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case int(Int64)
  case double(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  /// `nil` when it is something else.
  package var string: String? { if case .string(let value) = self { value } else { nil } }
  /// `nil` when it is something else.
  package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  /// `nil` when it is something else.
  package var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
  /// `nil` when it is something else.
  package var object: JSONObject? { if case .object(let value) = self { value } else { nil } }
  package var isNull: Bool { self == .null }

  /// A whole number; a double counts when it has no fraction.
  package var int: Int? {
    switch self {
    case .int(let value): Int(exactly: value)
    case .double(let value): Int(exactly: value)
    default: nil
    }
  }

  /// A number; whole ones, too.
  package var double: Double? {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  /// The member of an object; `nil` when there is none, or it is no object.
  package subscript(key: String) -> JSONValue? { object?[key] }
  /// The element of a list; `nil` when there is none, or it is no list.
  package subscript(index: Int) -> JSONValue? {
    guard let array, array.indices.contains(index) else { return nil }
    return array[index]
  }

  /// The value at a dotted path such as `source.url`.
  package subscript(path path: some Sequence<String>) -> JSONValue? {
    var value: JSONValue? = self
    for part in path { value = value?[part] }
    return value
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
  ExpressibleByNilLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int64) { self = .int(value) }
  package init(floatLiteral value: Double) { self = .double(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    var object = JSONObject()
    for (key, value) in elements { object[key] = value }
    self = .object(object)
  }
  package init(nilLiteral: ()) { self = .null }

  package init(_ value: Int) { self = .int(Int64(value)) }
  package init(_ value: Int?) { self = value.map { .int(Int64($0)) } ?? .null }
  /// A text, or null.
  package init(_ value: String?) { self = value.map { .string($0) } ?? .null }
  /// A list of texts.
  package init(_ values: [String]) { self = .array(values.map { .string($0) }) }
}
