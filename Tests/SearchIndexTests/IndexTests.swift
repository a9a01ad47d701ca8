import Foundations
import Glibc
import Models
import SQLite
import TestSupport
import Testing

@testable import SearchIndex

/// Vectors in three dimensions, by a rule that a reader can follow.
private struct TinyEmbedder: TextEmbedder {
  var passport = VectorPassport(["model": "tiny", "dim": 3])
  func embed(_ texts: [String], as role: TextRole) throws(SluiceError) -> [EmbeddingOutcome] {
    texts.map { text in
      if text.contains("down") { return .failed(ItemProblem("rejected", "no")) }
      return .vector(EmbeddedText(values: Self.vector(text)))
    }
  }
  static func vector(_ text: String) -> [Float] {
    let raw: [Float] = [
      text.contains("pet") || text.contains("cat") ? 1 : 0, text.contains("car") ? 1 : 0, 0.1,
    ]
    let length = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return raw.map { $0 / length }
  }
}

struct IndexTests {
  private let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func chunk(_ id: String, _ text: String, vector: Bool = true, page: Int? = nil)
    -> IndexedChunk
  {
    IndexedChunk(
      id: id, digest: Digest(of: text), documentID: String(id.prefix { $0 != "#" }),
      sectionPath: "1. A -> 1.1. B",
      page: page, sourceURL: "https://example.org/\(id)", title: "Title",
      text: "Section: 1. A -> 1.1. B\n" + text,
      metadata: ["k": "v"],
      vector: vector ? EmbeddedText(values: TinyEmbedder.vector(text)).bytes : nil)
  }

  private var animals: [IndexedChunk] {
    [
      chunk("a#1", "The cat sleeps on the mat.", page: 3), chunk("a#2", "Cars drive on roads."),
      chunk("b#1", "Crème brûlée is a dessert."), chunk("b#2", "A dog is a pet as well."),
      chunk("c#1", "Nothing to see."),
    ]
  }

  @discardableResult
  private func write(_ name: String, _ chunks: [IndexedChunk], vectors: Bool = true) throws
    -> String
  {
    let path = scratch.path(name)
    let writer = try IndexWriter(path: path, passport: vectors ? TinyEmbedder().passport : nil)
    for chunk in chunks { try writer.insert(chunk) }
    try writer.finish()
    return path
  }

  @Test func findsByWordsAndByMeaning() throws {
    let searcher = try Searcher(path: try write("i", animals))
    #expect(searcher.info.chunks == 5)
    #expect(searcher.info.documents == 3)
    #expect(searcher.info.vectors == 5)
    let words = try searcher.search("cat", mode: .text, limit: 3)
    #expect(words.map(\.chunkID) == ["a#1"])
    #expect(words[0].page == 3)
    #expect(words[0].snippet == "The cat sleeps on the mat.")
    #expect(words[0].metadata["k"] == "v")
    let meaning = try searcher.search("my pet", mode: .vector, limit: 2, embedder: TinyEmbedder())
    #expect(meaning.map(\.chunkID) == ["a#1", "b#2"])
    #expect(abs((meaning[0].scores.cosine ?? 0) - 1) < 1e-6)
    let both = try searcher.search("cat dog", limit: 5, embedder: TinyEmbedder())
    #expect(both.map(\.chunkID).prefix(2) == ["a#1", "b#2"])
    #expect(both[0].scores.textRank == 1 && both[0].scores.vectorRank == 1)
    #expect(abs(both[0].scores.total - 2 / 61.0) < 1e-12)
    #expect(both.count == 5)
  }

  @Test func diacriticsDoNotMatter() throws {
    let searcher = try Searcher(path: try write("i", animals))
    #expect(try searcher.search("CREME brulee", mode: .text).map(\.chunkID) == ["b#1"])
  }

  @Test(arguments: [
    "\"", "cat\" OR \"", "NEAR(cat", "text:cat", "cat*", "(", "-cat ^ +", "a\0b",
    "'; DROP TABLE chunks", "", "🐱",
  ])
  func noQuestionBreaksTheQuery(_ question: String) throws {
    let searcher = try Searcher(path: try write("i", animals))
    let hits = try searcher.search(question, mode: .text)
    #expect(
      hits.map(\.chunkID).contains("a#1") == (question.contains("cat") || question.contains("a\0b"))
    )
  }

  @Test func tiesAreBrokenByIDWhateverTheOrderOfInsertion() throws {
    let same = (0..<30).map { chunk("d#\($0)", "identical words here") }
    let forward = try Searcher(path: try write("f", same))
    let backward = try Searcher(path: try write("b", same.reversed()))
    for mode in SearchMode.allCases {
      let ids = try forward.search(
        "identical words", mode: mode, limit: 7, embedder: TinyEmbedder()
      ).map(\.chunkID)
      #expect(ids == Array(same.map(\.id).sorted().prefix(7)))
      #expect(
        try backward.search("identical words", mode: mode, limit: 7, embedder: TinyEmbedder()).map(
          \.chunkID) == ids)
    }
  }

  @Test func sameInputsSameBytes() throws {
    #expect(
      try FileSystem.read(try write("1", animals)) == (try FileSystem.read(try write("2", animals)))
    )
  }

  @Test func anUpdateDoesTheDifferenceAndDeletesForGood() throws {
    let secret = chunk("c#1", "The password is xyzzyplugh.")
    let former = try write("former", Array(animals.dropLast()) + [secret])
    #expect(IndexWriter.canContinue(former, passport: TinyEmbedder().passport))
    #expect(
      !IndexWriter.canContinue(former, passport: VectorPassport(["model": "other", "dim": 3])))
    #expect(!IndexWriter.canContinue(scratch.path("none"), passport: nil))
    let before = try FileSystem.read(former)
    func update(_ name: String) throws -> String {
      let path = scratch.path(name)
      let writer = try IndexWriter(path: path, passport: TinyEmbedder().passport, former: former)
      #expect(try writer.existing()["c#1"] == secret.digest)
      try writer.remove(id: "c#1")
      try writer.remove(id: "not there")
      try writer.remove(id: "a#1")
      try writer.insert(chunk("a#1", "The hamster sleeps."))
      try writer.insert(chunk("d#1", "A new cat."))
      let info = try writer.finish()
      #expect(info.chunks == 5 && info.documents == 3 && info.vectors == 5)
      return path
    }
    let updated = try update("u1")
    #expect(try FileSystem.read(former) == before)
    let bytes = try FileSystem.read(updated)
    #expect(bytes == (try FileSystem.read(try update("u2"))))
    for gone in ["xyzzyplugh", "password"] {
      #expect(ByteSearch.range(of: Array(gone.utf8), in: before) != nil)
      #expect(ByteSearch.range(of: Array(gone.utf8), in: bytes) == nil)
    }
    let searcher = try Searcher(path: updated)
    #expect(
      try searcher.search("password cat sleeps", mode: .text).map(\.chunkID) == ["a#1", "d#1"])
    #expect(try searcher.chunks(["d#1", "c#1", "a#2"]).map(\.id) == ["d#1", "a#2"])
  }

  @Test func withoutVectorsThereAreWords() throws {
    let searcher = try Searcher(
      path: try write("i", animals.map { chunk($0.id, $0.text, vector: false) }, vectors: false))
    #expect(try searcher.search("cat").map(\.chunkID) == ["a#1"])
    let error = #expect(throws: SluiceError.self) {
      try searcher.search("cat", mode: .vector, embedder: TinyEmbedder())
    }
    #expect(error?.code == .embeddingNotReady)
  }

  @Test func errorsAreNamedAsScriptsExpect() throws {
    #expect(throws: SluiceError.self) { try Searcher(path: scratch.path("none")) }
    let searcher = try Searcher(path: try write("i", animals))
    func code(_ embedder: (any TextEmbedder)?, _ question: String = "cat") -> SluiceError.Code? {
      do throws(SluiceError) {
        _ = try searcher.search(question, embedder: embedder)
        return nil
      } catch { return error.code }
    }
    #expect(code(nil) == .embeddingServiceUnavailable)
    #expect(code(TinyEmbedder(), "it is down") == .embeddingServiceUnavailable)
    #expect(
      code(TinyEmbedder(passport: VectorPassport(["model": "other", "dim": 3])))
        == .vectorStoreError)
    let garbage = scratch.path("garbage")
    try FileSystem.writeAtomically("this is not SQLite at all, not even nearly so", to: garbage)
    let error = #expect(throws: SluiceError.self) { try Searcher(path: garbage) }
    #expect(error?.code == .vectorStoreError)
    #expect(!IndexWriter.canContinue(garbage, passport: nil))
    let writer = try IndexWriter(path: scratch.path("w"), passport: VectorPassport(["dim": 4]))
    #expect(throws: SluiceError.self) { try writer.insert(animals[0]) }
  }

  @Test(arguments: [
    ("DELETE FROM meta WHERE key = 'chunks'", "'chunks'"),
    ("UPDATE meta SET value = '{' WHERE key = 'settings'", "'settings'"),
    ("UPDATE meta SET value = 'x' WHERE key = 'token'", "'token'"),
    ("UPDATE chunks SET metadata = 'x'", "the metadata of the chunk"),
  ])
  func aDamagedIndexSaysSo(_ damage: String, _ what: String) throws {
    let index = try write("damaged", [chunk("a#1", "cats sleep")])
    try SQLiteConnection(path: index, .alone, report: .index).execute(damage)
    #expect {
      _ = try Searcher(path: index).search("cats", mode: .text, limit: 1)
    } throws: {
      ($0 as? SluiceError)?.code == .vectorStoreError && "\(($0 as? SluiceError)?.message ?? "")".contains(what)
    }
  }

  @Test func snippetsShowTheWords() {
    let text =
      "Section: x\n" + (0..<100).map { $0 == 70 ? "needle" : "w\($0)" }.joined(separator: " ")
    let snippet = Snippet.make(text, words: ["needle"], width: 10)
    #expect(snippet == "… w61 w62 w63 w64 w65 w66 w67 w68 w69 needle …")
    #expect(Snippet.make("Section: x\nshort text", words: []) == "short text")
  }
}
