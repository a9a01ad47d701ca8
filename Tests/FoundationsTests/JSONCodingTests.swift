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
}
