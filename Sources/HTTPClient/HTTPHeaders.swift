import Foundations

/// Header fields in their order; names are compared without regard to case (RFC 9110, 5.1).
package struct HTTPHeaders: Sendable, Hashable {
  package private(set) var fields: [Field]

  package struct Field: Sendable, Hashable {
    package let name: String
    package let value: String
  }

  init(_ fields: [Field]) { self.fields = fields }

  package init() { fields = [] }

  /// Names and values.
  package init(_ pairs: some Sequence<(String, String)>) { fields = pairs.map { Field(name: $0, value: $1) } }

  /// The value of the first field of this name; setting replaces all of that name.
  package subscript(name: String) -> String? {
    get { fields.first { Self.same($0.name, name) }?.value }
    set {
      fields.removeAll { Self.same($0.name, name) }
      if let newValue { fields.append(Field(name: name, value: newValue)) }
    }
  }

  package mutating func append(_ name: String, _ value: String) {
    fields.append(Field(name: name, value: value))
  }

  /// The fields whose names `keep` accepts, given in lower case.
  package func filtered(_ keep: (String) -> Bool) -> HTTPHeaders {
    HTTPHeaders(fields.filter { keep($0.name.lowercased()) })
  }

  /// The fields without what is secret. Where an answer leads is left to whoever follows it: masked, it would lead nowhere.
  var redacted: HTTPHeaders {
    HTTPHeaders(
      fields.map { field in
        Self.same(field.name, "location")
          ? field : Field(name: field.name, value: Secrets.redacted(field.value))
      })
  }

  /// Fields, in lower case, that ask for a page only if it changed: what they hold belongs to the URL that gave it.
  package static let conditions: Set = ["if-none-match", "if-modified-since"]

  /// Whether a field's value names a URL.
  static func isAddress(_ name: String) -> Bool {
    same(name, "location") || same(name, "content-location") || same(name, "refresh")
  }

  private static func same(_ a: String, _ b: String) -> Bool {
    guard a.utf8.count == b.utf8.count else { return false }
    return zip(a.utf8, b.utf8).allSatisfy { lower($0) == lower($1) }
  }

  private static func lower(_ byte: UInt8) -> UInt8 { byte >= 65 && byte <= 90 ? byte + 32 : byte }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, String)...) {
    self.init(elements)
  }
}
