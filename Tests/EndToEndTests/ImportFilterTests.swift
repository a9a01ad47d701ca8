import Foundations
import Glibc
import TestSupport
import Testing

/// Import and filter: right, or refused with a place; never silently empty, cut or lost.
@Suite struct ImportFilterTests {
  private func world(_ stages: String, _ files: [String: String] = [:], rest: String = "") throws -> World {
    let lines =
      "pipeline: w\ntolerate: 100%\n\(rest)stages:\n" + stages.split(separator: "\n").map { "  \($0)\n" }.joined()
    return try World(files.merging(["pipelines/w.yaml": lines]) { first, _ in first })
  }

  private func rows(_ world: World, _ stage: String) throws -> [JSONValue] {
    try ByteSearch.lines(FileSystem.read(world.path("artifacts/published/w/\(stage)/items.jsonl"))).map {
      try JSONValue(parsing: Array($0))
    }
  }

  private func quarantine(_ world: World) throws -> String {
    "\(try world.sluice("status", "--json").json?["quarantine"] ?? .null)"
  }

  @Test func aRowWithTooManyFieldsIsRefused() throws {
    let world = try world(
      "s: {uses: import, with: {path: t.csv}, publish: true}",
      ["t.csv": "id,text\nx,Hello, world\n\"y\",\"two\nlines\"\nz,a,b,c\nok,fine,,\n"])
    let run = try world.run()
    #expect(run.exitCode == 3)
    #expect(try rows(world, "s").compactMap { $0["id"]?.string } == ["ok", "y"])
    let reasons = try quarantine(world)
    #expect(reasons.contains("t.csv:2:") && reasons.contains("t.csv:5:"), "\(reasons)")
  }

  @Test func textsInOtherEncodings() throws {
    let world = try world("s: {uses: import, with: {path: t.csv}, publish: true}")
    try world.write("t.csv", Array("id,text\na,caf".utf8) + [0xE9] + Array("\n".utf8))
    let refused = try world.run()
    #expect(refused.exitCode == 1)
    #expect(refused.stage("s")["message"]?.string?.contains("t.csv:2: the file is not UTF-8 text (byte 0xE9)") == true)
    #expect(try world.run("--set", "s.encoding=windows-1252").exitCode == 0, "a variant can be tried at once")
    try world.rewrite("path: t.csv", "path: t.csv, encoding: windows-1252")
    #expect(try world.run().exitCode == 0)
    #expect(try rows(world, "s") == [["id": "a", "text": "café"]])
    try world.rewrite("path: t.csv, encoding: windows-1252", "path: t.csv")
    try world.write("t.csv", [0xFF, 0xFE] + "id,text\na,é\n".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
    #expect(try world.run().exitCode == 0)
    #expect(try rows(world, "s") == [["id": "a", "text": "é"]])
  }

  @Test func aColumnIDBesideTheOneThatNames() throws {
    let world = try world(
      "s: {uses: import, with: {path: t.csv, id: sku}, publish: true}", ["t.csv": "sku,id\nS1,77\n"])
    #expect(try world.run().exitCode == 0)
    #expect(try rows(world, "s") == [["id": "S1", "sku": "S1", "source_id": "77"]])
    let others = try self.world(
      "s: {uses: import, with: {path: t.json}, publish: true}",
      ["t.json": "[{\"id\":true,\"url\":\"u\"},{\"id\":null,\"path\":\"p\"}]"])
    #expect(try others.run().exitCode == 0)
    #expect(try rows(others, "s") == [["id": "p", "path": "p"], ["id": "u", "url": "u", "source_id": true]])
    try world.write("t.csv", "sku,id,source_id\nS1,77,x\n")
    #expect(try world.run("--allow-vanish").exitCode == 3)
  }

  @Test func blanksAtTheEndsOfALine() throws {
    let world = try world(
      "s: {uses: import, with: {path: t.txt}, publish: true}",
      ["t.txt": "\u{FEFF}http://a/ \r\n  http://b/\t\n   \n# no\n"])
    #expect(try world.run().exitCode == 0)
    #expect(try rows(world, "s").compactMap { $0["url"]?.string } == ["http://a/", "http://b/"])
  }

  @Test func linksAndNames() throws {
    let world = try world("s: {uses: import, with: {path: docs}}", ["docs/ok.txt": "ok", "other/o.txt": "o"])
    func seen() throws -> [Int?] {
      let run = try world.run("--allow-vanish")
      return [run.stage("s")["outputs"]?.int, run.stage("s")["failed"]?.int]
    }
    func link(_ target: String, _ name: String) { symlink(target, world.path("docs/\(name)")) }
    link("/nonexistent", "dangling.txt")
    #expect(try seen() == [1, 1])
    #expect(try quarantine(world).contains("a link to /nonexistent"))
    try world.remove("docs/dangling.txt")
    link("loop", "loop")
    #expect(try seen() == [1, 1])
    try world.remove("docs/loop")
    link("../other", "link")
    #expect(try seen() == [2, 0], "a linked folder is read")
    link("../docs", "circle")
    #expect(try seen() == [2, 1], "and followed only once")
    try world.remove("docs/circle")
    let path = Array("\(world.directory)/docs/bad".utf8CString.dropLast()) + [CChar(bitPattern: 0xFF), 0]
    close(open(path, O_CREAT | O_WRONLY, 0o644))
    #expect(try seen() == [2, 1])
    #expect(try quarantine(world).contains("is not UTF-8"))
    unlink(path)
    try world.write("docs/~$report.docx", "lock")
    #expect(try seen() == [2, 0])
    #expect(
      try world.sluice("log").output.contains("passed over") || world.run("--force", "s").errors.contains("passed over")
    )
  }

  @Test func valuesThatAreTheSame() throws {
    let stages = [
      "{year: 2024}", "{year: \"2024\"}", "{year: [1, 2024]}", "{n: 5}", "{n: 5.0}", "{on: true}", "{none: null}",
      "{\"a.b\": x}", "{tags: two}", "{list.n: 2}",
    ]
    .enumerated().map { "f\($0.offset): {uses: filter, needs: s, with: {where: \($0.element)}, publish: true}\n" }
    .joined()
    let world = try world(
      "s: {uses: import, with: {path: t.jsonl}}\n" + stages,
      [
        "t.jsonl":
          "{\"id\":\"a\",\"year\":\"2024\",\"n\":5.0,\"on\":\"true\",\"a.b\":\"x\",\"tags\":[\"one\",\"two\"],\"list\":[{\"n\":1},{\"n\":2}]}\n{\"id\":\"b\",\"year\":\"02024\",\"n\":\"05\",\"none\":1}\n"
      ])
    #expect(try world.run("--allow-vanish").exitCode == 0)
    for index in 0..<10 { #expect(try rows(world, "f\(index)").compactMap { $0["id"]?.string } == ["a"], "f\(index)") }
  }

  @Test func aTextStaysATextOnTheCommandLine() throws {
    let world = try world(
      "s: {uses: import, with: {path: t.jsonl}}\nf: {uses: filter, needs: s, with: {where: {year: \"${params.year}\"}}, publish: true}\n"
        + "g: {run: \"echo ${item} > {output}\", foreach: \"${params.list}\"}\n",
      ["t.jsonl": "{\"id\":\"a\",\"year\":\"010\"}\n{\"id\":\"b\",\"year\":10}\n"],
      rest: "params: {year: \"010\", list: [\"010\", \"1e3\"]}\n")
    #expect(try world.run().exitCode == 0)
    #expect(try rows(world, "f").compactMap { $0["id"]?.string } == ["a"])
    #expect(
      try world.run("--set", "params.year=010", "--set", "params.list=[010, 1e3]").didNoWork,
      "the very values of the file")
  }

  @Test func fieldsInsideOthers() throws {
    let world = try world(
      "s: {uses: import, with: {path: t.jsonl}}\nd: {uses: filter, needs: s, with: {drop: [author.email, people.email, x.y]}, publish: true}\n"
        + "k: {uses: filter, needs: s, with: {keep: [author.name, people.name, people.age, x.y]}, publish: true}\n",
      [
        "t.jsonl":
          "{\"id\":\"a\",\"author\":{\"name\":\"N\",\"email\":\"secret\"},\"people\":[{\"name\":\"P\",\"age\":3,\"email\":\"secret\"}],\"x.y\":1}\n"
      ])
    #expect(try world.run().exitCode == 0)
    #expect(try rows(world, "d") == [["id": "a", "author": ["name": "N"], "people": [["name": "P", "age": 3]]]])
    #expect(
      try rows(world, "k") == [["id": "a", "author": ["name": "N"], "people": [["name": "P", "age": 3]], "x.y": 1]])
  }

  @Test func valuesThatLookAlike() throws {
    func stage(_ values: String) -> String {
      "c: {run: \"echo ${item} > {output}\", foreach: [\(values)], publish: true}\n"
    }
    let composed = "\"caf\u{E9}\""
    let taken = "\"cafe\u{301}\""
    let world = try world(stage(composed))
    #expect(try world.run().exitCode == 0)
    let other = try self.world(stage(taken))
    try world.write("pipelines/w.yaml", other.read("pipelines/w.yaml"))
    #expect(try world.run().exitCode == 0)
    #expect(try world.sluice("plan", "--json").json?["up_to_date"] == true)
    try world.write(
      "pipelines/w.yaml",
      self.world(
        stage("\(taken), \(composed)")
          + "d: {run: \"cat {input} > {output}\", foreach: [\(taken)], needs: \"c@${item}\"}\n"
      ).read("pipelines/w.yaml"))
    #expect(try world.run().exitCode == 0)
    #expect(try world.published("w").count == 3)
    #expect(try world.run().didNoWork)
  }

  @Test(arguments: [
    "pipeline: 'x'", "\"pipeline\":   x   # the same", "{pipeline: \"x\", stages: {s: {run: \"true > {output}\"}}}",
  ])
  func oneNameForTwoFiles(line: String) throws {
    let stages = line.hasPrefix("{") ? "" : "\nstages:\n  s: {run: \"true > {output}\"}\n"
    let world = try World([
      "pipelines/p.yaml": "pipeline: \"x\"\nstages:\n  s: {run: \"true > {output}\"}\n",
      "pipelines/q.yaml": line + stages,
    ])
    let run = try world.sluice("run", "-p", "p")
    #expect(run.exitCode == 2 && run.errors.contains("both say"), "\(run.errors)")
  }

  @Test func keysThatStandTwice() throws {
    let world = try world(
      "s: {uses: import, with: {path: t.jsonl}}\nf: {uses: filter, needs: s, with: {where: {lang: en, lang: de}}}\n",
      ["t.jsonl": "{\"id\":\"a\"}\n"])
    let run = try world.sluice("run")
    #expect(run.exitCode == 2)
    #expect(run.errors.contains("pipelines/w.yaml:5:") && run.errors.contains("'lang' stands twice"), "\(run.errors)")
  }
}
