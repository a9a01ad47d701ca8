import Foundations
import Glibc
import TestSupport
import Testing

/// What strangers' servers, files and names try, through the built program.
@Suite struct AttackTests {
  private static let access = "allow_private: true, backoff: 20ms, max_attempts: 2"

  private func fixture(_ name: String) -> String { ProjectFiles.fixture("attacks/\(name)") }

  private func fetching(_ list: String, _ more: String = "") throws -> World {
    try World([
      "pipelines/w.yaml": """
      pipeline: w
      stages:
        list:  {uses: import, with: {path: list.txt}}
        fetch: {uses: fetch, needs: list, with: {\(Self.access)\(more)}}
      tolerate: 100%
      """, "list.txt": list,
    ])
  }

  /// All bytes that are kept or were shown.
  private func everything(_ world: World, _ run: WorldRun) throws -> String {
    let all = try ProgramRun.run(
      [
        "sh", "-c",
        "cat $(find artifacts cassettes -type f 2>/dev/null); for p in $(find artifacts -name '*.pack'); do zstd -dc \"$p\" 2>/dev/null; done; true",
      ], in: world.directory)
    return all.output + run.errors + run.result.prettyText + run.log.prettyText
  }

  // MARK: Numbers

  @Test func aServerThatAsksForTenBillionYears() throws {
    let server = try BrokenServer { $0.answer("503 Service Unavailable", ["Retry-After: 99999999999999999999"]) }
    let run = try fetching("\(server.url)/a\n", ", robots: false").run()
    #expect(run.exitCode == 3 || run.exitCode == 1, "\(run.errors)")
    #expect(server.requested.contains("/a"), "\(server.requested)")
  }

  @Test(arguments: [
    ["search", "x", "-k", "9223372036854775807"], ["search", "x", "-k", "99999999999999999999"],
    ["topics", "x", "-k", "9223372036854775807"], ["runs", "--limit", "9223372036854775808"],
  ])
  func countsBeyondAllBounds(_ arguments: [String]) throws {
    let world = try World(["pipelines/w.yaml": "pipeline: w\nstages: {a: {run: ls}}\n"])
    let run = try ProgramRun.run([BuiltProgram.path] + arguments, in: world.directory)
    // What there is to search is asked for first by some commands; none ends by a trap.
    #expect(run.exitCode == 1 || run.exitCode == 2, "\(run.ending.description) \(run.errors)")
    if arguments[0] == "search" { #expect(run.errors.contains("at most"), "\(run.errors)") }
  }

  @Test(arguments: [
    "refresh: 99999999999999999d", "max_attempts: 9223372036854775807", "max_bytes: 9223372036854775807",
  ])
  func parametersBeyondAllBounds(_ parameter: String) throws {
    let world = try World([
      "list.txt": "http://127.0.0.1:1/\n",
      "pipelines/w.yaml":
        "pipeline: w\nstages:\n  a: {uses: import, with: {path: list.txt}}\n  b: {uses: fetch, needs: a, with: {\(parameter)}}\n",
    ])
    let run = try world.sluice("run")
    #expect(run.exitCode == 2, "\(run.ending.description) \(run.errors)")
    #expect(run.errors.contains("w.yaml:4"), "\(run.errors)")
  }

  @Test func matricesThatAreNone() throws {
    let world = try World()
    let nan = try world.sluice("cluster", fixture("onenan.npy"))
    #expect(nan.exitCode == 1 && nan.errors.contains("no number"), "\(nan.ending.description) \(nan.errors)")
    func header(_ shape: String) -> [UInt8] {
      let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(shape)), }\n"
      return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8)
    }
    for shape in [
      "9223372036854775807, 9223372036854775807", "4611686018427387904, 4", "-1, -4", "1, 0", "0, 200000", "2, 3",
    ] {
      try world.write("m.npy", header(shape))
      let run = try world.sluice("cluster", "m.npy")
      #expect(
        run.exitCode == 1 || run.exitCode == 0 && shape.hasPrefix("0"),
        "\(shape): \(run.ending.description) \(run.errors)")
    }
  }

  // MARK: What grows

  @Test func aSitemapWithManyAttributes() throws {
    let attributes = (0..<100_000).map { "a\($0)=\"1\"" }.joined(separator: " ")
    let map = "<urlset \(attributes)><url><loc>http://127.0.0.1:1/a</loc></url></urlset>"
    let server = try BrokenServer {
      $0.answer("200 OK", ["Content-Type: application/xml"], $0.path == "/s.xml" ? map : "")
    }
    let world = try World([
      "pipelines/w.yaml":
        "pipeline: w\nstages:\n  list: {uses: sitemap, with: {url: \"\(server.url)/s.xml\", \(Self.access)}}\n"
    ])
    let start = MonotonicClock.now
    let run = try world.sluice("run")
    #expect(run.exitCode == 1 && run.errors.contains("attributes"), "\(run.errors)")
    #expect(MonotonicClock.seconds(since: start) < 10)
  }

  /// Documents of a few hundred kilobytes that want to be gigabytes: each ends soon, with a reason, in little memory.
  @Test(arguments: ["paragraphs.docx", "strings.xlsx", "table.md", "spine.epub", "rotated.pdf"])
  func smallDocumentsStaySmall(_ name: String) throws {
    let world = try World()
    let make = """
      import zipfile
      def pack(name, files):
          with zipfile.ZipFile(name, 'w', zipfile.ZIP_DEFLATED) as z:
              for member, text in files.items(): z.writestr(member, text)
      rels = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>'
      office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
      w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
      pack('paragraphs.docx', {'[Content_Types].xml': '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        '_rels/.rels': rels % ('<Relationship Id="a" Type="%sofficeDocument" Target="word/document.xml"/>' % office),
        'word/document.xml': '<w:document %s><w:body>%s</w:body></w:document>' % (w, '<w:p><w:r><w:t>a</w:t></w:r></w:p>' * 300000)})
      s = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
      pack('strings.xlsx', {'[Content_Types].xml': '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        '_rels/.rels': rels % ('<Relationship Id="a" Type="%sofficeDocument" Target="xl/workbook.xml"/>' % office),
        'xl/workbook.xml': '<workbook %s xmlns:r="%s"><sheets><sheet name="S" sheetId="1" r:id="b"/></sheets></workbook>' % (s, office[:-1]),
        'xl/_rels/workbook.xml.rels': rels % ('<Relationship Id="b" Type="%sworksheet" Target="worksheets/sheet1.xml"/><Relationship Id="c" Type="%ssharedStrings" Target="sharedStrings.xml"/>' % (office, office)),
        'xl/sharedStrings.xml': '<sst %s><si><t>%s</t></si></sst>' % (s, 'x' * 1000000),
        'xl/worksheets/sheet1.xml': '<worksheet %s><sheetData>%s</sheetData></worksheet>' % (s, ''.join('<row r="%d"><c r="A%d" t="s"><v>0</v></c><c r="B%d" t="s"><v>0</v></c></row>' % (n, n, n) for n in range(1, 10000)))})
      open('table.md', 'w').write('|a' * 20000 + '|\\n' + '|-' * 20000 + '|\\n' + '|b\\n' * 3000)
      """
    let made = try ProgramRun.run(["python3", "-c", make.replacing("\\\\n", with: "\\n")], in: world.directory)
    try #require(made.exitCode == 0, "\(made.errors)")
    try world.write("spine.epub", try FileSystem.read(fixture("spine.epub")))
    try world.write("rotated.pdf", try FileSystem.read(fixture("crash_tm.pdf")))
    for command in [["parse", "--json"], ["chunk", "--tokenizer", ProjectFiles.miniLM]] {
      let measured =
        "ulimit -v 3000000; exec \(BuiltProgram.path) \(command.joined(separator: " ")) \(name) > out 2> errors"
      let start = MonotonicClock.now
      let run = try ProgramRun.run(["sh", "-c", measured], in: world.directory, timeout: 60)
      let errors = try world.read("errors")
      #expect(
        run.exitCode == 0 || run.exitCode == 1 && errors.contains(name),
        "\(command[0]): \(run.ending.description) \(errors)")
      #expect(!errors.contains("crash") && !errors.contains("fault"), "\(errors)")
      #expect(MonotonicClock.seconds(since: start) < 45)
      if name == "spine.epub" || name == "rotated.pdf" { #expect(run.exitCode == 0, "\(errors)") }
    }
  }

  // MARK: Guards

  @Test func linksThatRunAreNoLinks() throws {
    let world = try World()
    let page = try world.sluice("parse", "-f", "html", fixture("javascript_link.html"))
    #expect(page.exitCode == 0 && page.output.contains("click me"))
    #expect(!page.output.utf8.elementsEqual("".utf8) && !page.output.contains("href"))
    let map = try world.sluice("parse", "-f", "html", fixture("map_xss.html"))
    #expect(ByteSearch.range(of: Array("<img".utf8), in: Array(map.output.utf8)) == nil, "\(map.output)")
    #expect(ByteSearch.range(of: Array("<script".utf8), in: Array(map.output.utf8)) == nil)
  }

  @Test func namesDoNotSteerTheTerminal() throws {
    let name = "a\u{1B}[2J\u{202E}b\n2026-01-01T00:00:00Z forged: all is well.html"
    let world = try World([
      "pipelines/w.yaml": """
      pipeline: w
      stages:
        list:  {uses: import, with: {path: in}}
        parse: {uses: parse, needs: list}
      tolerate: 100%
      """, "in/good.html": "<p>Some words that are here.",
    ])
    try world.write("in/" + name, "")
    let run = try world.sluice("run")
    let logs = try ProgramRun.run(["sh", "-c", "cat artifacts/runs/*/log.txt"], in: world.directory)
    let status = try world.sluice("status")
    for (what, text) in [
      ("errors", run.errors), ("output", run.output), ("log", logs.output), ("status", status.output + status.errors),
    ] {
      #expect(!text.utf8.contains(0x1B), "\(what): \(text.debugDescription)")
      #expect(!text.unicodeScalars.contains("\u{202E}"), "\(what)")
      let forged = text.split(separator: "\n").contains { $0.hasPrefix("2026-01-01T00:00:00Z forged") }
      #expect(!forged, "\(what): \(text)")
    }
    #expect(logs.output.contains("\\u001b[2J"), "\(logs.output)")
  }

  // MARK: Files and secrets

  @Test func aListChoosesAmongFilesOfTheProjectOnly() throws {
    let outside = try Scratch()
    try FileSystem.writeReplaceable(Array("outside words".utf8), to: outside.path("secret.txt"))
    let list = "in.txt\nfile:///etc/passwd\n\(outside.path("secret.txt"))\n../../../../../../../../etc/passwd\n"
    let world = try fetching(list)
    try world.write("in.txt", "inside words")
    let run = try world.run()
    #expect(run.done("fetch") == 1 && run.stage("fetch")["failed"]?.int == 3, "\(run.result)")
    #expect(!(try everything(world, run)).contains("root:"))
    #expect(run.log.prettyText.contains("allow_files"), "\(run.log.prettyText)")
    let allowed = try fetching(list, ", allow_files: [\(outside.directory)]")
    try allowed.write("in.txt", "inside words")
    #expect(try allowed.run().done("fetch") == 2)
  }

  @Test func passwordsInURLsAreNowhere() throws {
    let server = try BrokenServer { exchange in
      exchange.answer(
        "200 OK", ["Content-Type: text/plain", "X-Echo: \(exchange.header("x-key") ?? "")"],
        "You sent \(exchange.header("x-key") ?? "nothing").")
    }
    let host = server.url.dropFirst("http://".count)
    let world = try fetching(
      "http://keeper:hunter22secret@\(host)/a\n", ", record: cassettes, headers: {X-Key: \"${env.PROBE_KEY}\"}")
    let run = try world.run(environment: ["PROBE_KEY": "k3y-that-is-echoed"])
    #expect(run.exitCode == 0 && run.done("fetch") == 1, "\(run.result) \(run.errors)")
    let kept = try everything(world, run)
    #expect(!kept.contains("hunter22secret"))
    #expect(!kept.contains("k3y-that-is-echoed"))
    #expect(kept.contains("left out of the URLs"), "\(run.errors)")
    #expect(server.requested.contains("/a"))
  }

  @Test func keysInURLsAreNowhere() throws {
    let server = try BrokenServer { exchange in
      exchange.answer(
        "200 OK", ["Content-Type: text/plain"], "Asked for \(exchange.path), at some length, as pages are.")
    }
    let world = try fetching(
      "\(server.url)/a?x=1&API_KEY=l1sted-in-the-file&y=2\n\(server.url)/b\n",
      ", record: cassettes, query: {key: \"${env.PROBE_KEY}\"}")
    let run = try world.run(environment: ["PROBE_KEY": "k3y of the environment"])
    #expect(run.exitCode == 0 && run.done("fetch") == 2, "\(run.result) \(run.errors)")
    #expect(
      Set(server.requested).subtracting(["/robots.txt"]) == [
        "/a?x=1&y=2&key=k3y%20of%20the%20environment", "/b?key=k3y%20of%20the%20environment",
      ],
      "\(server.requested)")
    let kept = try everything(world, run)
    for secret in ["l1sted", "k3y of", "k3y%20of"] { #expect(!kept.contains(secret), "\(secret)") }
    #expect(kept.contains("left out of the URLs"), "\(run.errors)")
  }

  @Test func keysThatAServerHandsOnAreNowhere() throws {
    let elsewhere = try BrokenServer { $0.answer("200 OK", ["Content-Type: text/plain"], "Elsewhere, at some length.") }
    let server = try BrokenServer { exchange in
      let path = exchange.path
      if path.hasPrefix("/dir?") { return exchange.answer("302 Found", ["Location: /dir/?key=k3y+of%20it%2F&x=1"]) }
      if path.hasPrefix("/away?") {
        return exchange.answer("302 Found", ["Location: \(elsewhere.url)/in?next=%2Fa%3Fkey%3Dk3y%2520of%2520it%252F"])
      }
      exchange.answer("200 OK", ["Content-Type: text/plain"], "Here, at some length, as pages are.")
    }
    let world = try fetching(
      "\(server.url)/dir\n\(server.url)/away\n",
      ", robots: false, record: cassettes, query: {key: \"${env.PROBE_KEY}\"}")
    let run = try world.run(environment: ["PROBE_KEY": "k3y of it/"])
    #expect(run.exitCode == 0 && run.done("fetch") == 2, "\(run.result) \(run.errors)")
    #expect(server.requested.contains("/dir/?x=1&key=k3y%20of%20it%2F"), "\(server.requested)")
    #expect(elsewhere.requested.allSatisfy { !$0.contains("&key=") }, "\(elsewhere.requested)")
    let kept = try everything(world, run)
    #expect(!kept.contains("k3y"), "a key is handed on")
  }

  @Test func aPasswordThatIsAWordChangesNoPage() throws {
    let server = try BrokenServer { exchange in
      exchange.answer(
        "200 OK", ["Content-Type: text/plain"],
        "In the evening the canal is quiet. You sent \(exchange.header("x-key") ?? "")\(exchange.header("x-other") ?? "")."
      )
    }
    let host = server.url.dropFirst("http://".count)
    let world = try fetching(
      "http://user:canal@\(host)/a\n\(server.url)/b?api_key=evening\n",
      ", headers: {X-Key: \"${env.WORD}\", X-Other: \"${env.PROBE_KEY}\"}")
    let run = try world.run(environment: ["WORD": "evening", "PROBE_KEY": "k3y-that-is-echoed"])
    #expect(run.exitCode == 0 && run.done("fetch") == 2, "\(run.result) \(run.errors)")
    let kept = try everything(world, run)
    #expect(kept.contains("In the evening the canal is quiet."), "a page stays what it is")
    #expect(!kept.contains("k3y-that-is-echoed") && !kept.contains("canal@") && !kept.contains("api_key=evening"))
    #expect(kept.contains("held a secret of this run once"), "what is masked is said")
  }

  @Test func aPasswordInThePipelineIsNotShown() throws {
    let world = try World([
      "pipelines/w.yaml":
        "pipeline: w\nstages:\n  a: {uses: crawl, with: {url: \"http://me:hunter22secret@h/\"}}\n  b: {uses: sitemap, with: {url: \"http://h/?api_key=sesame-open\"}}\n"
    ])
    let run = try world.sluice("run")
    #expect(run.exitCode == 2 && run.errors.contains("holds a password or a key"), "\(run.errors)")
    #expect(
      !(run.errors + run.output).contains("hunter22") && !(run.errors + run.output).contains("sesame"), "\(run.errors)")
  }

  // MARK: A shared folder

  @Test func linksInTheFolderAreNotFollowed() throws {
    let world = try World(["pipelines/w.yaml": "pipeline: w\nstages: {a: {run: echo x}}\n", "victim": "precious"])
    #expect(try world.run().exitCode == 0)
    let lease = world.path("artifacts/locks/w.lease")
    var status = stat()
    #expect(stat(lease, &status) == 0 && status.st_mode & 0o077 == 0, "whoever can open a lock can hold it")
    try FileSystem.remove(lease)
    #expect(symlink(world.path("victim"), lease) == 0)
    let run = try world.sluice("run")
    #expect(run.exitCode != 0 && run.errors.contains("symbolic link"), "\(run.errors)")
    #expect(try world.read("victim") == "precious")
  }

  @Test func limitsOfTheShellAreErrors() throws {
    let world = try World([
      "pipelines/w.yaml": "pipeline: w\nstages:\n  list: {uses: import, with: {path: in}}\n"

    ])
    // What cannot be packed.
    var random = SeededGenerator(seed: 7)
    try world.write("in/big.txt", (0..<3_000_000).map { _ in UInt8.random(in: 33...126, using: &random) })
    let run = try ProgramRun.run(["sh", "-c", "ulimit -f 2000; exec \(BuiltProgram.path) run"], in: world.directory)
    #expect(run.exitCode == 1 && run.errors.contains("ulimit -f"), "\(run.ending.description) \(run.errors)")
    let small = try ProgramRun.run(
      ["sh", "-c", "ulimit -v 60000; exec \(BuiltProgram.path) run"], in: world.directory)
    let isShown =
      small.exitCode == 0 || small.exitCode == 127 || small.errors.contains("ulimit -v")
      || small.errors.contains("memory") || small.errors.contains("cannot allocate")
    #expect(isShown, "\(small.ending.description) \(small.errors)")
    #expect(try world.run().exitCode == 0)
  }
}
