import Foundations
import TestSupport
import Testing

@testable import Documents

@Suite struct PDFLayoutTests {
  private let prose = [
    "The water runs down from the summit to the sea, and every keeper",
    "on the way writes down how much of it has passed that day, and",
    "sends what he has written to the town where it is added up.",
  ]

  private func titles(_ document: ParsedDocument) -> [String] {
    document.elements.filter { $0.kind == .title }.map { "\($0.level ?? 0) \($0.text)" }
  }

  /// Numbers give levels; an unnumbered heading has the level of its style; a table of contents is dropped; bold
  /// lines of the body's size that begin a definition are none.
  @Test func headingsWithoutBookmarks() throws {
    var sheet = PDFSheet()
    sheet.text("Contents", 72, 80, .bold, size: 18)
    for (index, entry) in ["1 The canal", "1.1 Gates", "1.2 Keepers", "2 The river", "Sources"].enumerated() {
      sheet.text(entry, entry.contains("1.") ? 90 : 72, 110 + Double(index) * 16)
      sheet.text("\(index + 2)", 500, 110 + Double(index) * 16)
    }
    func section(_ title: String, _ size: Double) {
      sheet.nextPage()
      sheet.text(title, 72, 80, .bold, size: size)
      sheet.paragraph(prose, 72, 110)
      sheet.text("Paddle", 72, 180, .bold)
      sheet.paragraph(
        ["A board that lets the water through a gate while it", "is shut, and that is drawn up by hand."], 100, 194)
      sheet.paragraph(prose, 72, 250)
    }
    section("1 The canal", 18)
    section("1.1 Gates", 14)
    section("1.2 Keepers", 14)
    section("2 The river", 18)
    section("Sources", 18)
    var options = ParseOptions()
    options.explain = true
    let document = try PDFReader.read(sheet.bytes, options)
    #expect(titles(document) == ["1 1 The canal", "2 1.1 Gates", "2 1.2 Keepers", "1 2 The river", "1 Sources"])
    let gates = document.elements.first { $0.text == "1.1 Gates" }
    #expect(gates?.reason == "bold 14 pt before body 11 pt, numbered 1.1, in the table of contents")
    #expect(!document.elements.contains { $0.text.hasPrefix("Contents") })
  }

  /// Numbered headings that stand first on each page are no running heads; what stands on all pages is one.
  @Test func runningHeads() throws {
    var sheet = PDFSheet()
    for page in 1...6 {
      if page > 1 { sheet.nextPage() }
      sheet.text("The Book of the Canal", 72, 40)
      sheet.text("\(page)", 500, 40)
      sheet.text("\(page) Part of it", 72, 80, .bold, size: 16)
      sheet.paragraph(prose, 72, 110)
    }
    let document = try PDFReader.read(sheet.bytes)
    #expect(titles(document) == (1...6).map { "1 \($0) Part of it" })
    // Said nowhere else, it stays once, without the number.
    #expect(document.elements.map(\.text).filter { $0.contains("Book of the Canal") } == ["The Book of the Canal"])
  }

  @Test func nestedLists() throws {
    var sheet = PDFSheet()
    sheet.text("What is needed to keep a gate in good order:", 72, 80)
    let items: [(String, Double)] = [
      ("1. grease", 90), ("a) of sheep", 110), ("b) of geese", 110), ("2. a brush", 90), ("- soft", 110),
      ("3. time", 90),
    ]
    for (index, item) in items.enumerated() { sheet.text(item.0, item.1, 110 + Double(index) * 18) }
    let found = try PDFReader.read(sheet.bytes).elements.filter { $0.kind == .listItem }
    #expect(
      found.map { "\($0.level ?? 0) \($0.text)" } == [
        "1 1. grease", "2 a) of sheep", "2 b) of geese", "1 2. a brush", "2 - soft", "1 3. time",
      ])
  }

  @Test func linksAndMetadata() throws {
    var sheet = PDFSheet()
    sheet.title = "The Canal"
    sheet.author = "A. Keeper"
    sheet.text("See the keepers of gates for more of this, or write to them.", 72, 80)
    sheet.link("https://example.org/keepers", 91, 80, width: 59)
    let document = try PDFReader.read(sheet.bytes)
    #expect(
      document.elements.flatMap(\.links) == [DocumentLink(text: "the keepers", url: "https://example.org/keepers")])
    #expect(document.title == "The Canal")
    #expect(document.language == "en-GB")
    #expect(document.metadata == ["author": "A. Keeper", "date": "2024-02-29T12:00:00Z"])
    #expect(try ParsedDocument(document.json) == document.rounded)
  }

  @Test func pageRanges() throws {
    var sheet = PDFSheet()
    for page in 1...9 {
      if page > 1 { sheet.nextPage() }
      sheet.text("Something of page number \(page).", 72, 300)
    }
    var options = ParseOptions()
    options.pdf.pages = try PageRanges("2-3, 7,8-")
    #expect(try PDFReader.read(sheet.bytes, options).elements.map(\.page) == [2, 3, 7, 8, 9])
    options.pdf.pages = try PageRanges("20-")
    #expect { try PDFReader.read(sheet.bytes, options) } throws: { ($0 as? ItemProblem)?.kind == "no_pages" }
    for wrong in ["", "0", "3-1", "a", "1,,2", "-4"] {
      #expect(throws: SluiceError.self) { try PageRanges(wrong) }
    }
    #expect(try PageRanges("2-3, 7,8-").description == "2-3,7,8-")
  }

  @Test func passwords() throws {
    let bytes = try FileSystem.read(ProjectFiles.fixture("documents/locked.pdf"))
    var options = ParseOptions()
    #expect { try PDFReader.read(bytes, options) } throws: { "\($0)" == "the PDF is encrypted and needs a password" }
    options.pdf.password = "wrong"
    #expect { try PDFReader.read(bytes, options) } throws: {
      "\($0)" == "the PDF is encrypted, and the password does not open it"
    }
    options.pdf.password = "open gate"
    #expect(try PDFReader.read(bytes, options).elements.first?.text == "What only keepers may read.")
    // The password goes over the pipe to the parser, too.
    let pool = ParserPool(options: options, command: [BuiltProgram.path, "worker", "read"])
    let json = try JSONValue(parsing: pool.parse(bytes, DocumentSource()).json)
    #expect(json["elements"]?.array?.first?["text"]?.string == "What only keepers may read.")
  }

  @Test func scannedPages() throws {
    guard Tesseract.isInstalled else { return print("SKIPPED scannedPages: tesseract is not installed") }
    var sheet = PDFSheet()
    sheet.paragraph(["The keepers of the northern gate", "write down how much water passed."], 72, 120, size: 16)
    var options = ParseOptions()
    options.pdf.ocr = .always
    let document = try PDFReader.read(sheet.bytes, options)
    #expect(document.elements.map(\.text) == ["The keepers of the northern gate write down how much water passed."])
    #expect(document.flags == ["ocr"])
    let box = try #require(document.elements.first?.box)
    #expect(abs(box.left - 72) < 4 && abs(box.top - 108) < 6)
    // A page that is empty is not a scanned one.
    sheet.nextPage()
    options.pdf.ocr = .never
    #expect(try PDFReader.read(sheet.bytes, options).flags == [])
    options.pdf.ocr = .always
    options.pdf.ocrLanguages = "eng; rm"
    #expect(throws: SluiceError.self) { try PDFReader.read(sheet.bytes, options) }
  }

  @Test func view() throws {
    var sheet = PDFSheet()
    sheet.text("1 Gates & <paddles>", 72, 80, .bold, size: 18)
    sheet.paragraph(prose, 72, 110)
    var options = ParseOptions()
    options.explain = true
    let document = try PDFReader.read(sheet.bytes, options)
    let pictures = try PDFPictures.draw(sheet.bytes, options.pdf)
    #expect(pictures.count == 1)
    #expect(pictures.first?.png.starts(with: [0x89, 0x50, 0x4E, 0x47]) == true)
    let html = DocumentView.html(document, pictures: pictures, name: "gates.pdf")
    #expect(html.contains("src=\"data:image/png;base64,iVBORw0KGgo"))
    #expect(html.contains("<h1>1 Gates &amp; &lt;paddles&gt;</h1>"))
    #expect(html.split(separator: "class=\"box ").count == 3)
    #expect(!html.contains("src=\"http"))
  }

  /// Many paragraphs of one line each: the gap between them is not that between the lines of one.
  @Test func paragraphsOfOneLine() throws {
    var sheet = PDFSheet()
    let short = (1...24).map { "Day \($0): gate open at \(8 + $0 % 3) in the morning" }
    for (index, text) in short.enumerated() { sheet.text(text, 72, 100 + Double(index) * 19) }
    for index in 0..<3 {
      sheet.paragraph(
        [
          "The water stood high again in the evening, so that the lower gate was opened for",
          "an hour and twenty minutes.",
        ], 72, 580 + Double(index) * 40)
    }
    let found = try PDFReader.read(sheet.bytes).elements.map(\.text)
    #expect(found.count == short.count + 3)
    #expect(Array(found.prefix(short.count)) == short)
  }
}

extension ParsedDocument {
  /// As it comes back from JSON, where places have one decimal.
  fileprivate var rounded: ParsedDocument {
    var copy = self
    for index in copy.elements.indices {
      copy.elements[index].box = copy.elements[index].box.map { box in
        func round(_ value: Double) -> Double { (value * 10).rounded() / 10 }
        return PageBox(left: round(box.left), top: round(box.top), right: round(box.right), bottom: round(box.bottom))
      }
    }
    return copy
  }
}
