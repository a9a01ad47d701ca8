import Foundations
import Testing

@Suite struct JSONCodingTests {
  struct Part: Codable, Equatable {
    enum Kind: String, Codable { case text, table }
    var kind: Kind
    var level: Int?
    var weights: [Double]
  }

  struct Whole: Codable, Equatable {
    enum CodingKeys: String, CodingKey {
      case title, parts, digest, rest, names
      case tokenCount = "token_count"
    }
    var title: String?
    var parts: [Part]
    var digest: Digest
    var rest: JSONObject
    var names: [String: Int]
    var tokenCount: Int
  }

  static let whole = Whole(
    parts: [Part(kind: .table, level: 2, weights: [0.5, 2]), Part(kind: .text, weights: [])],
    digest: Digest(of: "x"), rest: ["a b": [nil, true]], names: ["tokenCount": 1], tokenCount: 7)

  @Test func whatWasWrittenIsReadAgain() throws {
    let object = JSONObject(encoding: Self.whole)
    #expect(object.keys == ["digest", "names", "parts", "rest", "token_count"])
    #expect(object["parts"]?[0] == ["kind": "table", "level": 2, "weights": [0.5, 2.0]])
    #expect(object["parts"]?[1]?["level"] == Optional<JSONValue>.none)
    #expect(object["rest"] == ["a b": [nil, true]])
    #expect(try object.decoded(as: Whole.self) == Self.whole)
    #expect(try JSONValue(parsing: object.canonicalBytes).decoded(as: Whole.self) == Self.whole)
  }

  @Test func membersNobodyKnowsAndNullsAreNoMatter() throws {
    var object = JSONObject(encoding: Self.whole)
    object["new"] = [1]
    object["title"] = .null
    #expect(try object.decoded(as: Whole.self) == Self.whole)
  }

  private static let mismatches: [(String, JSONValue, String)] = [
    ("token_count", "7", "'token_count' is not a whole number"),
    ("token_count", .double(7.5), "'token_count' is not a whole number"),
    ("digest", "abc", "'digest' is not a digest (64 hexadecimal digits)"),
    ("parts", [["kind": "picture", "weights": []]], "'parts[0].kind' "),
    ("parts", [["kind": "text", "weights": [1, "2"]]], "'parts[0].weights[1]' is not a number"),
    ("parts", [["kind": "text"]], "'parts[0].weights' is missing"),
    ("names", ["a"], "'names' is not an object"),
    ("rest", 1, "'rest' is not an object"),
    ("title", 1, "'title' is not a text"),
  ]

  @Test(arguments: mismatches) func aMismatchSaysWhere(_ member: String, _ value: JSONValue, _ message: String) throws {
    var object = JSONObject(encoding: Self.whole)
    object[member] = value
    #expect {
      try object.decoded(as: Whole.self)
    } throws: { error in
      "\(error)".hasPrefix(message)
    }
  }

  @Test func wholeNumbersKeepTheirSize() throws {
    #expect(try JSONValue.int(300).decoded(as: Int.self) == 300)
    #expect(throws: JSONMismatch.self) { try JSONValue.int(300).decoded(as: UInt8.self) }
    #expect(throws: JSONMismatch.self) { try JSONValue.int(-1).decoded(as: UInt.self) }
    #expect(try JSONValue.double(3).decoded(as: Int.self) == 3)
    #expect(JSONValue(encoding: [UInt8(3)]) == [3])
  }

  private struct Foreign: Codable, Equatable {
    @Lenient var name: String?
    @Lenient var count: Int?
    @LenientList var tags: [String]
    @Lenient var inner: Inner?
    @OmittedWhenEmpty var more: JSONObject

    struct Inner: Codable, Hashable {
      let size: Int
    }

    init(from decoder: any Decoder) throws {
      let members = try decoder.container(keyedBy: CodingKeys.self)
      _name = try members.decode(Lenient<String>.self, forKey: .name)
      _count = try members.decode(Lenient<Int>.self, forKey: .count)
      _tags = try members.decode(LenientList<String>.self, forKey: .tags)
      _inner = try members.decode(Lenient<Inner>.self, forKey: .inner)
      more = try members.decodeIfPresent(JSONObject.self, forKey: .more) ?? [:]
    }
  }

  @Test(arguments: [
    ("{}", "{\"tags\":[]}"),
    (#"{"name":null,"count":null,"tags":null,"inner":null}"#, #"{"tags":[]}"#),
    (#"{"name":1,"count":"2","tags":"a","inner":[]}"#, #"{"tags":[]}"#),
    (#"{"count":2.5,"tags":["a",1,null,"b"],"inner":{"size":"x"}}"#, #"{"tags":["a","b"]}"#),
    (
      #"{"name":"n","count":2,"tags":["a"],"inner":{"size":3},"more":{"x":1}}"#,
      #"{"count":2,"inner":{"size":3},"more":{"x":1},"name":"n","tags":["a"]}"#
    ),
  ])
  func whatOthersWriteIsTakenForWhatCanBeReadOfIt(_ text: String, _ kept: String) throws {
    let read = try JSONValue(parsing: text).decoded(as: Foreign.self)
    #expect(JSONValue(encoding: read).canonicalText == kept)
  }

  private struct Plain: Decodable {
    @Lenient var first: String?
    @LenientList var second: [Int]
  }

  @Test func missingMembersOfSynthesizedTypesAreNoMistake() throws {
    let plain = try JSONValue(parsing: "{}").decoded(as: Plain.self)
    #expect(plain.first == nil && plain.second.isEmpty)
    #expect(throws: JSONMismatch.self) { try JSONValue(parsing: "[]").decoded(as: Plain.self) }
  }
}
