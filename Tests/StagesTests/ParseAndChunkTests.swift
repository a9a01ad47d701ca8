import Documents
import Foundations
import StageKit
import TestSupport
import Testing

@testable import Stages

@Suite struct ParseAndChunkTests {
  private func parse(_ record: JSONObject, harness: StageHarness) throws -> ItemOutcome {
    let pool = ParserPool(command: [BuiltProgram.path, "worker", "read"])
    let worker = ParseWorker(pool, language: nil, harness.context())
    let item = WorkItem(token: 0, item: Item(id: "doc", record: Record(record)), attempt: 1)
    return try #require(try harness.run(worker, [item])["doc"])
  }

  @Test func parsesObjects() throws {
    let harness = StageHarness()
    let body = harness.objects.put(
      Array("<!doctype html><html lang=en><title>T</title><h1>H</h1><p>Text".utf8))
    let record: JSONObject = [
      "body": .string(body.description), "content_type": "text/html",
      "final_url": "https://example.org/x",
    ]
    let members = try #require(try parse(record, harness: harness).members)
    #expect(members["document_id"]?.string == "doc")
    #expect(members["title"]?.string == "T")
    #expect(members["language"]?.string == "en")
    #expect(members["source_url"]?.string == "https://example.org/x")
    #expect(members["elements"]?[1]?["section_path"]?[0]?.string == "H")
  }

  /// nginx says Latin-1 of a page in UTF-8, and nothing of one in windows-1252.
  @Test func wrongCharsets() throws {
    let server = try NginxServer(
      files: [
        "utf8.html": Array("<!doctype html><p>caf\u{E9}".utf8),
        "old.html": Array("<p>caf".utf8) + [0xE9],
      ], locations: "location /utf8.html { charset iso-8859-1; }")
    let harness = StageHarness()
    let parameters: JSONObject = [
      "backoff": 0.05, "connect_timeout": 5.0, "max_attempts": 3, "max_backoff": 2.0,
      "max_bytes": 1_000_000,
      "allow_private": true, "max_redirects": 5, "robots": false, "per_host": 4, "refresh": 60.0, "stall_timeout": 1.0,
      "timeout": 10.0,
    ]
    let stage = try FetchStage(StageHarness.configuration("fetch", parameters))
    for name in ["utf8.html", "old.html"] {
      let url = "\(server.url)/\(name)"
      let item = WorkItem(
        token: 0, item: Item(id: url, record: Record(["url": .string(url)])), attempt: 1)
      let fetched = try harness.run(try stage.makeWorker(harness.context()), [item])[url]?.members
      let parsed = try parse(try #require(fetched), harness: harness).members
      #expect(parsed?["elements"]?[0]?["text"]?.string == "caf\u{E9}")
    }
  }

  @Test func parsesTextInTheRecord() throws {
    let members = try #require(
      try parse(["text": "# A\n\nb", "path": "x.md"], harness: StageHarness()).members)
    #expect(members["elements"]?[0]?["type"]?.string == "title")
  }

  @Test func saysWhatIsWrong() throws {
    let harness = StageHarness()
    #expect(try parse(["x": 1], harness: harness).failure?.kind == "no_body")
    let empty = harness.objects.put([])
    #expect(
      try parse(["body": .string(empty.description)], harness: harness).failure?.kind == "empty")
    let zip = harness.objects.put(Array("PK\u{3}\u{4}xxxx".utf8))
    let failure = try parse(
      ["body": .string(zip.description), "content_type": "application/zip"], harness: harness
    ).failure
    #expect(failure?.kind == "unsupported_type")
    #expect(failure?.message.contains("ZIP archive") == true)
  }

  @Test func chunksWithTheModelsTokenizer() throws {
    let harness = StageHarness(directory: ProjectFiles.root)
    let stage = try ChunkStage(
      StageHarness.configuration(
        "chunk",
        ["max_tokens": 200, "min_tokens": 20, "overlap": 30, "tokenizer": "all-MiniLM-L6-v2"],
        directory: ProjectFiles.root))
    let bytes = try FileSystem.read(ProjectFiles.fixture("documents/handbook.html"))
    var members = try DocumentReader.read(bytes, DocumentSource()).json
    members["document_id"] = "doc"
    let item = WorkItem(token: 0, item: Item(id: "doc", record: Record(members)), attempt: 1)
    let outcome = try #require(
      try harness.run(try stage.makeWorker(harness.context()), [item])["doc"])
    guard case .done(let outputs, _) = outcome else {
      throw SluiceError(.system, "no chunks: \(outcome)")
    }
    #expect(outputs.count >= 4)
    // Ids come of the texts alone.
    #expect(Set(outputs.map { "\($0.id)" }).count == outputs.count)
    #expect(outputs.map { $0.members["chunk_index"]?.int } == outputs.indices.map { $0 })
    for output in outputs {
      #expect((output.members["token_count"]?.int ?? .max) <= 200)
      #expect(output.members["text"]?.string?.hasPrefix("Section: ") == true)
    }
    #expect(
      outputs.contains {
        $0.members["element_type"]?.string == "table" && $0.members["table"] != nil
      })
  }

  @Test func missingTokenizer() {
    #expect {
      try ChunkStage(
        StageHarness.configuration(
          "chunk",
          ["max_tokens": 200, "min_tokens": 20, "overlap": 30, "tokenizer": "no-such-model"]))
    } throws: {
      ($0 as? SluiceError)?.code == .missing
        && ($0 as? SluiceError)?.advice.contains("scripts/setup") == true
    }
  }
}
