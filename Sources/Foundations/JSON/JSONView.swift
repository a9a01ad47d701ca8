/// A JSON object of a known kind: its members have names and types, and are read one by one.
///
/// A member that is not there, or is of another type than it should be, is not known. Members that the kind does not
/// know are carried along. So a record keeps what stages of one's own put into it, and reading one member of a hundred
/// thousand records does not cost the reading of all their members, as decoding a type would.
package protocol JSONView: Hashable, Sendable, Codable {
  /// The names of the members as they stand in JSON.
  associatedtype Name: RawRepresentable<String>
  var members: JSONObject { get set }
  init(members: JSONObject)
}

extension JSONView {
  package init() { self.init(members: [:]) }

  package init(from decoder: any Decoder) throws { self.init(members: try JSONObject(from: decoder)) }
  package func encode(to encoder: any Encoder) throws { try members.encode(to: encoder) }

  // For the properties of the kinds: setting `nil` removes a member.

  package subscript(name: Name) -> JSONValue? {
    get { members[name.rawValue] }
    set { members[name.rawValue] = newValue }
  }

  package subscript(name: Name) -> String? {
    get { members[name.rawValue]?.string }
    set { members[name.rawValue] = newValue.map { .string($0) } }
  }

  package subscript(name: Name) -> Int? {
    get { members[name.rawValue]?.int }
    set { members[name.rawValue] = newValue.map { JSONValue($0) } }
  }

  package subscript(name: Name) -> Double? {
    get { members[name.rawValue]?.double }
    set { members[name.rawValue] = newValue.map { .double($0) } }
  }

  package subscript(name: Name) -> Bool? {
    get { members[name.rawValue]?.bool }
    set { members[name.rawValue] = newValue.map { .bool($0) } }
  }

  /// What is not a text in a list is left out.
  package subscript(name: Name) -> [String]? {
    get { members[name.rawValue]?.array?.compactMap(\.string) }
    set { members[name.rawValue] = newValue.map { JSONValue($0) } }
  }

  package subscript(name: Name) -> JSONObject? {
    get { members[name.rawValue]?.object }
    set { members[name.rawValue] = newValue.map { .object($0) } }
  }

  /// The name of an object in the store, as `sha256:…`; `nil` when there is none, or something else.
  package subscript(name: Name) -> Digest? {
    get { members[name.rawValue]?.string.flatMap { Digest(reference: $0) } }
    set { members[name.rawValue] = newValue.map { .string($0.description) } }
  }
}
