import Foundations
import TestSupport
import Testing

@Suite struct JSONTests {
  @Test func canonicalForm() throws {
    func canonical(_ text: String) throws -> String { try JSONValue(parsing: text).canonicalText }
    #expect(try canonical(" { \"b\" : 1 , \"a\" : [ true , null , -2.50 ] } ") == "{\"a\":[true,null,-2.5],\"b\":1}")
    #expect(try canonical("\"\\u00e9\\n\\t\\u0001\\/\"") == "\"é\\n\\t\\u0001/\"")
    #expect(try canonical("1.0") == "1.0")
    #expect(try canonical("9223372036854775807") == "9223372036854775807")
    #expect(try canonical("1e300") == "1e+300")
    #expect(JSONValue.double(.nan).canonicalText == "null")
  }

  @Test func zeroBytesInTexts() throws {
    let value = try JSONValue(parsing: "\"a\\u0000b\"")
    #expect(value.string?.utf8.count == 3)
    #expect(value.canonicalText == "\"a\\u0000b\"")
    #expect(try JSONValue(parsing: value.canonicalBytes) == value)
  }

  @Test func whatIsNotJSON() {
    for text in [
      "", "{", "[1,]", "{\"a\":1,\"a\":2}", "nul", "\"\\ud800\"", "\"\u{1}\"", "1 2", "99999999999999999999999",
    ] {
      #expect(throws: JSONParseError.self, "\(text)") { try JSONValue(parsing: text) }
    }
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: JSONParseError.self) { try JSONValue(parsing: deep) }
  }

  @Test func keysThatOnlyLookAlikeAreTwo() throws {
    // Å as U+00C5, as A with a ring, and as the Ångström sign: canonically equivalent, other bytes.
    let text = "{\"A\\u030a\":1,\"\\u00c5\":2,\"\\u212b\":3}"
    let object = try #require(try JSONValue(parsing: text).object)
    #expect(object.count == 3)
    #expect(object["\u{C5}"] == 2)
    #expect(object["A\u{30A}"] == 1)
    #expect(object["\u{212B}"] == 3)
    #expect(try JSONValue(parsing: object.canonicalBytes).object == object)
  }

  @Test func objectsAreSortedMaps() {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<200 {
      var object = JSONObject()
      var naive: [String: Int] = [:]
      for _ in 0..<40 {
        let key = String(Int.random(in: 0..<20, using: &random))
        if Bool.random(using: &random) {
          let value = Int.random(in: 0..<100, using: &random)
          object[key] = JSONValue(value)
          naive[key] = value
        } else {
          object[key] = nil
          naive[key] = nil
        }
        #expect(object[key]?.int == naive[key])
      }
      #expect(object.keys == naive.keys.sorted())
      #expect(JSONObject(object.members.reversed().map { ($0.key, $0.value) }) == object)
    }
  }

  @Test func randomValuesComeBack() throws {
    var random = SeededGenerator(seed: 4)
    func make(_ depth: Int) -> JSONValue {
      switch Int.random(in: 0..<(depth > 3 ? 5 : 7), using: &random) {
      case 0: return .null
      case 1: return .bool(Bool.random(using: &random))
      case 2: return .int(Int64.random(in: .min ... .max, using: &random))
      case 3: return .double(Double.random(in: -1e9...1e9, using: &random))
      case 4:
        let scalars = (0..<8).map { _ in Unicode.Scalar(UInt32.random(in: 0..<0x3000, using: &random)) ?? "x" }
        return .string(String(String.UnicodeScalarView(scalars)))
      case 5: return .array((0..<3).map { _ in make(depth + 1) })
      default: return .object(JSONObject((0..<3).map { ("k\($0)", make(depth + 1)) }))
      }
    }
    for _ in 0..<500 {
      let value = make(0)
      #expect(try JSONValue(parsing: value.canonicalBytes) == value)
      #expect(try JSONValue(parsing: value.prettyText) == value)
    }
  }
}
