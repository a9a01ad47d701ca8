import Documents
import Foundations
import TestSupport
import Testing

@Suite struct PDFReaderTests {
  private func read(_ name: String) throws -> ParsedDocument {
    try PDFReader.read(FileSystem.read(ProjectFiles.fixture("documents/\(name).pdf")))
  }

  @Test func report() throws {
    let document = try read("report")
    #expect(document.title == "The Canal")
    #expect(
      outline(document) == [
        "text Annual Report of the Locks", "title1 The Canal", "title1 1 Water",
        "text Water runs down the canal from the summit to the sea, and every gatekeeper on the way writes down how much of it has passed. A careful gatekeeper is worth two engineers. The interoperability of gates is another matter.",
        "title2 1.1 Levels", "text These levels are kept:",
        "list_item1 - the upper one, which is high",
        "list_item1 - the lower one, which is low", "code open(gate)\n  wait(2)",
        "text A keeper looks after the gates and the paddles, and sees to it that nobody goes through without a word. Interoperability is said to be possible. So says the gatekeeper.",
        "title1 2 Boats", "text Boats go up and down.", "title1 3 Crews",
        "text Crews are small, and sleep on board when they can.",
      ])
    #expect(document.elements.map(\.page) == [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 3])
    let box = try #require(document.elements[2].box)
    #expect(box.left > 70 && box.left < 74 && box.top > 120 && box.top < 140)
  }

  @Test func columns() throws {
    let lines = outline(try read("columns"))
    #expect(lines.count == 3)
    #expect(
      lines[1].hasPrefix("text Left column line 0") && lines[1].contains("Left column line 19"))
    #expect(lines[2].hasPrefix("text Right column line 0"))
  }

  @Test func tables() throws {
    let document = try read("table")
    #expect(document.elements.map(\.kind) == [.text, .table, .text])
    #expect(
      document.elements[1].table?.markdown
        == "| Gate | Low | High |\n| --- | --- | --- |\n| North | 1.2 | 3.4 |\n| South | 0.9 | 2.8 |\n| East | 1.1 | 3.0 |\n| West | 1.0 | 2.9 |"
    )
  }

  @Test(arguments: [
    ("encrypted", "encrypted_pdf"), ("scanned", "no_text"), ("tree-loop", "corrupt_pdf"),
  ])
  func refused(_ name: String, _ kind: String) throws {
    #expect { try read(name) } throws: { ($0 as? ItemProblem)?.kind == kind }
  }

  @Test func loops() throws {
    #expect(outline(try read("loop")) == ["text A page that goes round in circles"])
  }

  /// A real one, of Debian: 193 pages with bookmarks.
  @Test func debianPolicy() throws {
    // scripts/setup-samples gets it.
    let bytes = try FileSystem.read(ProjectFiles.sample("policy/policy.pdf"))
    let start = MonotonicClock.now
    let document = try PDFReader.read(bytes)
    print("policy.pdf: \(Int(clamping: 193 / MonotonicClock.seconds(since: start))) pages/s")
    #expect(document.title == "Debian Policy Manual")
    let titles = document.elements.filter { $0.kind == .title }
    #expect(titles.count > 300)
    let versions = try #require(titles.first { $0.text == "5.6.12 Version" })
    #expect(versions.level == 3)
    #expect(versions.page == 48)
    #expect(
      versions.sectionPath == [
        "CONTROL FILES AND THEIR FIELDS", "5.6 List of fields", "5.6.12 Version",
      ])
    let text = document.elements.map(\.text).joined(separator: "\n")
    #expect(!text.contains("Debian Policy Manual, Release 4.6.2.0"))
    #expect(
      text.contains(
        "The version number of a package. The format is: [epoch:]upstream_version[-debian_revision]."
      ))
  }
}
