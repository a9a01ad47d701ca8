import Foundations

/// A value bound to a statement.
package enum SQLiteValue: Sendable {
  case null
  case int(Int64)
  case real(Double)
  case text(String)
  case blob([UInt8])
  case digest(Digest)

  package static func int(_ value: Int) -> SQLiteValue { .int(Int64(value)) }
  /// A whole number, or NULL.
  package static func int(_ value: Int?) -> SQLiteValue { value.map { .int(Int64($0)) } ?? .null }
  /// A text, or NULL.
  package static func text(_ value: String?) -> SQLiteValue { value.map { .text($0) } ?? .null }
  /// A number, or NULL.
  package static func real(_ value: Double?) -> SQLiteValue { value.map { .real($0) } ?? .null }
  /// The 32 bytes of a digest, or NULL.
  package static func digest(_ value: Digest?) -> SQLiteValue { value.map { .digest($0) } ?? .null }
}
