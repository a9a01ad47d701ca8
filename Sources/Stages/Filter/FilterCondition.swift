import Foundations

/// One line of `where`: a field, and the values of which it must have one.
struct FilterCondition: Sendable {
  let path: FieldPath
  private let wanted: [JSONValue]

  init(_ name: String, _ value: JSONValue) {
    path = FieldPath(name)
    wanted = value.array ?? [value]
  }

  func fits(_ object: JSONObject) -> Bool {
    let found = path.values(in: object)
    // A CSV has no empty fields and no null: what is not there is both.
    if found.isEmpty { return wanted.contains { $0.isNull || $0 == .string("") } }
    return found.contains { value in
      wanted.contains { Self.isSame($0, value) }
        || (value.array ?? []).contains { entry in wanted.contains { Self.isSame($0, entry) } }
    }
  }

  /// Whether two values are the same to whoever writes them: 5 and 5.0, 2024 and the "2024" of a CSV, which knows only
  /// texts. Texts among themselves are compared as they are: `010` is not `10`.
  static func isSame(_ one: JSONValue, _ other: JSONValue) -> Bool {
    switch (one, other) {
    case (.string(let one), .string(let other)): one.utf8.elementsEqual(other.utf8)
    case (.string(let text), .int), (.string(let text), .double): number(text).map { isSame($0, other) } ?? false
    case (.int, .string(let text)), (.double, .string(let text)): number(text).map { isSame(one, $0) } ?? false
    case (.string(let text), .bool(let flag)), (.bool(let flag), .string(let text)): text == (flag ? "true" : "false")
    case (.int(let one), .double(let other)), (.double(let other), .int(let one)): Int64(exactly: other) == one
    default: one == other
    }
  }

  /// A text that JSON would take for a number.
  private static func number(_ text: String) -> JSONValue? {
    guard let first = text.utf8.first, first == UInt8(ascii: "-") || ShellWord.isDigit(first),
      let value = try? JSONValue(parsing: Array(text.utf8))
    else { return nil }
    switch value {
    case .int, .double: return value
    default: return nil
    }
  }
}
