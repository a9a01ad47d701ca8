/// Makes JSON values of types; members that are `nil` are left out.
final class JSONEncoding: Encoder {
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }
  /// What was written; a type that writes nothing is an empty object.
  private(set) var value: JSONValue?
  /// What lists and objects inside it write, put in place when all is written.
  private var children: [(place: Place, child: JSONEncoding)] = []

  private enum Place {
    case member(String)
    case element(Int)
  }

  init(codingPath: [any CodingKey] = []) { self.codingPath = codingPath }

  /// What was written, with all that is inside it.
  func finish() -> JSONValue {
    var result = value ?? [:]
    for (place, child) in children {
      switch (place, result) {
      case (.member(let key), .object(var object)):
        object[key] = child.finish()
        result = .object(object)
      case (.element(let index), .array(var array)):
        array[index] = child.finish()
        result = .array(array)
      default: preconditionFailure("a type wrote a list and an object in one place")
      }
    }
    return result
  }

  fileprivate func set(_ member: JSONValue, for key: String) {
    var object = value?.object ?? [:]
    value = nil
    object[key] = member
    value = .object(object)
  }

  fileprivate var elementCount: Int { value?.array?.count ?? 0 }

  fileprivate func append(_ element: JSONValue) {
    var array = value?.array ?? []
    value = nil
    array.append(element)
    value = .array(array)
  }

  fileprivate func child(for key: any CodingKey) -> JSONEncoding {
    let child = JSONEncoding(codingPath: codingPath + [key])
    set([:], for: key.stringValue)
    children.append((.member(key.stringValue), child))
    return child
  }

  fileprivate func appendChild() -> JSONEncoding {
    let child = JSONEncoding(codingPath: codingPath)
    append([:])
    children.append((.element(elementCount - 1), child))
    return child
  }

  static func value(of encodable: some Encodable, _ codingPath: [any CodingKey] = []) throws -> JSONValue {
    if let value = encodable as? JSONValue { return value }
    if let object = encodable as? JSONObject { return .object(object) }
    let encoding = JSONEncoding(codingPath: codingPath)
    try encodable.encode(to: encoding)
    return encoding.finish()
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if value == nil { value = [:] }
    return KeyedEncodingContainer(JSONMemberWriter<Key>(encoding: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if value == nil { value = [] }
    return JSONElementWriter(encoding: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { self }
}

extension JSONEncoding: SingleValueEncodingContainer {
  func encode(asItStands value: JSONValue) { self.value = value }
  func encodeNil() { value = .null }
  func encode(_ value: Bool) { self.value = .bool(value) }
  func encode(_ value: String) { self.value = .string(value) }
  func encode(_ value: Double) { self.value = .double(value) }
  func encode(_ value: Float) { self.value = .double(Double(value)) }

  private func write(integer value: some FixedWidthInteger) throws {
    guard let number = Int64(exactly: value) else {
      throw EncodingError.invalidValue(
        value, .init(codingPath: codingPath, debugDescription: "does not fit in 64 bits"))
    }
    self.value = .int(number)
  }

  func encode(_ value: Int) throws { try write(integer: value) }
  func encode(_ value: Int8) throws { try write(integer: value) }
  func encode(_ value: Int16) throws { try write(integer: value) }
  func encode(_ value: Int32) throws { try write(integer: value) }
  func encode(_ value: Int64) throws { try write(integer: value) }
  func encode(_ value: UInt) throws { try write(integer: value) }
  func encode(_ value: UInt8) throws { try write(integer: value) }
  func encode(_ value: UInt16) throws { try write(integer: value) }
  func encode(_ value: UInt32) throws { try write(integer: value) }
  func encode(_ value: UInt64) throws { try write(integer: value) }
  func encode<T: Encodable>(_ value: T) throws { self.value = try Self.value(of: value, codingPath) }
}

private struct JSONMemberWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let encoding: JSONEncoding
  var codingPath: [any CodingKey] { encoding.codingPath }

  func encodeNil(forKey key: Key) { encoding.set(.null, for: key.stringValue) }

  func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
    encoding.set(try JSONEncoding.value(of: value, codingPath + [key]), for: key.stringValue)
  }

  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested>
  { encoding.child(for: key).container(keyedBy: type) }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    encoding.child(for: key).unkeyedContainer()
  }

  func superEncoder() -> any Encoder { encoding }
  func superEncoder(forKey key: Key) -> any Encoder { encoding.child(for: key) }
}

private struct JSONElementWriter: UnkeyedEncodingContainer {
  let encoding: JSONEncoding
  var codingPath: [any CodingKey] { encoding.codingPath }
  var count: Int { encoding.elementCount }

  func encodeNil() { encoding.append(.null) }
  func encode<T: Encodable>(_ value: T) throws { encoding.append(try JSONEncoding.value(of: value, codingPath)) }

  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
    encoding.appendChild().container(keyedBy: type)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoding.appendChild().unkeyedContainer() }
  func superEncoder() -> any Encoder { encoding.appendChild() }
}
