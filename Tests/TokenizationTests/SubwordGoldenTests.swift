import Foundations
import Glibc
import TestSupport
import Testing

@testable import Tokenization

/// Against the PyPI packages tokenizers and tiktoken; `scripts/subword-golden` makes the fixtures.
struct SubwordGoldenTests {
  private func golden(_ name: String) throws -> [(text: String, ids: [Int])] {
    try ByteSearch.lines(FileSystem.read(ProjectFiles.fixture("tokenization/subword-golden.jsonl"))).compactMap {
      line in
      let record = try JSONValue(parsing: Array(line))
      guard record["tokenizer"]?.string == name else { return nil }
      return (try #require(record["text"]?.string), try #require(record["ids"]?.array).compactMap(\.int))
    }
  }

  private func load(_ name: String) throws -> any Tokenizer {
    let path = ProjectFiles.fixture("tokenization/\(name).json")
    return try Tokenizers.load(bytes: FileSystem.read(path), path: path)
  }

  @Test(arguments: ["byte-pairs", "roberta", "unigram"])
  func givesTheNumbersOfTokenizers(_ name: String) throws {
    let tokenizer = try load(name)
    let cases = try golden(name)
    #expect(cases.count > 300)
    for (text, ids) in cases {
      #expect(tokenizer.encode(text).map(Int.init) == ids, "\(text.debugDescription)")
      // From the cache, too.
      #expect(tokenizer.count(text) == ids.count)
    }
  }

  @Test func givesTheNumbersOfTiktoken() throws {
    let path = ProjectFiles.fixture("tokenization/byte-pairs.json")
    let vocabulary = try #require(try JSONValue(parsing: FileSystem.read(path))["model"]?["vocab"]?.object)
    let tokens = vocabulary.members.compactMap { member -> (bytes: [UInt8], id: Int)? in
      guard let bytes = ByteAlphabet.bytes(of: member.key), let id = member.value.int else { return nil }
      return (bytes, id)
    }.sorted { $0.id < $1.id }.enumerated().map { (bytes: $0.element.bytes, value: Int32($0.offset)) }
    let tokenizer = SubwordTokenizer(
      normalizers: [], preTokenizers: [.isolate(try Regex(RanksFile.encodings[0].pattern))],
      model: try BytePairs(tokens: tokens, merges: nil, keepsWhole: true), added: [],
      frame: TokenFrame(prefix: [], suffix: [], padding: 0), digest: Digest(of: []))
    let cases = try golden("ranks")
    #expect(cases.count > 300)
    for (text, ids) in cases { #expect(tokenizer.encode(text).map(Int.init) == ids, "\(text.debugDescription)") }
  }

  @Test func framesAsItsMakersDo() throws {
    #expect(try load("roberta").frame == TokenFrame(prefix: [0], suffix: [2], padding: 1))
  }

  @Test func longPiecesTakeNoQuadraticTime() throws {
    let tokenizer = try load("byte-pairs")
    func seconds(_ count: Int) -> Double {
      // Of this thread alone: the machine may have much to do besides.
      var before = timespec()
      var after = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before)
      #expect(tokenizer.count(String(repeating: "-", count: count)) > 100)
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after)
      return Double(after.tv_sec - before.tv_sec) + Double(after.tv_nsec - before.tv_nsec) / 1e9
    }
    let (short, long) = (seconds(40_000), seconds(320_000))
    #expect(long < 24 * short, "eight times the text took \(long / short) times as long; quadratic is 64")
  }

  @Test func ranksFilesMustBeWhatTheirNameSays() throws {
    let wrong = #expect(throws: SluiceError.self) {
      try RanksFile.tokenizer(Array("IQ== 0\n".utf8), path: "models/cl100k_base.tiktoken")
    }
    #expect(wrong?.message.contains("SHA-256") == true)
    #expect(wrong?.advice.contains("sluice models pull cl100k_base") == true)
    let unknown = #expect(throws: SluiceError.self) { try RanksFile.tokenizer([], path: "cl10k_base.tiktoken") }
    #expect(unknown?.advice.contains("cl100k_base") == true)
  }

  @Test func base64BothWithAndWithoutPadding() {
    #expect(Base64.decode("aGVsbG8=") == Array("hello".utf8))
    #expect(Base64.decode("aGVsbG8") == Array("hello".utf8))
    #expect(Base64.decode("") == [])
    #expect(Base64.decode("a") == nil)
    #expect(Base64.decode("a*b=") == nil)
  }

  @Test func patternsThatCannotBeReadAreRefused() {
    let error = #expect(throws: SluiceError.self) { try Regex("(a") }
    #expect(error?.message.contains("(a") == true)
  }
}
