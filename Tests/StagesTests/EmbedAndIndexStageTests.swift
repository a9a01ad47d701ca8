import Foundations
import Models
import SearchIndex
import StageKit
import TestSupport
import Testing

@testable import Stages

/// With the real local model.
struct EmbedAndIndexStageTests {
  private let harness: MeaningHarness
  init() throws { harness = try MeaningHarness() }

  private func embed(_ parameters: JSONObject = [:]) throws -> EmbedStage {
    let defaults: JSONObject = ["provider": "local", "model": "all-MiniLM-L6-v2", "batch": 64]
    return try EmbedStage(harness.configuration("embed", defaults.merging(parameters)))
  }

  private var chunks: [Item] {
    [
      chunkItem("a#1", "Packages are installed with apt-get.", page: 2),
      chunkItem("a#2", "The kernel schedules processes."),
      chunkItem("b#1", "A cake needs flour, eggs and sugar."),
      chunkItem("b#2", "The recipe says to bake for an hour."),
    ]
  }

  private func index(_ items: [Item], _ previous: MemoryDataset? = nil, _ parameters: JSONObject = [:]) throws -> (
    path: String, summary: String, files: [String: String], failures: [String: ItemFailure]
  ) {
    let inputs = CollectionInputs(
      datasets: [MemoryDataset(type: "vector", items: items)],
      previous: previous.map { CollectionInputs.Previous(inputs: [], output: $0) })
    let output = try IndexStage(harness.configuration("index", parameters)).run(
      inputs, try harness.context())
    return (output.files["index.sqlite"] ?? "", output.summary, output.files, output.failures)
  }

  @Test func givesVectorsOfTheTextAlone() throws {
    let results = try harness.run(
      try embed(), chunks + [chunkItem("z#9", "Packages are installed with apt-get.")])
    let first = try results[0].get()
    #expect(first["dim"] == 384)
    #expect(first["model"] == "all-MiniLM-L6-v2")
    let digest = try #require(first["vector"]?.string.flatMap { Digest(reference: $0) })
    #expect(try harness.store.get(digest).count == 1536)
    #expect(try results[4].get()["vector"] == first["vector"])
    // Other batches, other neighbours, another number of threads: the same vectors.
    let again = try harness.run(try embed(["batch": 1, "threads": 1]), chunks.reversed())
    #expect(
      try again.reversed().map { try $0.get()["vector"] }
        == (try results.prefix(4).map { try $0.get()["vector"] }))
  }

  @Test func emptyTextFailsAlone() throws {
    let empty = Item(id: "e", record: Record(["text": " \n\t "]))
    let results = try harness.run(try embed(), [empty, chunks[0]])
    guard case .failure(let failure) = results[0] else { return #expect(Bool(false)) }
    #expect(failure.kind == "empty_text")
    #expect(try results[1].get()["dim"] == 384)
  }

  @Test func truncationIsCounted() throws {
    let long = chunkItem("l#1", String(repeating: "many words in a row ", count: 200))
    #expect((try harness.run(try embed(), [long])[0].get()["dropped_tokens"]?.int ?? 0) > 500)
    #expect(harness.lines.contains { $0.contains("1 of 1 texts") })
  }

  @Test func keyHoldsTheSpaceAndMakingTheStageIsQuick() throws {
    let start = MonotonicClock.now
    let stage = try embed()
    #expect(MonotonicClock.seconds(since: start) < 0.1)
    #expect(stage.keyComponents["space"]?["weights"]?.string?.hasPrefix("sha256:") == true)
    #expect(stage.projection.names == ["text"])
    #expect(throws: SluiceError.self) { try embed(["model": "no-such-model"]) }
  }

  @Test func indexIsSearchedWithTheModelItWasMadeWith() throws {
    let made = try index(try harness.items(try embed(), chunks))
    #expect(made.summary == "4 chunks of 2 documents, 384 dimensions by all-MiniLM-L6-v2")
    let searcher = try Searcher(path: made.path)
    let embedder = try QueryEmbedder.make(
      for: try #require(searcher.info.passport), project: ProjectFiles.root)
    let hits = try searcher.search(
      "How do I add software?", mode: .vector, limit: 2, embedder: embedder)
    #expect(hits.first?.chunkID == "a#1")
    #expect(
      hits.first?.page == 2 && hits.first?.title == "a"
        && hits.first?.url == "https://example.org/a")
    #expect(try searcher.search("baking", limit: 4, embedder: embedder).first?.documentID == "b")
  }

  @Test func anUpdateDoesTheDifference() throws {
    let vectors = try harness.items(try embed(), chunks)
    let first = try index(vectors)
    let previous = MemoryDataset(type: "index", items: [], files: first.files)
    let changed = try harness.items(
      try embed(),
      [
        chunks[0], chunkItem("a#2", "The scheduler was rewritten."), chunks[3],
        chunkItem("c#1", "New."),
      ])
    let second = try index(changed, previous)
    #expect(second.summary.hasSuffix("; 3 added, changed or removed"))
    let searcher = try Searcher(path: second.path)
    #expect(searcher.info.chunks == 4)
    #expect(
      try searcher.search("kernel flour rewritten new", mode: .text).map(\.chunkID) == [
        "c#1", "a#2",
      ])
    #expect(try searcher.chunks(["b#1"]).isEmpty)
    #expect(
      try FileSystem.read(second.path)
        == (try FileSystem.read(try index(changed, previous).path)))
  }

  @Test func aServersSpaceIsSearchedThroughTheServer() throws {
    let server = try ModelServer()
    let remote = try embed(["provider": "openai", "model": "m", "base_url": .string(server.url)])
    let made = try index(try harness.items(remote, chunks))
    let searcher = try Searcher(path: made.path)
    let embedder = try QueryEmbedder.make(for: try #require(searcher.info.passport), project: ProjectFiles.root)
    let text = "Section: 1. Intro\nA cake needs flour, eggs and sugar."
    let hits = try searcher.search(text, mode: .vector, limit: 1, embedder: embedder)
    #expect(hits.map(\.chunkID) == ["b#1"])
    #expect(abs((hits.first?.scores.cosine ?? 0) - 1) < 1e-5)
  }

  @Test func spacesAreNotMixed() throws {
    let server = try ModelServer()
    let remote = try embed(["provider": "openai", "model": "m", "base_url": .string(server.url)])
    let others = try harness.items(remote, [chunkItem("x#1", "Other space.")])
    #expect(try others[0].record.object()["dim"] == 8)
    let both = try harness.items(try embed(), chunks) + others
    let error = #expect(throws: SluiceError.self) { try index(both) }
    #expect(error?.code == .vectorStoreError)
    #expect(error?.message.contains("model: m here") == true)
  }

  @Test func chunksWithAndWithoutVectorsStandSideBySide() throws {
    let vectors = try harness.items(try embed(), [chunks[2], chunks[3]])
    let inputs = CollectionInputs(datasets: [
      MemoryDataset(type: "chunk", items: Array(chunks.prefix(2))), MemoryDataset(type: "vector", items: vectors),
    ])
    let output = try IndexStage(harness.configuration("index", [:])).run(inputs, try harness.context())
    let searcher = try Searcher(path: try #require(output.files["index.sqlite"]))
    #expect(searcher.info.chunks == 4 && searcher.info.vectors == 2)
    let twice = CollectionInputs(datasets: [
      MemoryDataset(stage: "a", type: "chunk", items: chunks),
      MemoryDataset(stage: "b", type: "vector", items: vectors),
    ])
    let error = #expect(throws: SluiceError.self) {
      try IndexStage(harness.configuration("index", [:])).run(twice, try harness.context())
    }
    #expect(error?.message == "the chunk b#1 comes from both a and b")
  }

  @Test func chunksWithoutVectorsAreIndexedByWords() throws {
    let made = try index(chunks)
    #expect(made.summary.hasSuffix("words only"))
    #expect(try Searcher(path: made.path).search("flour").map(\.chunkID) == ["b#1"])
    #expect(try Searcher(path: try index([]).path).search("flour").isEmpty)
  }

  @Test func oneStageMakesSeveralCollections() throws {
    func item(_ id: String, _ course: String, _ text: String) throws -> Item {
      let chunk = chunkItem(id, text)
      var record = try chunk.record.object()
      record["metadata"] = ["course_id": .string(course), "title": "a"]
      return Item(id: id, record: Record(record))
    }
    let items = [
      try item("a#1", "7", "apples"), try item("a#2", "8", "pears"), try item("b#1", "7", "plums"),
    ]
    let parameters: JSONObject = ["collection": "course_{course_id}", "require": ["course_id"]]
    let made = try index(items, nil, parameters)
    #expect(made.files.keys.sorted() == ["collections.json", "course_7.sqlite", "course_8.sqlite"])
    #expect(made.summary == "3 chunks in 2 collections, words only")
    let seven = try Searcher(path: try #require(made.files["course_7.sqlite"]))
    var request = SearchRequest("apples pears plums")
    request.filter = try FilterReader.read(["course_id=7"], fields: try seven.fields())
    #expect(try seven.search(request).hits.map(\.chunkID) == ["a#1", "b#1"])
    // A chunk that goes over to another collection leaves the first one; a collection without chunks is gone.
    let previous = MemoryDataset(type: "index", items: [], files: made.files)
    let moved = try index(
      [items[0], try item("a#2", "9", "pears"), try item("b#1", "7", "plums")], previous, parameters)
    #expect(moved.files.keys.sorted() == ["collections.json", "course_7.sqlite", "course_9.sqlite"])
    // What belongs to no collection is left out and said; the others have their index.
    let bad = try index([items[0], chunkItem("x#1", "no course"), try item("y#1", "../x", "t")], nil, parameters)
    #expect(bad.failures.keys.sorted() == ["x#1", "y#1"])
    #expect(bad.failures["x#1"]?.message.contains("no field 'course_id'") == true)
    #expect(bad.failures["y#1"]?.message.contains("cannot name a file") == true)
    #expect(bad.files.keys.sorted() == ["collections.json", "course_7.sqlite"])
    #expect(throws: SluiceError.self) { try index(items, nil, ["collection": "course"]) }
  }
}
