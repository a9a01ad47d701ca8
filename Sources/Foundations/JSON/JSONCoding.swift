extension JSONValue {
  /// What the value says, as a type. Members that the type does not know are ignored; `null` stands for a missing one.
  package func decoded<T: Decodable>(as type: T.Type = T.self) throws(JSONMismatch) -> T {
    do {
      return try JSONDecoding(value: self, codingPath: []).read(type)
    } catch {
      throw JSONMismatch(error)
    }
  }

  /// A value that says what `encodable` does; its members that are `nil` are left out.
  package init(encoding encodable: some Encodable) {
    do {
      self = try JSONEncoding.value(of: encodable)
    } catch {
      preconditionFailure("a type that JSON has no room for: \(error)")
    }
  }
}

extension JSONObject {
  /// What the object says, as a type; see `JSONValue.decoded`.
  package func decoded<T: Decodable>(as type: T.Type = T.self) throws(JSONMismatch) -> T {
    try JSONValue.object(self).decoded(as: type)
  }

  /// An object that says what `encodable`, which has members, does.
  package init(encoding encodable: some Encodable) {
    guard let object = JSONValue(encoding: encodable).object else {
      preconditionFailure("\(type(of: encodable)) has no members")
    }
    self = object
  }
}

// As they stand: the coders above pass them through, others have no use for them.
extension JSONValue: Codable {
  package init(from decoder: any Decoder) throws {
    guard let json = decoder as? JSONDecoding else { preconditionFailure("a JSON value is read out of JSON only") }
    self = json.value
  }

  package func encode(to encoder: any Encoder) throws {
    guard let json = encoder as? JSONEncoding else {
      // Swift Testing writes the arguments of tests with a coder of its own.
      var container = encoder.singleValueContainer()
      return try container.encode(canonicalText)
    }
    json.encode(asItStands: self)
  }
}

extension JSONObject: Codable {
  package init(from decoder: any Decoder) throws {
    guard let json = decoder as? JSONDecoding else { preconditionFailure("a JSON object is read out of JSON only") }
    self = try json.read(JSONObject.self)
  }

  package func encode(to encoder: any Encoder) throws {
    try JSONValue.object(self).encode(to: encoder)
  }
}

extension Digest: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let digest = Digest(hex: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "is not a digest (64 hexadecimal digits)")
    }
    self = digest
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hex)
  }
}
