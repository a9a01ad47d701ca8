import Foundations
import TestSupport
import Testing

@testable import Documents

/// CSV, JSON Lines, plain text, mail, front matter, books.
@Suite struct PlainFormatTests {
  private func lines(_ text: String, _ name: String) throws -> [String] {
    outline(try DocumentReader.read(Array(text.utf8), DocumentSource(name: name)))
  }

  @Test(arguments: [
    ("size,qty\n5\" pipe,3\n", "x.csv", "| size | qty |\n| --- | --- |\n| 5\" pipe | 3 |"),
    ("size,qty\n\"5 pipe,3\n12,4\n", "x.csv", "| size | qty |\n| --- | --- |\n| \"5 pipe | 3 |\n| 12 | 4 |"),
    ("sep=;\nName;Age\nAnn;30\n", "x.csv", "| Name | Age |\n| --- | --- |\n| Ann | 30 |"),
    ("City, State\tPeople\nOslo, N\t700\n", "x.tsv", "| City, State | People |\n| --- | --- |\n| Oslo, N | 700 |"),
    (
      "Name;Preis\nApfel;1,50\nBirne;2,00\n", "x.csv",
      "| Name | Preis |\n| --- | --- |\n| Apfel | 1,50 |\n| Birne | 2,00 |"
    ),
  ])
  func csv(_ text: String, _ name: String, _ table: String) throws {
    #expect(try lines(text, name).last == "table \(table)")
  }

  private func refusal(_ bytes: [UInt8], _ name: String? = nil, _ type: String? = nil) -> ItemProblem? {
    do {
      _ = try DocumentReader.read(bytes, DocumentSource(contentType: type, name: name))
      return nil
    } catch { return error as? ItemProblem }
  }

  /// What cannot be read is called what it is, however little or much there is of it.
  @Test func junkIsCalledJunk() throws {
    for (bytes, name) in [([0, 1, 2, 3], "x.bin"), ([0], "x.txt"), ([7, 7, 7], "x.pdf"), ([0x7F, 0x0A], nil)]
      as [([UInt8], String?)]
    {
      let problem = try #require(refusal(bytes, name))
      #expect(problem.kind == "unsupported_type" && problem.message.contains("the document is no text"), "\(problem)")
      #expect(problem.message.contains("declared as PDF") == (name == "x.pdf"))
    }
    #expect(
      refusal(Array("Words.".utf8), nil, "application/pdf")?.message.contains(
        "plain text and no PDF (declared as application/pdf)") == true)
    #expect(refusal(Array(" \n\t\r\u{0C}".utf8))?.message == "the document is empty: nothing but white space")
    // What a server calls a PDF and is a page says so in its bytes.
    let page = try DocumentReader.read(
      Array("<!DOCTYPE html><h1>Not found</h1>".utf8), DocumentSource(contentType: "application/pdf"))
    #expect(outline(page) == ["title1 Not found"])
  }

  @Test func aLineThatIsNoJSONHasOneNumber() throws {
    let problem = try #require(refusal(Array("{\"a\":1}\n{\"a\":\n".utf8), "x.jsonl"))
    #expect(problem.message.hasPrefix("line 2 is not JSON: ") && problem.message.hasSuffix("(column 5)"), "\(problem)")
    #expect(!problem.message.contains("line 1") && problem.message.split(separator: "not JSON").count == 2)
  }

  @Test func titlesOfTables() throws {
    #expect(
      try lines("Sales of 2024\nRegion;Q1\nNorth;1\nSouth;2\n", "x.csv")
        == ["caption Sales of 2024", "table | Region | Q1 |\n| --- | --- |\n| North | 1 |\n| South | 2 |"])
  }

  @Test func jsonLines() throws {
    let big = try lines("{\"id\": 12345678901234567890, \"e\": 1e400, \"s\": \"a\\ud800\"}\n", "x.jsonl")
    #expect(big == ["table | e | id | s |\n| --- | --- | --- |\n| 1e400 | 12345678901234567890 | a\u{FFFD} |"])
    #expect(
      try lines("{\"title\":\"Guide\",\"author\":\"Ann\",\"markdown\":\"# Setup\\n\\nDo *it*.\"}\n", "x.jsonl")
        == ["title1 Guide", "text author: Ann", "title2 Setup", "text Do it."])
  }

  @Test func text() throws {
    #expect(
      try lines("How to\n\n1. Mix it\n\n2. Bake it\n", "x.txt") == [
        "text How to", "list_item1 1. Mix it", "list_item1 2. Bake it",
      ])
    #expect(try lines("1. Scope\n\nWords.\n\n2. Fees\n\nWords.\n", "x.txt").first == "title1 1. Scope")
    #expect(
      try lines("=====\nGuide\n=====\n\nWords.\n\nSetup\n-----\n\nWords.\n\nFast way\n^^^^^^^^\n\nMore.\n", "x.rst")
        == ["title1 Guide", "text Words.", "title2 Setup", "text Words.", "title3 Fast way", "text More."])
    #expect(try lines("港の事務所では\n船の名前を\n書く。", "x.txt") == ["text 港の事務所では船の名前を書く。"])
    #expect(
      try lines("The government and a well-known word: the govern-\nment is well-\nknown.", "x.txt")
        == ["text The government and a well-known word: the government is well-known."])
  }

  @Test func mailWithParts() throws {
    let mail = """
      From: =?utf-8?Q?J=C3=BCrgen?= <j@example.org>
      Subject: =?utf-8?B?R3LDvMOfZQ==?= =?utf-8?Q?_aus_K=C3=B6ln?=
      MIME-Version: 1.0
      Content-Type: multipart/mixed; boundary="b"

      --b
      Content-Type: multipart/alternative; boundary=c

      --c
      Content-Type: text/plain; charset=iso-8859-1
      Content-Transfer-Encoding: quoted-printable

      Die B=FCcher kommen am Mit=
      twoch.
      --c
      Content-Type: text/html

      <p>Die Bücher</p>
      --c--
      --b
      Content-Type: text/csv; name="x.csv"
      Content-Disposition: attachment; filename="x.csv"
      Content-Transfer-Encoding: base64

      YSxiCjEsMgo=
      --b
      Content-Type: application/octet-stream; name=y.bin
      Content-Transfer-Encoding: base64

      AAECAwQF
      --b--
      """
    let document = try DocumentReader.read(Array(mail.utf8), DocumentSource())
    #expect(
      outline(document) == [
        "title1 Grüße aus Köln", "text From: Jürgen <j@example.org>", "text Die Bücher kommen am Mittwoch.",
        "title1 x.csv",
        "table | a | b |\n| --- | --- |\n| 1 | 2 |",
      ])
    #expect(document.metadata["attachments_unread"]?.hasPrefix("y.bin: ") == true)
  }

  @Test func webArchivesAndPackedPages() throws {
    let page = "<html><body><h1>Gates</h1><p>The gates are open.</p></body></html>"
    let archive =
      "From: <Saved by Blink>\nSnapshot-Content-Location: http://a.b/\nMIME-Version: 1.0\nContent-Type: multipart/related; type=\"text/html\"; boundary=\"x\"\n\n--x\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n\(page)\n--x\nContent-Type: image/png\n\nzzz\n--x--\n"
    let document = try DocumentReader.read(Array(archive.utf8), DocumentSource(name: "a.mhtml"))
    #expect(outline(document) == ["title1 Gates", "text The gates are open."])
    #expect(document.metadata["canonical"] == "http://a.b/")
  }

  @Test func frontMatter() throws {
    func read(_ text: String) throws -> ParsedDocument { try MarkdownReader.read(Array(text.utf8), charset: nil) }
    #expect(try read("---\ntitle: \"It's Ann's boat\"\nauthor: Ann\n---\n\nWords.").title == "It's Ann's boat")
    #expect(try read("---\ntitle: 'It''s'\n---\n").title == "It's")
    #expect(try read("+++\ntitle = \"Harbour\"\ndraft = true\n+++\nWords.").title == "Harbour")
    #expect(outline(try read("---\n\n# Real title\n\nFirst: words.\n\n---\n\nMore.")).count == 3)
    #expect(outline(try read("The sum $a*b*c$ and *it* $x_1$.")) == ["text The sum $a*b*c$ and it $x_1$."])
  }

  @Test func pagesOfBooksAreXML() throws {
    let page =
      "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title/></head><body><p>First.</p><p><![CDATA[1 < 2]]></p></body></html>"
    let opf =
      "<package xmlns=\"http://www.idpf.org/2007/opf\"><manifest><item id=\"n\" href=\"n.html\" media-type=\"application/xhtml+xml\"/><item id=\"s\" href=\"s.svg\" media-type=\"image/svg+xml\" fallback=\"a\"/><item id=\"a\" href=\"a.html\" media-type=\"application/xhtml+xml\"/></manifest><spine><itemref idref=\"n\" linear=\"no\"/><itemref idref=\"s\"/></spine></package>"
    let container =
      "<container xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\"><rootfiles><rootfile full-path=\"p.opf\"/></rootfiles></container>"
    let parts = [
      ("mimetype", "application/epub+zip"), ("META-INF/container.xml", container), ("p.opf", opf), ("a.html", page),
      ("n.html", "<html><body><p>The note.</p></body></html>"),
    ]
    func book(_ more: [(String, String)]) -> [UInt8] {
      StoredArchive.bytes((parts + more).map { ($0, Array($1.utf8)) })
    }
    #expect(
      outline(try DocumentReader.read(book([]), DocumentSource())) == ["text First.", "text 1 < 2", "text The note."])
    let locked =
      "<encryption><EncryptedData><EncryptionMethod Algorithm=\"aes\"/><CipherData><CipherReference URI=\"a.html\"/></CipherData></EncryptedData></encryption>"
    #expect { try DocumentReader.read(book([("META-INF/encryption.xml", locked)]), DocumentSource()) } throws: {
      ($0 as? ItemProblem)?.kind == "encrypted"
    }
    let font = locked.split(separator: "aes").joined(separator: "http://www.idpf.org/2008/embedding")
    #expect(try DocumentReader.read(book([("META-INF/encryption.xml", font)]), DocumentSource()).elements.count == 3)
  }

  @Test func whatCannotBeReadIsNamed() {
    func refusal(_ bytes: [UInt8]) -> String? {
      do { _ = try DocumentReader.read(bytes, DocumentSource()) } catch { return (error as? ItemProblem)?.message }
      return nil
    }
    let ole = [UInt8]([0xD0, 0xCF, 0x11, 0xE0]) + [UInt8](repeating: 0, count: 600)
    func stream(_ name: String) -> [UInt8] { ole + name.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] } }
    #expect(refusal(stream("PowerPoint Document"))?.contains("a PowerPoint 97 file") == true)
    #expect(refusal(stream("WordDocument"))?.contains("a Word 97 file") == true)
    #expect(refusal(stream("EncryptedPackage"))?.contains("encrypted") == true)
    #expect(refusal(StoredArchive.bytes([("xl/workbook.bin", [1])]))?.contains("XLSB") == true)
    // What is packed inside does not count.
    let inner = StoredArchive.bytes([("word/document.xml", Array("<x/>".utf8))])
    #expect(refusal(StoredArchive.bytes([("a/b.docx", inner)]))?.contains("a ZIP archive") == true)
  }
}
