import Foundations
import Glibc
import TestSupport
import Testing

/// Options of `sluice parse` that a file has no use for, and its limits.
@Suite struct ParseOptionTests {
  @Test func anOptionForOtherFilesIsRefused() throws {
    let world = try World(["page.html": "<p>Words.", "a.md": "# Words"])
    let report = ProjectFiles.fixture("documents/report.pdf")
    for (option, value, file) in [
      ("--select", "p", report), ("--drop", "p", "a.md"), ("--pages", "1", "page.html"), ("--ocr", "never", "a.md"),
    ] {
      let run = try world.sluice("parse", file, option, value)
      #expect(run.exitCode == 2 && run.output.isEmpty, "\(run.output)")
      #expect(run.errors.contains("\(option) is for "), "\(run.errors)")
    }
    #expect(try world.sluice("parse", report, "--comments").errors.contains("is a PDF"))
    #expect(try world.sluice("parse", "page.html", "--select", "p").output == "Words.\n")
    #expect(try world.sluice("parse", report, "--pages", "1", "--ocr", "never").exitCode == 0)
  }

  @Test func oneIsOne() throws {
    let world = try World(["one.pdf": ""])
    let text = "BT /F1 12 Tf 72 700 Td (One page of words) Tj ET"
    try world.write(
      "one.pdf",
      "%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj 2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj 3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>> endobj 4 0 obj <</Length \(text.utf8.count)>> stream\n\(text)\nendstream endobj trailer <</Root 1 0 R>>\n"
    )
    let run = try world.sluice("parse", "one.pdf", "--pages", "5")
    #expect(run.exitCode == 1 && run.errors.contains("the PDF has 1 page, which is not among 5"), "\(run.errors)")
    #expect([1, 2, 1_234].map { Units.counted($0, "page") } == ["1 page", "2 pages", "1,234 pages"])
    #expect(Units.counted(3, "entry") == "3 entries" && Units.counted(2, "day") == "2 days")
  }

  /// The limits of the parse stage hold: a page that costs more time than it may is given up, by both commands.
  @Test func slowFilesAreGivenUp() throws {
    let world = try World()
    symlink("\(ProjectFiles.root)/models", world.path("models"))
    let line = Array("<p>Some <b>words</b> of a page that has no end.</p>\n".utf8)
    var page: [UInt8] = []
    page.reserveCapacity(line.count * 400_000)
    for _ in 0..<400_000 { page.append(contentsOf: line) }
    try world.write("slow.html", page)
    for command in ["parse", "chunk"] {
      let start = MonotonicClock.now
      let run = try world.sluice(command, "slow.html", "--timeout", "300ms")
      #expect(run.exitCode == 1 && run.output.isEmpty, "\(run.output.prefix(200))")
      #expect(run.errors.contains("stopped after 300 ms") && run.errors.contains("--timeout"), "\(run.errors)")
      #expect(MonotonicClock.seconds(since: start) < 15)
    }
  }

  @Test func severalFilesOneAfterAnother() throws {
    let world = try World(["a.md": "# One\n\nFirst.", "b.txt": "Second.", "empty.txt": ""])
    symlink("\(ProjectFiles.root)/models", world.path("models"))
    let both = try world.sluice("parse", "a.md", "b.txt")
    #expect(
      both.exitCode == 0 && both.output == "==> a.md <==\nOne\nFirst.\n==> b.txt <==\nSecond.\n", "\(both.output)")
    // One that cannot be read does not keep the others back.
    let three = try world.sluice("parse", "--json", "a.md", "empty.txt", "b.txt")
    #expect(three.exitCode == 1 && three.errors.contains("empty.txt: "), "\(three.errors)")
    let lines = try three.output.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
    #expect(lines.map { $0.object?["file"]?.string } == ["a.md", "empty.txt", "b.txt"])
    #expect(lines.map { $0.object?["error"] != nil } == [false, true, false])
    let chunks = try world.sluice("chunk", "a.md", "empty.txt", "b.txt", "--json")
    #expect(chunks.exitCode == 1 && chunks.output.contains("First.") && chunks.output.contains("Second."))
    // Of one file nothing stands above.
    #expect(try world.sluice("parse", "b.txt").output == "Second.\n")
  }

  /// What is wrong in the command line is told before any file is read.
  @Test func mistakesAreToldFirst() throws {
    let world = try World(["a.txt": "Words.", "b.txt": "Words."])
    symlink("\(ProjectFiles.root)/models", world.path("models"))
    for (arguments, said) in [
      (["parse", "a.txt", "--formt", "json"], "Did you mean --format?"),
      (["parse", "a.txt", "--format", "jsn"], "Did you mean json?"),
      (["parse", "a.txt", "--ocr", "nver"], "Did you mean 'never'?"),
      (["parse", "a.txt", "--timeout", "5"], "--timeout"),
      (["parse", "a.txt", "--select", "p["], "--select: 'p['"), (["parse", "a.txt", "--drop", "::before"], "--drop"),
      (["parse", "a.txt", "--pages", "3-1"], "ends before it begins"),
      (["parse", "a.txt", "bb.txt"], "Did you mean 'b.txt'?"), (["chunk", "a.txt", "bb.txt"], "Did you mean 'b.txt'?"),
      (["parse", "a.txt", "b.txt", "--view", "out.html"], "Name one file."),
      (["chunk", "a.txt", "--max-token", "400"], "Did you mean --max-tokens?"),
      (["chunk", "a.txt", "--max-tokens", "many"], "--max-tokens must be a whole number"),
      (["chunk", "a.txt", "--max-tokens", "100", "--overlap", "90"], "at most 50"),
      (["chunk", "a.txt", "--timeout", "soon"], "--timeout"),
    ] {
      let run = try ProgramRun.run([BuiltProgram.path] + arguments, in: world.directory)
      #expect(run.exitCode == 2 && run.output.isEmpty, "\(arguments): \(run.output)")
      #expect(run.errors.contains(said), "\(arguments): \(run.errors)")
    }
    let tokenizer = try world.sluice("chunk", "a.txt", "-t", "all-MiniLM-L6-v")
    #expect(tokenizer.exitCode != 0 && tokenizer.output.isEmpty, "\(tokenizer.errors)")
    #expect(tokenizer.errors.contains("Did you mean all-MiniLM-L6-v2?"), "\(tokenizer.errors)")
  }
}
