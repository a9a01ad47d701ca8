import Foundations
import TestSupport
import Testing

@testable import SearchIndex

struct FilterTests {
  private let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private static let fields = ["lang", "year", "lecture_id", "a.b", "page"]

  private func parse(_ text: String) throws -> Filter? { try FilterReader.read([text], fields: Self.fields) }

  @Test(arguments: [
    ("lang=en", "lang=\"en\""), (" lang == 'e n' ", "lang=\"e n\""),
    ("year>=2020 and year<2024", "year>=2020 and year<2024"),
    ("lang in (en, \"d,e\") or not year=1", "lang in (\"en\", \"d,e\") or not (year=1)"),
    ("lang=en AND (year=1 OR year=2)", "lang=\"en\" and (year=1 or year=2)"), ("a.b!=x", "a.b!=\"x\""),
    ("lecture_id=lec_01", "lecture_id=\"lec_01\""), ("lang in [en]", "lang in (\"en\")"),
    ("year=-1.5e1", "year=\"-1.5e1\""),
    ("lang=007", "lang=\"007\""), ("lang=\"\\\"q\"", "lang=\"\\\"q\""),
    (#"{"lang": "en"}"#, "lang=\"en\""), (#"{"year": {">=": 2020, "<": 2024}}"#, "year<2024 and year>=2020"),
    (#"{"lang": {"in": ["en", "de"]}, "year": 1}"#, "lang in (\"en\", \"de\") and year=1"),
    (#"{"lang": ["en"]}"#, "lang in (\"en\")"),
    (#"{"or": [{"lang": "en"}, {"not": {"year": 1}}]}"#, "lang=\"en\" or not (year=1)"),
  ])
  func reads(_ text: String, _ expected: String) throws {
    let filter = try #require(try parse(text))
    #expect(filter.description == expected)
    #expect(try parse(filter.description) == filter)
  }

  @Test func severalHaveToHold() throws {
    #expect(try FilterReader.read([], fields: []) == nil)
    #expect(
      try FilterReader.read(["lang=en", "year=1 or year=2"], fields: Self.fields)?.description
        == "lang=\"en\" and (year=1 or year=2)")
  }

  @Test(arguments: [
    ("leture_id=x", 1, "the index has no field 'leture_id'", "Did you mean 'lecture_id'?"),
    ("lang=en and jear=1", 13, "the index has no field 'jear'", "Did you mean 'year'?"),
    ("lang", 5, "the condition on 'lang' has no operator", ""), ("lang ~ x", 6, "here should be an operator", ""),
    ("lang=", 6, "here should be a value", ""), ("lang=en year=1", 9, "there is more after the end of the filter", ""),
    ("(lang=en", 1, "this bracket is not closed", ""), ("lang=\"en", 6, "this quote is not closed", ""),
    ("lang in en", 9, "'in' needs a list", ""), ("lang in (en", 12, "the list is not closed", ""),
    ("", 1, "here should be a field", ""), ("=x", 1, "here should be a field", ""),
    (#"{"lnag": 1}"#, 2, "the index has no field 'lnag'", "Did you mean 'lang'?"),
    (#"{"lang": {"~": 1}}"#, 11, "'~' is no condition on 'lang'", ""), (#"{"lang""#, 1, "this is no JSON", ""),
    (#"{"or": [{"lang": "en"}, 1]}"#, 1, "a filter is an object with at least one condition", ""),
  ])
  func pointsAtWhatIsWrong(_ text: String, _ column: Int, _ message: String, _ hint: String) {
    do {
      _ = try parse(text)
      Issue.record("'\(text)' was taken")
    } catch let error as Diagnostic {
      #expect(error.message.hasPrefix(message))
      #expect(error.position.column == column)
      if !hint.isEmpty { #expect(error.hint == hint) }
    } catch { Issue.record("\(error)") }
  }

  @Test func deepNestingIsRefused() {
    #expect(throws: Diagnostic.self) { try parse(String(repeating: "(", count: 100_000)) }
    #expect(throws: Diagnostic.self) { try parse(String(repeating: "not ", count: 100_000)) }
  }

  private func index(require: [String] = []) throws -> Searcher {
    let path = scratch.path("i.sqlite")
    var settings = IndexSettings()
    settings.requiredFields = require
    let writer = try IndexWriter(path: path, passport: nil, settings: settings)
    let rows: [(String, JSONObject)] = [
      ("a#1", ["lang": "en", "year": 2020, "tags": ["x", "y"], "user_id": "u1"]),
      ("a#2", ["lang": "de", "year": 2021, "draft": true, "user_id": "u2"]),
      ("b#1", ["lang": "en", "year": "2021", "deep": ["er": 5], "user_id": "u1"]),
      ("b#2", ["title": "B", "page": 7, "long": .string(String(repeating: "é", count: 300) + "1")]),
      ("b#3", ["when": "2024-05-01", "long": .string(String(repeating: "é", count: 300) + "2")]),
    ]
    for (id, metadata) in rows {
      try writer.insert(
        IndexedChunk(
          id: id, digest: Digest(of: id), documentID: String(id.prefix(1)), page: id == "b#1" ? 3 : nil,
          text: "same words", metadata: metadata))
    }
    try writer.finish()
    return try Searcher(path: path)
  }

  @Test(arguments: [
    ("lang=en", "a#1 b#1"), ("lang!=en", "a#2 b#2 b#3"), ("lang in (de, fr)", "a#2"), ("year=2021", "a#2 b#1"),
    ("year=\"2021\"", "a#2 b#1"), ("year>2020", "a#2 b#1"), ("year>=2020", "a#1 a#2 b#1"), ("year<\"2021\"", "a#1"),
    ("tags=x and tags=y", "a#1"), ("draft=true", "a#2"), ("deep.er=5", "b#1"), ("document_id=b", "b#1 b#2 b#3"),
    ("page=3", "b#1"), ("metadata.page=7", "b#2"), ("when>=2024-01-01 and when<2025-01-01", "b#3"),
    ("not (document_id=b or lang=de)", "a#1"), ("lang=en and year<2021", "a#1"), ("lang=xx", ""),
  ])
  func keepsWhatPasses(_ text: String, _ expected: String) throws {
    let searcher = try index()
    var request = SearchRequest("words")
    request.limit = 10
    request.filter = try FilterReader.read([text], fields: try searcher.fields())
    let answer = try searcher.search(request)
    #expect(answer.hits.map(\.chunkID).joined(separator: " ") == expected)
    #expect(answer.trace.passing == expected.split(separator: " ").count)
  }

  /// What a value means is decided by all values of its field.
  @Test(arguments: [
    ("ver=1.10", "2"), ("ver!=1.10", "1 3 4"), ("ver=1.1", ""), ("ver=1.9", "1"), ("ver>=1.10", "2 3 4"),
    ("ver<1.10", "1"),
    ("ver<2.0", "1 2 4"), ("ver>2.0-rc1", "3"), ("ver in (1.10, 2.0)", "2 3"), ("ver=\"2.0\"", "3"),
    ("day>=2024", "2 3 4"), ("day<2025", "1 2 4"), ("day<=2024", "1 2 4"), ("day>2024", "3"), ("day=2024", "2 4"),
    ("day=2024-05", "2 4"), ("day=2024-05-01", "2 4"), ("day>2024-05-01", "3"), ("day>=2024-05-01T12:00:00Z", "3 4"),
    ("price=1.5", "1"), ("price=1.50", "1"), ("price>1.5", "2 3 4"), ("price<=10", "1 2 4"), ("price>=1e1", "3 4"),
    ("zip=00501", "1"), ("zip=501", ""), ("zip=10115", "2"), ("many>=9.50", "2 3 4"), ("many<10", "1 2"),
    ("many=9.50", "2"),
  ])
  func fieldsDecideWhatValuesMean(_ text: String, _ expected: String) throws {
    let path = scratch.path("k.sqlite")
    let writer = try IndexWriter(path: path, passport: nil)
    let rows: [JSONObject] = [
      ["ver": "1.9", "day": "2023-12-31", "price": 1.5, "zip": "00501", "many": "1.50"],
      ["ver": "1.10", "day": "2024-05-01", "price": 2, "zip": "10115", "many": "9.50"],
      ["ver": "2.0", "day": "2025-01-15", "price": "20", "zip": "94110", "many": "12.50"],
      ["ver": "2.0-rc1", "day": "2024-05-01T18:00:00Z", "price": 10, "zip": "X1", "many": "10.00"],
    ]
    for (number, metadata) in rows.enumerated() {
      let id = "\(number + 1)"
      try writer.insert(IndexedChunk(id: id, digest: Digest(of: id), documentID: id, text: "words", metadata: metadata))
    }
    try writer.finish()
    let searcher = try Searcher(path: path)
    var request = SearchRequest("words")
    request.limit = 10
    let filter = try #require(try FilterReader.read([text], fields: try searcher.fields()))
    request.filter = filter
    #expect(try searcher.search(request).hits.map(\.chunkID).sorted().joined(separator: " ") == expected)
    if expected.isEmpty { #expect(try searcher.note(on: filter).contains("no chunk has \(filter)")) }
  }

  @Test func numbersThatFloatsCannotTellApartAreToldApart() throws {
    let path = scratch.path("n.sqlite")
    let writer = try IndexWriter(path: path, passport: nil)
    for (id, user) in [("a", 9_007_199_254_740_992), ("b", 9_007_199_254_740_993), ("c", 1_234_567_890_123_456_789)] {
      try writer.insert(
        IndexedChunk(
          id: id, digest: Digest(of: id), documentID: id, text: "words", metadata: ["user_id": JSONValue(user)]))
    }
    try writer.finish()
    let searcher = try Searcher(path: path)
    for (filter, expected) in [
      ("user_id=9007199254740992", ["a"]), ("user_id=9007199254740993", ["b"]), ("user_id=1234567890123456789", ["c"]),
      ("{\"user_id\": 9007199254740993}", ["b"]), ("user_id=\"9007199254740993\"", ["b"]),
      ("user_id=1234567890123456788", []),
    ] {
      var request = SearchRequest("words")
      request.filter = try FilterReader.read([filter], fields: ["user_id"])
      #expect(try searcher.search(request).hits.map(\.chunkID) == expected, "\(filter)")
    }
  }

  @Test func longValuesAreToldApart() throws {
    let searcher = try index()
    var request = SearchRequest("words")
    request.filter = .compare(field: "long", .equal, .text(String(repeating: "é", count: 300) + "2"))
    #expect(try searcher.search(request).hits.map(\.chunkID) == ["b#3"])
  }

  @Test func mandatoryFieldsAreMandatory() throws {
    let searcher = try index(require: ["user_id"])
    func code(_ text: String?) throws -> SluiceError.Code? {
      var request = SearchRequest("words")
      request.filter = try FilterReader.read(text.map { [$0] } ?? [], fields: try searcher.fields())
      do throws(SluiceError) {
        _ = try searcher.search(request)
        return nil
      } catch { return error.code }
    }
    for open in [nil, "lang=en", "user_id!=u1", "not user_id=u1", "user_id=u1 or lang=en", "user_id>a"] {
      #expect(try code(open) == .filterRequired)
    }
    for named in [
      "user_id=u1", "user_id in (u1, u2)", "lang=en and user_id=u1", "user_id=u1 or user_id=u2 and lang=en",
    ] {
      #expect(try code(named) == nil)
    }
  }

  @Test func anUpdateKeepsListsOfValues() throws {
    _ = try index()
    let path = scratch.path("u.sqlite")
    let writer = try IndexWriter(path: path, passport: nil, former: scratch.path("i.sqlite"))
    try writer.remove(id: "a#1")
    try writer.insert(
      IndexedChunk(id: "c#1", digest: Digest(of: "c"), documentID: "c", text: "words", metadata: ["lang": "en"]))
    try writer.finish()
    let searcher = try Searcher(path: path)
    #expect(try searcher.fields().contains("tags") == false)
    var request = SearchRequest("words")
    request.filter = .compare(field: "lang", .equal, .text("en"))
    #expect(try searcher.search(request).hits.map(\.chunkID).sorted() == ["b#1", "c#1"])
  }

  @Test func setsSurviveTheirBytes() {
    var generator = SeededGenerator(seed: 2)
    for density in [0.0, 0.001, 0.1, 0.5, 1] {
      let numbers = (1..<5000).filter { _ in Double.random(in: 0..<1, using: &generator) < density }
      let set = NumberSet(numbers)
      #expect(set.numbers == numbers && set.count == numbers.count)
      #expect(set.encoded.withUnsafeBytes { NumberSet(encoded: $0) }?.numbers == numbers)
    }
    for bytes in [[], [9], [1, 0x80], [2, 1, 2], [1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]] as [[UInt8]] {
      #expect(bytes.withUnsafeBytes { NumberSet(encoded: $0) } == nil)
    }
  }
}
