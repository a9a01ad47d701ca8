import Foundations

/// Reads a filter as people write it on a command line:
///
///     lecture_id=lec_01
///     year>=2020 and year<2024 and lang in (en, de)
///     not (kind=draft or kind="to do")
///
/// Values with spaces, commas, brackets or quotes stand in quotes; what a value means is decided by the field (`FieldKind`).
struct FilterParser {
  private let source: SourceText
  private let bytes: [UInt8]
  private var position = 0
  private let fields: [String]

  /// - Parameter fields: those that there are.
  init(_ text: String, fields: [String]) {
    bytes = Array(text.utf8)
    source = SourceText(name: "--filter", bytes: bytes)
    self.fields = fields
  }

  mutating func parse() throws(Diagnostic) -> Filter {
    let filter = try any()
    skipSpace()
    if position < bytes.count {
      throw fault(position, "there is more after the end of the filter", "Join conditions by 'and' or 'or'.")
    }
    return filter
  }

  private mutating func any() throws(Diagnostic) -> Filter {
    var parts = [try all()]
    while takeWord("or") { parts.append(try all()) }
    return parts.count == 1 ? parts[0] : .or(parts)
  }

  private mutating func all() throws(Diagnostic) -> Filter {
    var parts = [try negation()]
    while takeWord("and") { parts.append(try negation()) }
    return parts.count == 1 ? parts[0] : .and(parts)
  }

  private mutating func negation() throws(Diagnostic) -> Filter {
    // Brackets can be nested as deep as a line is long.
    guard depth < 100 else { throw fault(position, "the filter is nested too deep", "") }
    depth += 1
    defer { depth -= 1 }
    if takeWord("not") { return .not(try negation()) }
    skipSpace()
    if take("(") {
      let start = position - 1
      let inner = try any()
      skipSpace()
      guard take(")") else { throw fault(start, "this bracket is not closed", "Expected ')'.") }
      return inner
    }
    return try comparison()
  }
  private var depth = 0

  private mutating func comparison() throws(Diagnostic) -> Filter {
    let field = try fieldName()
    skipSpace()
    let start = position
    if takeWord("in") {
      skipSpace()
      let open = position
      guard take("(") || take("[") else {
        throw fault(open, "'in' needs a list", "For example: \(field) in (a, b)")
      }
      let closing: Character = bytes[open] == UInt8(ascii: "(") ? ")" : "]"
      var values = [try value()]
      skipSpace()
      while take(",") {
        values.append(try value())
        skipSpace()
      }
      guard take(closing) else { throw fault(position, "the list is not closed", "Expected ',' or '\(closing)'.") }
      return .among(field: field, values)
    }
    for comparison in ["!=", "<=", ">=", "==", "=", "<", ">"] where takeSymbol(comparison) {
      return .compare(field: field, Filter.Comparison(rawValue: comparison) ?? .equal, try value())
    }
    throw fault(
      start, position < bytes.count ? "here should be an operator" : "the condition on '\(field)' has no operator",
      "There are: = != < <= > >= and in (a, b). For example: \(field)=value")
  }

  private mutating func fieldName() throws(Diagnostic) -> String {
    skipSpace()
    let start = position
    let name: String
    if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
      name = try quoted()
    } else {
      while position < bytes.count, Self.isPartOfName(bytes[position]) { position += 1 }
      name = String(decoding: bytes[start..<position], as: UTF8.self)
    }
    guard !name.isEmpty else {
      throw fault(start, "here should be a field", "For example: \(fields.first ?? "lang")=value")
    }
    do throws(UnknownField) { return try UnknownField.check(name, among: fields) } catch {
      throw fault(start, error.message, error.hint)
    }
  }

  private static func isPartOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"),
      UInt8(ascii: ":"), UInt8(ascii: "@"), 0x80...:
      true
    default: false
    }
  }

  private mutating func value() throws(Diagnostic) -> FieldValue {
    skipSpace()
    let start = position
    guard position < bytes.count else { throw fault(start, "here should be a value", "") }
    if bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "'") { return .text(try quoted()) }
    while position < bytes.count, !" ,()[]\t\n\"'".utf8.contains(bytes[position]) { position += 1 }
    guard position > start else {
      throw fault(start, "here should be a value", "A value with such characters stands in quotes.")
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    // What is spelt otherwise than a plain number (`1.10`, `1e3`) stays as it is written: the field says what it means.
    return FieldValue.number(text) ?? .text(text)
  }

  private mutating func quoted() throws(Diagnostic) -> String {
    let start = position
    let quote = bytes[position]
    position += 1
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == quote { return String(decoding: text, as: UTF8.self) }
      if byte == UInt8(ascii: "\\"), position < bytes.count {
        text.append(bytes[position])
        position += 1
      } else {
        text.append(byte)
      }
    }
    throw fault(start, "this quote is not closed", "")
  }

  private mutating func skipSpace() {
    while position < bytes.count, bytes[position] <= UInt8(ascii: " ") { position += 1 }
  }

  private mutating func take(_ character: Character) -> Bool { takeSymbol(String(character)) }

  private mutating func takeSymbol(_ symbol: String) -> Bool {
    guard bytes[position...].starts(with: symbol.utf8) else { return false }
    position += symbol.utf8.count
    return true
  }

  private mutating func takeWord(_ word: String) -> Bool {
    skipSpace()
    let end = position + word.utf8.count
    guard end <= bytes.count,
      bytes[position..<end].elementsEqual(word.utf8, by: { $0 | 0x20 == $1 }),
      end == bytes.count || !Self.isPartOfName(bytes[end]) && !"=<>!".utf8.contains(bytes[end])
    else { return false }
    position = end
    return true
  }

  private func fault(_ offset: Int, _ message: String, _ hint: String) -> Diagnostic {
    let before = String(decoding: bytes[..<min(offset, bytes.count)], as: UTF8.self)
    let lines = before.split(separator: "\n", omittingEmptySubsequences: false)
    return Diagnostic(
      source, SourcePosition(line: lines.count, column: (lines.last?.count ?? 0) + 1), message, hint: hint)
  }
}

/// A field that no chunk of the index has.
struct UnknownField: Error {
  let message: String
  let hint: String

  /// Gives the name back when there is such a field.
  static func check(_ name: String, among fields: [String]) throws(UnknownField) -> String {
    if fields.contains(name) { return name }
    throw UnknownField(
      message: "the index has no field '\(name)'",
      hint: Suggestion.hint(name, among: fields, otherwise: "There are: \(fields.joined(separator: ", "))."))
  }
}
