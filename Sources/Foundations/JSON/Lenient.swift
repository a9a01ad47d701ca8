/// A member that counts as missing where it is not what it should be: in files and answers of others, which are taken
/// for what can be read of them.
@propertyWrapper
package struct Lenient<Value> {
  package var wrappedValue: Value?

  package init(wrappedValue: Value? = nil) { self.wrappedValue = wrappedValue }
}

extension Lenient: Sendable where Value: Sendable {}
extension Lenient: Equatable where Value: Equatable {}
extension Lenient: Hashable where Value: Hashable {}

extension Lenient: Decodable where Value: Decodable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    wrappedValue = container.decodeNil() ? nil : try? container.decode(Value.self)
  }
}

/// A list that is empty where it is missing or none, and without the elements that are not what they should be.
@propertyWrapper
package struct LenientList<Element> {
  package var wrappedValue: [Element]

  package init(wrappedValue: [Element] = []) { self.wrappedValue = wrappedValue }
}

extension LenientList: Sendable where Element: Sendable {}
extension LenientList: Equatable where Element: Equatable {}
extension LenientList: Hashable where Element: Hashable {}

extension LenientList: Decodable where Element: Decodable {
  package init(from decoder: any Decoder) throws {
    wrappedValue = []
    guard var list = try? decoder.unkeyedContainer() else { return }
    wrappedValue.reserveCapacity(list.count ?? 0)
    while !list.isAtEnd {
      if let element = try list.decode(Lenient<Element>.self).wrappedValue { wrappedValue.append(element) }
    }
  }
}

// The synthesized initializers of types call these: without them a missing member would be an error.
extension KeyedDecodingContainer {
  package func decode<Value: Decodable>(_ type: Lenient<Value>.Type, forKey key: Key) throws -> Lenient<Value> {
    try decodeIfPresent(type, forKey: key) ?? Lenient()
  }

  package func decode<Element: Decodable>(_ type: LenientList<Element>.Type, forKey key: Key) throws
    -> LenientList<Element>
  {
    try decodeIfPresent(type, forKey: key) ?? LenientList()
  }
}

extension Lenient: Encodable where Value: Encodable {
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let wrappedValue { try container.encode(wrappedValue) } else { try container.encodeNil() }
  }
}

extension KeyedEncodingContainer {
  package mutating func encode<Value: Encodable>(_ member: Lenient<Value>, forKey key: Key) throws {
    try encodeIfPresent(member.wrappedValue, forKey: key)
  }
}

extension LenientList: Encodable where Element: Encodable {
  package func encode(to encoder: any Encoder) throws { try wrappedValue.encode(to: encoder) }
}
