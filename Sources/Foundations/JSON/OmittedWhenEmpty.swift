/// A member that is written only where it holds something.
@propertyWrapper
package struct OmittedWhenEmpty<Value: Hashable & Sendable & Encodable & Emptiable>: Hashable, Sendable {
  package var wrappedValue: Value

  package init(wrappedValue: Value) { self.wrappedValue = wrappedValue }
}

/// What may hold nothing.
package protocol Emptiable {
  var isEmpty: Bool { get }
}

extension JSONObject: Emptiable {}
extension Array: Emptiable {}

extension OmittedWhenEmpty: Encodable {
  package func encode(to encoder: any Encoder) throws { try wrappedValue.encode(to: encoder) }
}

extension KeyedEncodingContainer {
  /// Called by the synthesized coders of types.
  package mutating func encode<Value>(_ member: OmittedWhenEmpty<Value>, forKey key: Key) throws {
    if !member.wrappedValue.isEmpty { try encode(member.wrappedValue, forKey: key) }
  }
}
