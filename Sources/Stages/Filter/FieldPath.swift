import Foundations

/// A field of a record, or one inside it: `author.email`. A field that is called just so goes before one inside.
struct FieldPath: Sendable {
  let name: String
  private let parts: ArraySlice<String>

  init(_ name: String) {
    self.name = name
    parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)[...]
  }

  /// All values that stand there: a list on the way is looked through.
  func values(in object: JSONObject) -> [JSONValue] {
    if let value = object[name] { return [value] }
    return Self.values(parts, .object(object))
  }

  private static func values(_ parts: ArraySlice<String>, _ value: JSONValue) -> [JSONValue] {
    guard let part = parts.first else { return [value] }
    switch value {
    case .object(let object): return object[part].map { values(parts.dropFirst(), $0) } ?? []
    case .array(let list): return list.flatMap { values(parts, $0) }
    default: return []
    }
  }

  /// The object without the field.
  func removed(from object: JSONObject) -> JSONObject {
    var object = object
    // Both that may be meant: who drops a field does not want to find it in the other place.
    object[name] = nil
    if parts.count > 1 { object = Self.removed(parts, object) }
    return object
  }

  private static func removed(_ parts: ArraySlice<String>, _ object: JSONObject) -> JSONObject {
    guard let part = parts.first, let value = object[part] else { return object }
    var object = object
    if parts.count == 1 { object[part] = nil } else { object[part] = removed(parts.dropFirst(), value) }
    return object
  }

  private static func removed(_ parts: ArraySlice<String>, _ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let object): .object(removed(parts, object))
    case .array(let list): .array(list.map { removed(parts, $0) })
    default: value
    }
  }

  /// Puts the field of one object into another, in which other fields of it may stand already.
  func copy(from object: JSONObject, to target: inout JSONObject) {
    if let value = object[name] {
      target[name] = value
    } else if parts.count > 1, let kept = Self.kept(parts, .object(object))?.object {
      target = Self.merged(.object(target), .object(kept)).object ?? target
    }
  }

  private static func kept(_ parts: ArraySlice<String>, _ value: JSONValue) -> JSONValue? {
    guard let part = parts.first else { return value }
    switch value {
    case .object(let object):
      return object[part].flatMap { kept(parts.dropFirst(), $0) }.map { .object(JSONObject([(part, $0)])) }
    case .array(let list):
      // Entries keep their places, so that several fields of one entry come together again.
      let entries = list.map { kept(parts, $0) }
      return entries.contains { $0 != nil } ? .array(entries.map { $0 ?? .object([:]) }) : nil
    default: return nil
    }
  }

  private static func merged(_ one: JSONValue, _ other: JSONValue) -> JSONValue {
    switch (one, other) {
    case (.object(var object), .object(let more)):
      for member in more.members {
        object[member.key] = object[member.key].map { merged($0, member.value) } ?? member.value
      }
      return .object(object)
    case (.array(let list), .array(let more)) where list.count == more.count:
      return .array(zip(list, more).map { merged($0, $1) })
    default: return other
    }
  }
}
