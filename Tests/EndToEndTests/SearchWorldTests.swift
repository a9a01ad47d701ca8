import Foundations
import Glibc
import TestSupport
import Testing

/// Searching from the command line, in a world of two courses.
@Suite struct SearchWorldTests {
  private static let pipeline = """
    pipeline: courses
    stages:
      sources: {uses: import, with: {path: lectures.csv}}
      fetch:   {uses: fetch, needs: sources}
      parse:   {uses: parse, needs: fetch, with: {metadata: [lecture_id, course_id, user_id, year]}}
      chunk:   {uses: chunk, needs: parse, with: {max_tokens: 80, overlap: 0, min_tokens: 0}}
      index:   {uses: index, needs: chunk, with: {filters: [lecture_id]}}
      tenants: {uses: index, needs: chunk, with: {require: [user_id], collection: "course_{course_id}"}}
    """

  private func world() throws -> World {
    let world = try World(["pipelines/courses.yaml": Self.pipeline])
    symlink("\(ProjectFiles.root)/models", world.path("models"))
    var rows = "path,lecture_id,course_id,user_id,year\n"
    for (number, text) in [
      "Locks lift boats on the canal.", "Boats wait below the lock.", "Bread needs flour.", "天気は晴れです。",
    ].enumerated() {
      try world.write(
        "docs/\(number).md",
        "# Lecture \(number)\n\n## Part\n\n\(text)\n\n| Level | Metres |\n|-|-|\n| Upper | \(number) |\n")
      rows += "docs/\(number).md,lec_0\(number),\(number / 2),u\(number % 2),\(2020 + number)\n"
    }
    try world.write("lectures.csv", rows)
    return world
  }

  private func ids(_ run: ProgramRun) -> [String] {
    run.json?["hits"]?.array?.compactMap { $0["chunk_id"]?.string } ?? []
  }

  @Test func filtersCollectionsAndErrors() throws {
    let world = try world()
    #expect(try world.run().exitCode == 0)
    #expect(ids(try world.sluice("search", "index", "boats", "--json")).count == 2)
    let one = try world.sluice("search", "index", "boats", "--filter", "lecture_id=lec_01", "--json", "--explain")
    #expect(ids(one).allSatisfy { $0.hasPrefix("docs/1.md") } && ids(one).count == 1)
    #expect(one.json?["trace"]?["passing"]?.int ?? 0 > 0)
    #expect(ids(try world.sluice("search", "index", "boats", "-f", #"{"year": {"<": 2021}}"#, "--json")).count == 1)
    #expect(ids(try world.sluice("search", "index", "晴れ", "--json")).first?.hasPrefix("docs/3.md") == true)

    let wrong = try world.sluice("search", "index", "boats", "--filter", "leture_id=lec_01")
    #expect(wrong.exitCode == 2)
    #expect(wrong.errors.contains("--filter:1:1: error: the index has no field 'leture_id'"))
    #expect(wrong.errors.contains("^") && wrong.errors.contains("Did you mean 'lecture_id'?"))

    let open = try world.sluice("search", "tenants/course_0", "boats", "--json")
    #expect(open.exitCode == 2 && open.json?["error"]?["code"] == "filter_required")
    let mine = try world.sluice("search", "tenants/course_0", "boats", "-f", "user_id=u1", "--json")
    #expect(mine.exitCode == 0 && ids(mine).count == 1 && ids(mine)[0].hasPrefix("docs/1.md"))
    #expect(
      ids(try world.sluice("search", "tenants", "bread", "--collection", "course_1", "-f", "user_id=u0", "--json"))
        .count == 1)
    let which = try world.sluice("search", "tenants", "boats")
    #expect(which.exitCode == 2 && which.errors.contains("has 2 collections: name one"))
    #expect(try world.sluice("search", "tenants/course_2", "boats").errors.contains("no collection 'course_2'"))
    #expect(try world.sluice("search", "boats").errors.contains("there are 2 indexes: name one"))

    let meaning = try world.sluice("search", "index", "boats", "--mode", "vector", "--json")
    #expect(meaning.exitCode == 8 && meaning.json?["error"]?["code"] == "embedding_not_ready")
    #expect(meaning.errors.contains("sluice: embedding_not_ready: "))
    let path = world.path("artifacts/published/courses/index/index.sqlite")
    try FileSystem.remove(path)
    try FileSystem.writeAtomically("no database", to: path)
    let damaged = try world.sluice("search", "index", "boats", "--json")
    #expect(damaged.exitCode == 9 && damaged.json?["error"]?["code"] == "vector_store_error")
  }

  @Test func sectionsContextsAndMeasures() throws {
    let world = try world()
    #expect(try world.run().exitCode == 0)
    let sections = try world.sluice("search", "index", "lock boats metres", "--sections", "--json")
    let first = sections.json?["sections"]?[0]
    #expect(first?["hits"]?.array?.count == 2)
    #expect(
      first?["hits"]?.array?.compactMap { $0["chunk_id"]?.string }
        == first?["hits"]?.array?.compactMap { $0["chunk_id"]?.string }.sorted())
    let context = try world.sluice("search", "index", "lock boats", "--context", "60", "--json")
    #expect((context.json?["context"]?["tokens"]?.int ?? 99) <= 60)
    #expect((context.json?["context"]?["sources"]?.array?.count ?? 0) > 0)
    #expect(try world.sluice("search", "index", "lock boats", "--context", "60").output.hasPrefix("[1] "))

    try world.write(
      "questions.jsonl",
      """
      {"id": "a", "query": "canal boats", "relevant_documents": ["docs/0.md"]}
      {"id": "b", "query": "bread", "relevant_documents": ["docs/2.md"], "filter": "year>2020"}
      {"id": "c", "query": "nothing at all", "relevant_documents": ["docs/3.md"]}
      """)
    let eval = try world.sluice("eval", "index", "questions.jsonl", "--json")
    #expect(eval.exitCode == 0)
    let text = eval.json?["modes"]?["text"]
    #expect(abs((text?["mrr"]?.double ?? 0) - 2.0 / 3) < 1e-9 && text?["by_question"]?["c"]?["recall@10"]?.double == 0)
    try world.write("before.json", eval.output)
    try world.write("questions.jsonl", #"{"id": "a", "query": "flour", "relevant_documents": ["docs/0.md"]}"#)
    let compared = try world.sluice(
      "eval", "index", "questions.jsonl", "--compare", "before.json", "--fail-below", "mrr=0.5")
    #expect(compared.exitCode == 1)
    #expect(compared.output.contains("(-0.667)") && compared.output.contains("1 question worse"))
    #expect(compared.errors.contains("mrr is 0.000, at least 0.500 was asked for"))
    #expect(
      try world.sluice("eval", "index", "questions.jsonl", "--fail-below", "mmr=1").errors.contains(
        "Did you mean 'mrr'?"))
  }

  @Test func aCrossEncoderOrdersTheBestAnew() throws {
    let world = try world()
    try FileSystem.remove(world.path("models"))
    try FileSystem.makeDirectory(world.path("models"))
    for name in ["runtime", "all-MiniLM-L6-v2"] {
      symlink("\(ProjectFiles.root)/models/\(name)", world.path("models/\(name)"))
    }
    #expect(try world.run().exitCode == 0)
    let question = ["search", "index", "lock boats wait bread", "--json", "--rerank", "-k", "3"]
    func ask(_ arguments: [String]) throws -> ProgramRun {
      try ProgramRun.run([BuiltProgram.path] + arguments, in: world.directory)
    }
    let missing = try ask(question)
    #expect(missing.exitCode == 1 && missing.errors.contains("there is no re-ranker in"))
    symlink("\(ProjectFiles.root)/Tests/Fixtures/rerank", world.path("models/tiny"))
    let answer = try ask(question)
    let scores = answer.json?["hits"]?.array?.compactMap { $0["scores"]?["rerank"]?.double } ?? []
    #expect(scores.count == 3 && scores == scores.sorted(by: >), "\(answer.output) \(answer.errors)")
    #expect(answer.json?["hits"]?[0]?["scores"]?["total"]?.double == scores.first)
    let named = try ask(question.filter { $0 != "--rerank" } + ["--rerank-model", "tiny"])
    #expect(ids(named) == ids(answer))
  }

  /// Every question gets an answer out of one index, whatever is published meanwhile.
  @Test func searchesWhileRunsPublish() throws {
    let world = try world()
    try world.write(
      "pipelines/courses.yaml",
      Self.pipeline.replacing(
        "index:   {uses: index, needs: chunk",
        with: "embed: {uses: embed, needs: chunk}\n  index:   {uses: index, needs: embed"))
    #expect(try world.run().exitCode == 0)
    let answers = Monitor<[ProgramRun]>([])
    let isOver = Monitor(false)
    let asker = BlockingThread("asker") {
      while !isOver.read({ $0 }) {
        for mode in ["vector", "text"] {
          let answer = try? world.sluice("search", "index", "lock boats", "--mode", mode, "--json")
          answers.update { $0.append(answer!) }
        }
      }
    }
    for number in 0..<8 {
      try world.write("docs/9.md", "# Lecture 9\n\nBoats wait \(number) hours for the lock.\n")
      try world.write(
        "lectures.csv",
        try world.read("lectures.csv").split(separator: "\n").prefix(5).joined(separator: "\n")
          + "\ndocs/9.md,lec_09,1,u1,2029\n")
      let run = try world.run()
      #expect(run.exitCode == 0, "\(run.errors)")
    }
    isOver.update { $0 = true }
    asker.join()
    let all = answers.read { $0 }
    #expect(all.count >= 8)
    for answer in all where answer.exitCode != 0 || answer.json?["hits"]?.array?.isEmpty != false {
      Issue.record("\(answer.output) \(answer.errors)")
    }
  }

  /// One row without a field must not cost all others their index.
  @Test func aChunkThatBelongsToNoCollectionIsQuarantined() throws {
    let rows = (0..<10).map {
      "{\"id\":\"r\($0)\",\"text\":\"words \($0)\",\"metadata\":{\"course_id\":\"\($0 == 3 ? "" : "c\($0 % 2)")\"}}\n"
    }
    let world = try World([
      "rows.jsonl": rows.joined(),
      "pipelines/p.yaml": """
      pipeline: p
      stages:
        rows:  {run: "cat rows.jsonl", with: {output: jsonl, output_type: chunk, inputs: [rows.jsonl]}}
        index: {uses: index, needs: rows, with: {collection: "course_{course_id}"}}
      """,
    ])
    for _ in 0..<2 {
      let run = try world.run()
      #expect(run.exitCode == 3, "\(run.errors) \(run.result)")
      #expect(run.stage("index")["failed"]?.int == 1)
    }
    let entries = try world.sluice("status", "--json").json?["quarantine"]?.array ?? []
    #expect(entries.map { $0["item"]?.string } == ["r3"] && entries[0]["kind"] == "no_collection", "\(entries)")
    #expect(try world.published("p")["index/course_c0.sqlite"] != nil)
    try world.write("rows.jsonl", rows.enumerated().filter { $0.offset != 3 }.map(\.element).joined())
    #expect(try world.run().exitCode == 0)
    #expect(try world.sluice("status", "--json").json?["quarantine"]?.array?.isEmpty == true)
  }
}
