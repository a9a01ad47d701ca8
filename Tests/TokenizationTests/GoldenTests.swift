import Foundations
import TestSupport
import Testing

@testable import Tokenization

/// Against the PyPI package `tokenizers`; `scripts/tokenizer-golden` makes the fixture.
struct GoldenTests {
  @Test func givesTheNumbersOfTokenizers() throws {
    let tokenizer = try Tokenizers.load(directory: ProjectFiles.miniLM)
    let lines = ByteSearch.lines(
      try FileSystem.read(ProjectFiles.fixture("tokenization/golden.jsonl")))
    #expect(lines.count > 300)
    for line in lines {
      let record = try JSONValue(parsing: Array(line))
      let text = try #require(record["text"]?.string)
      let expected = try #require(record["ids"]?.array).compactMap(\.int)
      #expect(tokenizer.encode(text).map(Int.init) == expected, "\(text.debugDescription)")
      #expect(tokenizer.count(text) == expected.count)
    }
  }

  @Test func framesAndTruncates() throws {
    let tokenizer = try Tokenizers.load(directory: ProjectFiles.miniLM)
    #expect(tokenizer.frame == TokenFrame(prefix: [101], suffix: [102], padding: 0))
    let short = tokenizer.encodeForModel("hello world", maxLength: 256)
    #expect(short.ids == [101, 7592, 2088, 102])
    #expect(!short.isTruncated)
    let long = tokenizer.encodeForModel("hello world again", maxLength: 4)
    #expect(long.ids == [101, 7592, 2088, 102])
    #expect(long.dropped == 1)
  }

  @Test func digestNeedsNoLoading() throws {
    let tokenizer = try Tokenizers.load(directory: ProjectFiles.miniLM)
    #expect(try Tokenizers.digest(directory: ProjectFiles.miniLM) == tokenizer.digest)
  }
}
