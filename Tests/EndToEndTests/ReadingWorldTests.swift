import Foundations
import Glibc
import TestSupport
import Testing

/// Pages and office documents through parse and chunk, and the commands that show what they become.
@Suite struct ReadingWorldTests {
  private func world(_ files: [String: String] = [:]) throws -> World {
    let world = try World(
      stages: """
        files: {uses: import, with: {path: "in/*"}}
        parse: {uses: parse, needs: files}
        chunk: {uses: chunk, needs: parse, with: {max_tokens: 60, overlap: 0, min_tokens: 0}}
        """, of: "r", files)
    symlink("\(ProjectFiles.root)/models", world.path("models"))
    return world
  }

  private func chunks(_ world: World, _ variant: String? = nil) throws -> [JSONValue] {
    let line = variant.map { "r@\($0)" } ?? "r"
    return try ByteSearch.lines(FileSystem.read(world.path("artifacts/published/\(line)/chunk/chunks.jsonl"))).map {
      try JSONValue(parsing: Array($0))
    }
  }

  private static func book(_ sections: [(String, String)]) -> String {
    sections.map { "# \($0.0)\n\n\($0.1)\n\n" }.joined()
  }

  @Test func chunksOfOtherSectionsKeepIdAndText() throws {
    let text = "The lock stood open in the morning, and the water ran down to the mill."
    let world = try world()
    try world.write("in/book.md", Self.book([("One", text), ("Two", text), ("Three", text)]))
    #expect(try world.run().exitCode == 0)
    let before = try chunks(world)
    #expect(before.compactMap { $0["section_path"]?.string } == ["One", "Two", "Three"])
    // A section comes in front, and one in the middle changes.
    try world.write(
      "in/book.md", Self.book([("Zero", text), ("One", text), ("Two", text + " Then it froze."), ("Three", text)]))
    #expect(try world.run().exitCode == 0)
    let after = try chunks(world)
    // In the order of reading, whatever the ids.
    #expect(after.compactMap { $0["section_path"]?.string } == ["Zero", "One", "Two", "Three"])
    #expect(after[1]["id"] == before[0]["id"] && after[1]["text"] == before[0]["text"])
    #expect(after[3]["id"] == before[2]["id"])
    #expect(after[2]["id"] != before[1]["id"])
  }

  @Test func officeDocumentsBesidePages() throws {
    let world = try world()
    for name in ["gates.docx", "levels.xlsx", "book.epub", "handbook.html"] {
      try world.write("in/\(name)", FileSystem.read(ProjectFiles.fixture("documents/\(name)")))
    }
    try world.write("in/rows.csv", "gate,level\nnorth,3\n")
    try world.write("in/archive.zip", Array("PK\u{3}\u{4}nothing that can be read".utf8))
    let run = try world.run()
    #expect(run.stage("parse")["failed"]?.int == 1)
    let documents = Set(try chunks(world).compactMap { $0["document_id"]?.string })
    #expect(documents == ["in/gates.docx", "in/levels.xlsx", "in/book.epub", "in/handbook.html", "in/rows.csv"])
    let status = try world.sluice("status")
    #expect(status.output.contains("unsupported_type") || status.output.contains("a ZIP archive"), "\(status.output)")
  }

  @Test func selectAndDropAreInTheKey() throws {
    let page = "<nav><a href=/>Home</a></nav><main><h1>T</h1><p class=a>First words.<p class=b>Second words.</main>"
    let world = try world(["in/page.html": page])
    #expect(try world.run().done("parse") == 1)
    #expect(try world.run("--set", "parse.select=.a").done("parse") == 1)
    #expect(try chunks(world, "try").map { $0["text"]?.string?.contains("Second") } == [false])
    #expect(try world.run("--set", "parse.drop=.a").done("parse") == 1)
    #expect(try chunks(world, "try").allSatisfy { $0["text"]?.string?.contains("First") == false })
    #expect(try chunks(world).contains { $0["text"]?.string?.contains("First") == true }, "production is as it was")
    let refused = try world.sluice("run", "--set", "parse.select=p[[")
    #expect(refused.exitCode != 0 && refused.errors.contains("p[["), "\(refused.errors)")
  }

  @Test func commandsShowWhatAFileBecomes() throws {
    let world = try world(["notes.md": "# Gates\n\nThey open upwards.\n\n```\nopen(gate)\n```\n"])
    let chunk = try world.sluice("chunk", "notes.md", "--max-tokens", "40", "--json")
    #expect(chunk.exitCode == 0, "\(chunk.errors)")
    let record = try JSONValue(parsing: Array(chunk.output.utf8.split(separator: UInt8(ascii: "\n"))[0]))
    #expect(record["text"]?.string == "Section: Gates\n\nThey open upwards.\n\nopen(gate)")
    let tokens = try world.sluice("tokens", "notes.md", "--json")
    #expect(try JSONValue(parsing: Array(tokens.output.utf8))["tokens"]?.int ?? 0 > 8)
    let html = try world.sluice("parse", "notes.md", "--format", "html")
    #expect(html.output.contains("<h1>Gates</h1>") && html.output.contains("<pre><code>open(gate)</code></pre>"))
    let wrong = try world.sluice("parse", "notes.md", "--format", "markdwon")
    #expect(wrong.exitCode == 2 && wrong.errors.contains("markdown"))
    let few = try world.sluice("chunk", "notes.md", "--max-tokens", "5")
    #expect(few.exitCode == 2 && few.errors.contains("32"))
  }

  @Test func tokenizersAreCheckedBeforeTheyAreInstalled() throws {
    let world = try World(["wrong.tiktoken": "IQ== 0\n"])
    let models = ["SLUICE_MODELS": world.path("own-models")]
    let wrong = try world.sluice("models", "pull", "cl100k_base", "--from", "wrong.tiktoken", environment: models)
    #expect(wrong.exitCode != 0 && wrong.errors.contains("SHA-256"), "\(wrong.errors)")
    #expect(!FileSystem.exists(world.path("own-models/cl100k_base/cl100k_base.tiktoken")))
    let unknown = try world.sluice("models", "pull", "cl100k_bass", environment: models)
    #expect(unknown.exitCode == 2 && unknown.errors.contains("Did you mean cl100k_base?"))
    let list = try world.sluice("models", environment: models)
    #expect(list.output.contains("sluice models pull o200k_base"))
    let missing = try world.sluice("tokens", "wrong.tiktoken", "-t", "cl100k_base", environment: models)
    #expect(missing.exitCode != 0 && missing.errors.contains("sluice models pull cl100k_base"), "\(missing.errors)")
  }
}
