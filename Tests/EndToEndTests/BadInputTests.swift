import Foundations
import Glibc
import TestSupport
import Testing

/// What people find in folders: broken, hostile and foreign files among good ones.
@Suite struct BadInputTests {
  /// Files that must end in quarantine, with the kind of their reason; those that must go through.
  private static let bad = [
    "corrupt.pdf": "corrupt_pdf", "truncated.pdf": "corrupt_pdf", "tree-loop.pdf": "corrupt_pdf",
    "encrypted.pdf": "encrypted_pdf", "scanned.pdf": "no_text", "page.pdf": "unsupported_type",
    "huge.html": "too_large", "deep.html": "too_deep", "bomb.zip": "unsupported_type", "bytes.txt": "unsupported_type",
    "empty.html": "empty", "blank.md": "empty", "folder.html": "not_a_file", "none.html": "no_such_file",
  ]
  private static let good = ["loop.pdf", "report.pdf", "invalid.md", "latin.txt", "good.md"]

  private func world() throws -> World {
    let world = try World(
      stages: """
        list:  {uses: import, with: {path: list.csv}}
        fetch: {uses: fetch, needs: list}
        parse: {uses: parse, needs: fetch, with: {timeout: 3s, memory: 1GB, max_bytes: 40MB}}
        chunk: {uses: chunk, needs: parse, with: {tokenizer: "\(ProjectFiles.miniLM)"}}
        words: {run: "wc -w < {input}", needs: chunk}
        """, rest: "tolerate: 90%")
    for name in ["encrypted", "tree-loop", "scanned", "loop", "report"] {
      try world.write("in/\(name).pdf", try FileSystem.read(ProjectFiles.fixture("documents/\(name).pdf")))
    }
    try world.write(
      "in/truncated.pdf", Array(try FileSystem.read(ProjectFiles.fixture("documents/report.pdf")).prefix(1500)))
    try world.write(
      "in/corrupt.pdf", Array("%PDF-1.4\n".utf8) + (0..<20_000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) })
    try world.write("in/page.pdf", "A text that calls itself a PDF.\n")
    let line = Array("<p>Some <b>words</b> of a page that has no end.</p>\n".utf8)
    var huge: [UInt8] = []
    huge.reserveCapacity(line.count * 1_000_000)
    for _ in 0..<1_000_000 { huge.append(contentsOf: line) }
    try world.write("in/huge.html", huge)
    try world.write("in/deep.html", "<html><body>" + String(repeating: "<div>", count: 400_000) + "deep")
    try world.write("zeros", [UInt8](repeating: 0, count: 30_000_000))
    let zip = try ProgramRun.run(
      ["python3", "-c", "import zipfile; zipfile.ZipFile('in/bomb.zip', 'w', zipfile.ZIP_DEFLATED).write('zeros')"],
      in: world.directory)
    try #require(zip.exitCode == 0, "\(zip.errors)")
    try world.write("in/bytes.txt", (0..<10_000).map { UInt8(truncatingIfNeeded: $0) })
    try world.write(
      "in/invalid.md", Array("# Broken\n\n".utf8) + [0xFF, 0xFE, 0x80] + Array(" text that goes on\n".utf8))
    try world.write("in/latin.txt", Array("caf".utf8) + [0xE9] + Array(" au lait is what the French drink.\n".utf8))
    try world.write("in/good.md", "# Good\n\nThis one is as it should be.\n")
    try world.write("in/empty.html", "")
    try world.write("in/blank.md", " \n\t\n")
    try FileSystem.makeDirectory(world.path("in/folder.html"))
    let names = Self.bad.keys.sorted() + Self.good
    try world.write("list.csv", "path\n" + names.map { "in/\($0)\n" }.joined())
    return world
  }

  @Test func eachIsQuarantinedWithAReasonAndTheOthersGoThrough() throws {
    let world = try world()
    world.settle()
    // The most memory of any process of the run, in KB, is what the last line says.
    let measure = """
      import resource, subprocess, sys
      code = subprocess.call(sys.argv[1:])
      print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
      sys.exit(code)
      """
    let start = MonotonicClock.now
    let run = try ProgramRun.run(["python3", "-c", measure, BuiltProgram.path, "run", "--quiet"], in: world.directory)
    #expect(run.exitCode == 3, "\(run.output) \(run.errors)")
    #expect(MonotonicClock.seconds(since: start) < 60)
    let memory = try #require(Int(run.output.filter(\.isNumber)))
    #expect(memory < 1_100_000, "\(memory) KB")
    let entries = try world.sluice("status", "--json").json?["quarantine"]?.array ?? []
    let kinds = entries.map { ($0["item"]?.string ?? "", $0["kind"]?.string ?? "") }
    #expect(
      Dictionary(uniqueKeysWithValues: kinds) == Dictionary(uniqueKeysWithValues: Self.bad.map { ("in/\($0)", $1) }))
    for entry in entries {
      let message = entry["message"]?.string ?? ""
      #expect(message.contains(" ") && message.count > 20 && !message.contains("Error("), "\(entry)")
    }
    let chunks = try world.read("artifacts/published/w/chunk/chunks.jsonl")
    for name in Self.good { #expect(chunks.contains("\"in/\(name)#"), "\(name)") }
    #expect(chunks.contains("café au lait"))
    #expect(world.exists("artifacts/published/w/words/output"))
    // They are tried again in each run, and only they; a mended one leaves the quarantine.
    try world.write("in/empty.html", "<html><body><p>There is something now.</p></body></html>")
    try world.write(
      "list.csv", "path\n" + (["empty.html", "blank.md", "encrypted.pdf"] + Self.good).map { "in/\($0)\n" }.joined())
    let again = try world.run("--allow-vanish")
    #expect(again.exitCode == 3)
    #expect(again.worked["parse"] == ["in/empty.html: retry"], "\(again.worked)")
    #expect(again.stage("parse")["failed"]?.int == 2)
    #expect(try world.read("artifacts/published/w/chunk/chunks.jsonl").contains("There is something now."))
  }

  /// A plan finds the mistakes that a run would find.
  @Test(arguments: [
    ("  i: {uses: insights, needs: c}\n", "needs a stage that makes index"),
    ("  k: {uses: chunk, needs: p, with: {overlap: 9999}}\n", "more than half of max_tokens"),
  ])
  func aPlanFindsWhatARunFinds(_ stage: String, _ message: String) throws {
    let world = try World([
      "in/a.txt": "words\n",
      "pipelines/p.yaml": """
      pipeline: p
      stages:
        s: {uses: import, with: {path: in}}
        p: {uses: parse, needs: s}
        e: {uses: chunk, needs: p}
        v: {uses: embed, needs: e}
        c: {uses: cluster, needs: v}
      \(stage)
      """,
    ])
    symlink("\(ProjectFiles.root)/models", world.path("models"))
    for command in ["plan", "run"] {
      let run = try world.sluice(command)
      #expect(run.exitCode == 2 && run.errors.contains(message), "\(command): \(run.errors)")
    }
  }

  @Test func aFieldThatNoChunkHasIsNoEngagement() throws {
    let world = try World([
      "rows.jsonl": (0..<8).map { "{\"id\":\"r\($0)\",\"text\":\"words of row \($0)\",\"votes\":\($0)}\n" }.joined(),
      "pipelines/p.yaml": """
      pipeline: p
      stages:
        rows:  {run: "cat rows.jsonl", with: {output: jsonl, output_type: chunk, inputs: [rows.jsonl]}}
        embed: {uses: embed, needs: rows}
        cluster: {uses: cluster, needs: embed, with: {min_cluster_size: 2, engagement: [vote]}}
      """,
    ])
    symlink("\(ProjectFiles.root)/models", world.path("models"))
    #expect(try world.run("+embed").exitCode == 0)
    let plan = try world.sluice("plan", "--json").json?["stages"]?[2]?["problem"]?.string
    #expect(plan?.contains("names 'vote', a field that no chunk has") == true, "\(plan ?? "nothing")")
    let run = try world.run()
    #expect(
      run.exitCode == 1 && run.stage("cluster")["message"]?.string?.contains("Did you mean 'votes'?") == true,
      "\(run.result)")
    #expect(try world.run("--set", "cluster.engagement=[votes]").exitCode == 0)
  }
}
