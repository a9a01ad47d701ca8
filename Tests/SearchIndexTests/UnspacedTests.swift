import Foundations
import TestSupport
import Testing

@testable import SearchIndex

struct UnspacedTests {
  private let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private static let texts: [(id: String, text: String)] = [
    ("ja", "東京都の天気は晴れです。ラーメンを食べた。"), ("ko", "서울특별시의 날씨는 맑습니다"), ("th", "ประเทศไทยมีอากาศร้อนที่สุด"),
    ("zh", "我们用Swift语言写程序，机器学习很有意思。"), ("hi", "हिन्दी में लिखा हुआ पाठ"),
    ("en", "The weather in Tokyo is fine. re\u{301}sume\u{301}"),
  ]

  private func search(_ question: String) throws -> [String] {
    let path = scratch.path("i.sqlite")
    if !FileSystem.exists(path) {
      let writer = try IndexWriter(path: path, passport: nil)
      for (id, text) in Self.texts {
        try writer.insert(IndexedChunk(id: id, digest: Digest(of: id), documentID: id, text: text))
      }
      try writer.finish()
    }
    return try Searcher(path: path).search(question, mode: .text).map(\.chunkID)
  }

  @Test(arguments: [
    ("東京", "ja"), ("京都", "ja"), ("天気", "ja"), ("都", "ja"), ("晴", "ja"), ("ラーメン", "ja"), ("食べた", "ja"), ("です", "ja"),
    ("机器学习", "zh"), ("习", "zh"), ("语言", "zh"), ("swift", "zh"), ("用Swift写", "zh"), ("학교", ""), ("서울", "ko"),
    ("시", "ko"),
    ("ไทย", "th"), ("ร้อน", "th"), ("ที่สุด", "th"), ("हिन्दी", "hi"), ("resume", "en"), ("résumé", "en"), ("weather", "en"),
    ("鬼", ""), ("天気 weather", "ja en"),
  ])
  func isFound(_ question: String, _ expected: String) throws {
    #expect(try search(question).sorted() == expected.split(separator: " ").map(String.init).sorted())
  }

  @Test func runsBecomePairs() {
    #expect(UnspacedScripts.spaced("a東京都b") == "a 東京 京都 都 b")
    #expect(UnspacedScripts.spaced("naïve “text”") == "naïve “text”")
    #expect(QueryWords("用Swift写").words == ["用", "swift", "写"])
    #expect(QueryWords("東京都").match == "\"東京 京都\" OR \"東京\" OR \"京都\"")
    #expect(QueryWords("都").match == "\"都\"*")
  }

  @Test func aWholeRunStandsBeforeItsParts() throws {
    let path = scratch.path("o.sqlite")
    let writer = try IndexWriter(path: path, passport: nil)
    for (id, text) in [("1", "京都と東京の間"), ("2", "東京都に住む"), ("3", "大阪")] {
      try writer.insert(IndexedChunk(id: id, digest: Digest(of: id), documentID: id, text: text))
    }
    try writer.finish()
    #expect(try Searcher(path: path).search("東京都", mode: .text).map(\.chunkID) == ["2", "1"])
  }

  @Test func deletedWordsAreGone() throws {
    let path = scratch.path("d.sqlite")
    let writer = try IndexWriter(path: path, passport: nil)
    try writer.insert(IndexedChunk(id: "1", digest: Digest(of: "1"), documentID: "1", text: "秘密の言葉"))
    try writer.insert(IndexedChunk(id: "2", digest: Digest(of: "2"), documentID: "2", text: "公開"))
    try writer.finish()
    let next = scratch.path("n.sqlite")
    let update = try IndexWriter(path: next, passport: nil, former: path)
    try update.remove(id: "1")
    try update.finish()
    #expect(ByteSearch.range(of: Array("秘密".utf8), in: try FileSystem.read(path)) != nil)
    #expect(ByteSearch.range(of: Array("秘密".utf8), in: try FileSystem.read(next)) == nil)
  }

  @Test func snippetsOfLongRunsAreCut() {
    let text = String(repeating: "あ", count: 900) + "東京" + String(repeating: "い", count: 900)
    let snippet = Snippet.make(text, words: ["東京"])
    #expect(snippet.contains("東京") && snippet.count < 220 && snippet.hasPrefix("… ") && snippet.hasSuffix(" …"))
  }
}
