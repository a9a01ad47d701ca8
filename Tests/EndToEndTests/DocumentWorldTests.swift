import Foundations
import Glibc
import TestSupport
import Testing

/// A small corpus through all stages with the real model.
@Suite struct DocumentWorldTests {
  /// Topics, and of each some sentences; a document has a section for each two sentences.
  private static let topics: [(name: String, sentences: [String])] = [
    (
      "canal",
      [
        "A lock lifts boats from the lower water of the canal to the upper one.",
        "The gate keeper must close both paddles before a gate is opened.",
        "Barges carry coal and grain along the canal to the sea.",
        "A leak in the lock gate is a problem that costs water every day.",
        "Boats wait below the lock until the water is level.", "The canal freezes in winter, and no barge can pass.",
      ]
    ),
    (
      "bread",
      [
        "A sourdough starter is fed with flour and water every morning.",
        "The dough must rest for an hour before it is kneaded again.",
        "Bread is baked in a hot oven until the crust is brown.",
        "Too little salt is a problem that makes the loaf taste of nothing.",
        "Rye flour gives a dense loaf with a dark crumb.",
        "The baker dusts the baskets with flour so that the dough does not stick.",
      ]
    ),
    (
      "stars",
      [
        "A telescope gathers the light of distant galaxies with its mirror.",
        "The astronomer must wait for a night without clouds and without the moon.",
        "Planets wander among the fixed stars along the ecliptic.",
        "Street lights are a problem that hides the faint stars from the city.",
        "A supernova outshines its whole galaxy for some weeks.", "Comets grow a tail when they come near the sun.",
      ]
    ),
  ]

  private static let pipeline = """
    pipeline: docs
    stages:
      sources:   {uses: import, with: {path: docs.csv}}
      fetch:     {uses: fetch, needs: sources}
      parse:     {uses: parse, needs: fetch}
      chunk:     {uses: chunk, needs: parse, with: {max_tokens: 80, overlap: 0, min_tokens: 0}}
      summarize: {uses: summarize, needs: chunk}
      embed:     {uses: embed, needs: summarize, with: {batch: 4}}
      index:     {uses: index, needs: embed}
      cluster:   {uses: cluster, needs: embed, with: {min_cluster_size: 3}}
      insights:  {uses: insights, needs: [cluster, index]}
    """

  /// Twelve documents, Markdown and HTML, one with a table; `common` stands in each section.
  private func world(_ files: [String: String] = ["pipelines/docs.yaml": pipeline], common: String = "") throws -> World
  {
    let world = try World(files)
    symlink("\(ProjectFiles.root)/models", world.path("models"))
    var names: [String] = []
    for topic in Self.topics {
      for number in 0..<4 {
        let name = "docs/\(topic.name)\(number).\(number == 3 ? "html" : "md")"
        names.append(name)
        try write(name, topic.name, number, topic.sentences.map { $0 + common }, in: world)
      }
    }
    try world.write(
      "docs/canal0.md",
      try world.read("docs/canal0.md") + "\n## Gates\n\n| Gate | Level |\n|-|-|\n| North | 1.2 |\n| South | 3.4 |\n")
    try list(names, in: world)
    return world
  }

  private func write(_ name: String, _ topic: String, _ number: Int, _ sentences: [String], in world: World) throws {
    let sections = (0..<2).map { section in
      (
        title: "Part \(section + 1) of \(topic) \(number)",
        text: (0..<2).map { sentences[(number + section * 2 + $0) % 6] }.joined(separator: " ")
      )
    }
    if name.hasSuffix(".md") {
      try world.write(name, "# On \(topic)\n\n" + sections.map { "## \($0.title)\n\n\($0.text)\n\n" }.joined())
    } else {
      try world.write(
        name,
        "<html><body><h1>On \(topic)</h1>" + sections.map { "<h2>\($0.title)</h2><p>\($0.text)</p>" }.joined()
          + "</body></html>")
    }
  }

  private func list(_ names: [String], in world: World) throws {
    try world.write("docs.csv", "path\n" + names.map { "\($0)\n" }.joined())
  }

  /// The published chunks by id.
  private func chunks(_ world: World, _ stage: String = "summarize") throws -> [String: JSONValue] {
    var chunks: [String: JSONValue] = [:]
    for line in ByteSearch.lines(try FileSystem.read(world.path("artifacts/published/docs/\(stage)/chunks.jsonl"))) {
      let chunk = try JSONValue(parsing: Array(line))
      chunks[chunk["id"]?.string ?? ""] = chunk
    }
    return chunks
  }

  private func search(_ world: World, _ question: String, _ mode: String) throws -> [JSONValue] {
    let found = try world.sluice("search", question, "--mode", mode, "--json")
    #expect(found.exitCode == 0, "\(found.errors)")
    return found.json?["hits"]?.array ?? []
  }

  /// What Python, without NumPy, reads of vectors.npy: rows, columns, and the length of each row's vector.
  private func vectors(_ world: World) throws -> JSONValue {
    let script = """
      import ast, json, math, struct
      data = open('artifacts/published/docs/embed/vectors.npy', 'rb').read()
      assert data[:8] == b'\\x93NUMPY\\x01\\x00'
      (length,) = struct.unpack('<H', data[8:10])
      assert (10 + length) % 64 == 0 and data[9 + length:10 + length] == b'\\n'
      header = ast.literal_eval(data[10:10 + length].decode())
      assert header['descr'] == '<f4' and header['fortran_order'] is False
      n, dim = header['shape']
      numbers = struct.unpack(f'<{n * dim}f', data[10 + length:])
      ids = json.load(open('artifacts/published/docs/embed/ids.json'))
      lengths = [math.hypot(*numbers[i * dim:(i + 1) * dim]) for i in range(n)]
      print(json.dumps({'n': n, 'dim': dim, 'ids': ids, 'unit': all(abs(x - 1) < 1e-5 for x in lengths)}))
      """
    let run = try ProgramRun.run(["python3", "-c", script], in: world.directory)
    return try #require(run.json, "\(run.errors)")
  }

  @Test func fromDocumentsToAnswersAndOnward() throws {
    let world = try world()
    let cold = try world.run()
    try #require(cold.exitCode == 0, "\(cold.result) \(cold.errors)")
    let chunks = try chunks(world)
    #expect(chunks.count == 25)
    #expect(chunks.values.allSatisfy { $0["token_count"]?.int ?? 99 <= 80 })
    let table = try #require(chunks.values.first { $0["element_type"] == "table" })
    #expect(table["has_summary"] == true)
    let vectors = try vectors(world)
    #expect(vectors["n"]?.int == 25 && vectors["dim"]?.int == 384 && vectors["unit"] == true)
    #expect((vectors["ids"]?.array ?? []).compactMap(\.string) == chunks.keys.sorted())
    #expect(try world.read("artifacts/published/docs/embed/space.json").contains("\"model\":\"all-MiniLM-L6-v2\""))
    try answers(world)
    try quotesStandWhereTheySay(world, chunks)
    #expect(try world.run().didNoWork)
    try sweepingTakesNothingThatIsNeeded(world)
    try oneParagraphChanges(world)
    try anotherSizeOfChunks(world)
    try aDocumentLeaves(world)
  }

  private func answers(_ world: World) throws {
    for mode in ["hybrid", "vector", "text"] {
      let lock = try search(world, "a lock that lifts boats", mode)
      #expect(lock.first?["text"]?.string?.contains("lifts boats") == true, "\(mode): \(lock)")
      let comet = try search(world, "when do comets grow a tail", mode)
      #expect(comet.first?["text"]?.string?.contains("Comets grow a tail") == true, "\(mode): \(comet)")
    }
    // By meaning, without a word in common.
    let meaning = try search(world, "pastry cook preparing wheat mixture", "vector")
    #expect(meaning.first?["document_id"]?.string?.contains("bread") == true)
  }

  private func quotesStandWhereTheySay(_ world: World, _ chunks: [String: JSONValue]) throws {
    let insights = try JSONValue(
      parsing: FileSystem.read(world.path("artifacts/published/docs/insights/insights.json")))
    var quotes = 0
    for insight in insights.array ?? [] {
      for field in ["core_need", "pain_points", "opportunities", "mvp_1week", "findings", "recommendations"] {
        let value = insight[field]
        for statement in value?.array ?? (value.map { [$0] } ?? []) {
          let own = statement["quotes"]?.array ?? []
          #expect(!own.isEmpty)
          for quote in own {
            quotes += 1
            let text = Array((chunks[quote["chunk_id"]?.string ?? ""]?["text"]?.string ?? "").utf8)
            let range = (quote["start"]?.int ?? 0)..<(quote["end"]?.int ?? 0)
            try #require(range.upperBound <= text.count)
            #expect(String(decoding: text[range], as: UTF8.self) == quote["text"]?.string)
          }
        }
      }
    }
    #expect(quotes > 3, "\(insights)")
    #expect(insights.array?.count ?? 0 >= 2)
  }

  private func sweepingTakesNothingThatIsNeeded(_ world: World) throws {
    #expect(try world.sluice("fsck").output.contains("all is well"))
    let before = try world.published("docs")
    #expect(try world.sluice("gc", "--keep-runs", "0").exitCode == 0)
    let check = try world.sluice("fsck")
    #expect(check.exitCode == 0, "\(check.output)")
    for stage in ["sources", "fetch", "parse", "chunk", "summarize", "embed", "cluster", "insights"] {
      for item in try world.sluice("show", stage, "--json").json?["items"]?.array ?? [] {
        let id = item["id"]?.string ?? ""
        #expect(try world.sluice("show", stage, id).exitCode == 0, "\(stage) \(id) was swept")
      }
    }
    #expect(try world.run().didNoWork)
    #expect(try world.run("--force", "parse").done("parse") == 12)
    #expect(try world.published("docs") == before)
  }

  private func oneParagraphChanges(_ world: World) throws {
    let before = try chunks(world)
    let old = "The canal freezes in winter, and no barge can pass."
    let text = try world.read("docs/canal2.md")
    try #require(text.contains(old))
    let new = "Dredgers remove the mud from the bottom of the waterway in spring."
    try world.write("docs/canal2.md", text.replacingFirst(old, new))
    let run = try world.run()
    #expect(run.exitCode == 0)
    #expect(run.done("fetch") == 1 && run.done("parse") == 1 && run.done("chunk") == 1)
    #expect(run.done("embed") == 1, "\(run.worked)")
    let after = try chunks(world)
    #expect(after.count { before[$0.key] != $0.value } == 1)
    #expect(try search(world, "mud removal", "vector").first?["text"]?.string?.contains("Dredgers") == true)
    #expect(try vectors(world)["n"]?.int == 25)
  }

  private func anotherSizeOfChunks(_ world: World) throws {
    let before = Set(try chunks(world).values.compactMap { $0["text"]?.string })
    let pipeline = try world.read("pipelines/docs.yaml")
    try world.write("pipelines/docs.yaml", pipeline.replacingFirst("max_tokens: 80", "max_tokens: 40"))
    let run = try world.run()
    #expect(run.exitCode == 0)
    #expect(run.done("parse") == 0 && run.done("chunk") == 12)
    let after = try chunks(world).values.compactMap { $0["text"]?.string }
    #expect(after.count > 25)
    #expect(run.done("embed") == Set(after).subtracting(before).count, "only texts that are new are embedded")
    #expect(try chunks(world).values.allSatisfy { $0["token_count"]?.int ?? 99 <= 40 })
    let why = try world.sluice("why", "chunk")
    #expect(
      why.output.contains("max_tokens") && why.output.contains("80") && why.output.contains("40"), "\(why.output)")
    // Back again: everything is remembered.
    try world.write("pipelines/docs.yaml", pipeline)
    let back = try world.run()
    #expect(back.exitCode == 0)
    #expect(back.done("chunk") == 0 && back.done("embed") == 0, "\(back.worked)")
  }

  private func aDocumentLeaves(_ world: World) throws {
    #expect(try search(world, "Dredgers", "text").count == 1)
    let names = try world.read("docs.csv").split(separator: "\n").dropFirst().map(String.init)
    try list(names.filter { $0 != "docs/canal2.md" }, in: world)
    let run = try world.run()
    #expect(run.exitCode == 0)
    #expect(run.done("embed") == 0 && run.stage("embed")["removed"]?.int == 2)
    #expect(try search(world, "Dredgers", "text").isEmpty)
    #expect(try search(world, "mud removal", "vector").allSatisfy { $0["document_id"] != "docs/canal2.md" })
    #expect(try vectors(world)["n"]?.int == 23)
    for (name, bytes) in try world.published("docs") where !name.hasSuffix(".npy") {
      #expect(ByteSearch.range(of: Array("Dredgers".utf8), in: bytes) == nil, "\(name)")
    }
  }

  @Test func killedWhileEmbeddingAndResumed() throws {
    let pipeline = Self.pipeline.replacingFirst("batch: 4", "batch: 1, threads: 1")
    let reference = try self.world(["pipelines/docs.yaml": pipeline])
    try #require(try reference.run().exitCode == 0)
    let world = try self.world(["pipelines/docs.yaml": pipeline])
    world.settle()
    let running = try world.start("run", "--quiet")
    // 12 documents have 3 entries each and 25 chunks one before they are embedded: six more are vectors.
    let watch = """
      import sqlite3, time
      for _ in range(3000):
          try:
              ledger = sqlite3.connect('file:artifacts/ledger.sqlite?mode=ro', uri=True)
              if ledger.execute('SELECT count(*) FROM memo').fetchone()[0] > 36 + 25 + 5: break
          except sqlite3.Error: pass
          time.sleep(0.002)
      """
    let watched = try ProgramRun.run(["python3", "-c", watch], in: world.directory)
    running.killGroup()
    let killed = try running.wait()
    #expect(watched.exitCode == 0, "\(watched.errors)")
    let resumed = try world.run()
    #expect(resumed.exitCode == 0)
    if killed.exitCode == nil { #expect(resumed.done("embed") < 25, "what was embedded is not embedded again") }
    let published = try world.published("docs")
    for (name, bytes) in try reference.published("docs") { #expect(published[name] == bytes, "\(name)") }
    #expect(try world.sluice("fsck").exitCode == 0)
  }

  private static let key = "open-sesame"

  /// Embedding, summaries and insights by a server that wants a key.
  @Test func byAServersModels() throws {
    let server = try ModelServer()
    let service = "provider: openai, model: secret, base_url: \"\(server.url)\", key_env: SLUICE_WORLD_KEY"
    let summary = #"{"summary": "Which gate has which level."}"#
    let insight =
      #"{"findings": [{"text": "Something is said.", "quotes": [{"evidence": "e1", "quote": "So it is said."}]}, {"text": "Made up.", "quotes": [{"evidence": "e1", "quote": "nobody ever wrote this"}]}]}"#
    let world = try self.world(
      [
        "pipelines/docs.yaml": Self.pipeline.replacingFirst("needs: chunk}", "needs: chunk, with: {\(service)}}")
          .replacingFirst("batch: 4", "batch: 4, \(service)").replacingFirst(
            "needs: [cluster, index]}", "needs: [cluster, index], with: {\(service)}}"),
        "stages/summarize.yaml": String(
          decoding: try FileSystem.read("\(ProjectFiles.root)/stages/summarize.yaml"), as: UTF8.self),
        "stages/insights.yaml": String(
          decoding: try FileSystem.read("\(ProjectFiles.root)/stages/insights.yaml"), as: UTF8.self),
        "stages/summarize.prompt.md": "ANSWER: \(summary)",
        "stages/insights.prompt.md": "ANSWER: \(insight)\n\(insight)",
      ], common: " So it is said.")
    let without = try world.sluice("run")
    #expect(without.exitCode == 1 && without.errors.contains("SLUICE_WORLD_KEY"), "\(without.errors) \(without.output)")
    let wrong = try world.run(environment: ["SLUICE_WORLD_KEY": "open-barley"])
    #expect(wrong.exitCode == 1)
    #expect("\(wrong.result)".contains("401"), "\(wrong.result)")
    let run = try world.run(environment: ["SLUICE_WORLD_KEY": Self.key])
    try #require(run.exitCode == 0, "\(run.result)")
    let table = try #require(try chunks(world).values.first { $0["element_type"] == "table" })
    #expect(table["summary"] == "Which gate has which level.")
    #expect(try vectors(world)["dim"]?.int == 8)
    let insights = try JSONValue(
      parsing: FileSystem.read(world.path("artifacts/published/docs/insights/insights.json")))
    #expect(insights.array?.isEmpty == false)
    for insight in insights.array ?? [] {
      #expect(insight["provenance"]?["model"] == "secret-2026")
      #expect(insight["findings"]?.array?.map { $0["text"] } == ["Something is said."])
    }
    let question = ["search", "lock", "--json"]
    let found = try ProgramRun.run(
      [BuiltProgram.path] + question, in: world.directory, environment: ["SLUICE_WORLD_KEY": Self.key])
    #expect(found.json?["hits"]?.array?.isEmpty == false, "\(found.errors)")
    #expect(try world.sluice("search", "lock").exitCode == 10)
    #expect(try search(world, "lock", "text").isEmpty == false)
    #expect(try world.run(environment: ["SLUICE_WORLD_KEY": Self.key]).didNoWork)
    // Neither key is in anything that is kept.
    let grep = try ProgramRun.run(["grep", "-rlaE", "\(Self.key)|open-barley", "artifacts"], in: world.directory)
    #expect(grep.output.isEmpty, "\(grep.output)")
    let all = [without, found].map { $0.output + $0.errors }.joined() + "\(wrong.result) \(wrong.log) \(run.log)"
    #expect(!all.contains(Self.key) && !all.contains("open-barley"))
  }
}

extension String {
  func replacingFirst(_ part: String, _ other: String) -> String {
    let bytes = Array(utf8)
    guard let range = ByteSearch.range(of: Array(part.utf8), in: bytes) else { return self }
    return String(decoding: bytes[..<range.lowerBound] + Array(other.utf8) + bytes[range.upperBound...], as: UTF8.self)
  }

  /// Files are looked at in every run: a plan looks, too, and can tell.
  @Test func aPlanLooksAtTheFilesThatFetchWouldLookAt() throws {
    let world = try World(
      stages: """
        s: {uses: import, with: {path: list.csv}}
        f: {uses: fetch, needs: s}
        d: {uses: parse, needs: f, publish: true}
        """, ["list.csv": "path\na.md\nb.md\n", "a.md": "# A\n\nWords.\n", "b.md": "# B\n\nWords.\n"])
    world.settle()
    #expect(try world.run().exitCode == 0)
    func plan() throws -> JSONValue { try world.sluice("plan", "--json").json ?? .null }
    #expect(try plan()["up_to_date"] == true)
    #expect(try world.run().didNoWork)
    try world.write("a.md", "# A\n\nOther words.\n")
    world.settle()
    let changed = try plan()
    #expect(changed["stages"]?[1]?["to_run"] == 1 && changed["stages"]?[2]?["up_to_date"] == false, "\(changed)")
    #expect(try world.run().done("d") == 1)
    try world.remove("b.md")
    #expect(try plan()["up_to_date"] == false)
  }
}
