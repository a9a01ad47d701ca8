import Foundations
import SQLite

/// A value that chunks can be filtered by.
package enum FieldValue: Sendable, Hashable, Comparable {
  case number(Double)
  case text(String)

  /// Of a scalar in metadata; `nil` for null and for what is no scalar.
  init?(_ value: JSONValue) {
    switch value {
    // Numbers that float64 cannot tell apart are names: a tenant must not be taken for his neighbour.
    case .int(let number): self = Self.number(String(number)) ?? .text(String(number))
    case .double(let number): self = .number(number)
    case .string(let text): self = Self.number(text) ?? .text(text)
    case .bool(let flag): self = .text(flag ? "true" : "false")
    default: return nil
    }
  }

  /// A text that is a number in its plain spelling is one: columns of tables come as texts, and years want to be compared.
  /// `007` and `1.50` are names.
  static func number(_ text: String) -> FieldValue? {
    guard let first = text.utf8.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first),
      let number = Double(text), number.isFinite, FieldValue.number(number).shown == text
    else { return nil }
    return .number(number)
  }

  /// As the index keeps it: a long text by its beginning and its digest, so that it is found by equality, and by range
  /// as far as its beginning tells.
  var stored: SQLiteValue {
    switch self {
    case .number(let number): return .real(number)
    case .text(let text):
      guard text.utf8.count > Self.longest else { return .text(text) }
      var head = Array(text.utf8.prefix(Self.longest))
      // Not in the middle of a scalar.
      while let last = head.last, last & 0xC0 == 0x80 { head.removeLast() }
      if let last = head.last, last >= 0xC0 { head.removeLast() }
      return .text(String(decoding: head, as: UTF8.self) + "\u{1}" + Digest(of: text).hex)
    }
  }
  private static let longest = 256

  package var shown: String {
    switch self {
    case .number(let number): Int(exactly: number).map(String.init) ?? "\(number)"
    case .text(let text): text
    }
  }
}
