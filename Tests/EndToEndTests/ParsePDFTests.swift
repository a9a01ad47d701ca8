import Foundations
import TestSupport
import Testing

/// `sluice parse` and the parse stage on PDFs: passwords from the environment, page ranges, the view.
@Suite struct ParsePDFTests {
  private let locked = ProjectFiles.fixture("documents/locked.pdf")

  @Test func passwordStaysInTheEnvironment() throws {
    let world = try World()
    try world.write("in/locked.pdf", FileSystem.read(locked))
    try world.write(
      "pipelines/p.yaml",
      """
      pipeline: p
      stages:
        files: {uses: import, with: {path: "in/*.pdf"}}
        parse: {uses: parse, needs: files, with: {password: "${env.PARSE_PDF_TESTS_KEY}"}}
      """)
    let wrong = try world.run(environment: ["PARSE_PDF_TESTS_KEY": "not the one"])
    #expect(wrong.stage("parse")["failed"]?.int == 1)
    let reasons = try world.sluice("status", environment: ["PARSE_PDF_TESTS_KEY": "not the one"])
    #expect(reasons.output.contains("the password does not open it"), "\(reasons.output)")
    // What failed is tried again, and what was read is remembered.
    let right = try world.run(environment: ["PARSE_PDF_TESTS_KEY": "open gate"])
    #expect(right.done("parse") == 1 && right.exitCode == 0, "\(right.errors)")
    #expect(try world.run(environment: ["PARSE_PDF_TESTS_KEY": "open gate"]).done("parse") == 0)
    // Nowhere in the ledger, the objects or the logs.
    for needle in ["open gate", "not the one"] {
      let found = try ProgramRun.run(["grep", "-rlaF", needle, "artifacts"], in: world.directory)
      #expect(found.output.isEmpty, "\(found.output)")
    }
  }

  @Test func viewAndExplanation() throws {
    let world = try World()
    let report = ProjectFiles.fixture("documents/report.pdf")
    let view = try world.sluice("parse", report, "--view", "out.html", "--pages", "1")
    #expect(view.exitCode == 0, "\(view.errors)")
    let html = try world.read("out.html")
    #expect(html.contains("data:image/png;base64,") && html.contains(">1.1 Levels<"))
    let explained = try world.sluice("parse", report, "--explain", "--pages", "1")
    #expect(explained.output.contains("title 2 ("))
    #expect(explained.output.contains("(a font of equal widths)"))
    let refused = try world.sluice("parse", report, "--pages", "3-1")
    #expect(refused.exitCode == 2 && refused.errors.contains("Write 1-3."))
    let unknown = try world.sluice("parse", report, "--pages", "all")
    #expect(unknown.exitCode == 2 && unknown.errors.contains("Write for example 1-20,25,30-"))
  }
}
