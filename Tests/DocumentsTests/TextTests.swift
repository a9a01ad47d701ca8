import Foundations
import TestSupport
import Testing

@testable import Documents

@Suite struct TextTests {
  @Test(
    arguments: [
      ([0xEF, 0xBB, 0xBF, 0x61], nil, "a"), ([0xFF, 0xFE, 0x61, 0x00], nil, "a"),
      ([0xFE, 0xFF, 0x00, 0x61], nil, "a"),
      ([0x63, 0x61, 0x66, 0xE9], nil, "café"), ([0x63, 0x61, 0x66, 0xE9], "iso-8859-1", "café"),
      // Declared Latin, but UTF-8: the bytes win.
      ([0x63, 0x61, 0x66, 0xC3, 0xA9], "iso-8859-1", "café"),
      // Declared UTF-8, but Latin.
      ([0x63, 0x61, 0x66, 0xE9], "utf-8", "café"), ([0x82, 0xA0], "shift_jis", "あ"),
      ([0xC4, 0xE3], "gb2312", "你"),
      ([0x93, 0x61, 0x94], nil, "“a”"), ([0x61, 0x81, 0x62], "windows-1252", "a\u{FFFD}b"),
      ([0x61, 0xFF], "no-such-charset", "aÿ"),
      // Mostly good UTF-8 is repaired, not reinterpreted.
      ([0xC3, 0xA9, 0x20, 0xFF], "utf-8", "é \u{FFFD}"),
    ] as [([UInt8], String?, String)])
  func decoding(_ bytes: [UInt8], _ charset: String?, _ expected: String) {
    #expect(
      String(decoding: TextDecoding.decode(bytes, declared: [charset]).text, as: UTF8.self)
        == expected)
  }

  @Test func longTextsAreWhole() {
    let bytes = Array(repeating: UInt8(0xE9), count: 300_001) + [0x81]
    let text = TextDecoding.decode(bytes, declared: ["latin1"]).text
    #expect(text.count == 600_002 + 3)
  }

  @Test(
    arguments: [
      ("<meta charset=\"ISO-8859-15\">", "iso-8859-15"),
      ("<META http-equiv=Content-Type content='text/html; charset=koi8-r'>", "koi8-r"),
      ("<meta name=a><meta charset=x >", "x"),
      ("<?xml version='1.0' encoding='windows-1251'?>", "windows-1251"),
      ("<meta charset=utf-16>", "utf-8"), ("<p>charset=none", nil),
    ] as [(String, String?)])
  func declaredCharsets(_ html: String, _ expected: String?) {
    #expect(HTMLCharset.declared(in: Array(html.utf8)) == expected)
  }

  @Test func plainText() {
    let text = """
      The Title
      =========

      A paragraph
      over two lines.

      1.2 A Section

      - first
        goes on
      - second

          if (a == b) { return c; }
          else { d(); }
      """
    let document = PlainTextReader.read(Array(text.utf8), charset: nil)
    #expect(
      outline(document) == [
        "title1 The Title", "text A paragraph over two lines.", "title2 1.2 A Section",
        "list_item1 - first goes on",
        "list_item1 - second", "code     if (a == b) { return c; }\n    else { d(); }",
      ])
    #expect(document.title == "The Title")
  }

  @Test func mail() throws {
    let text = "From: a@b.example\nSubject: Gates\nDate: today\n\nThe gates are open.\n"
    let document = try DocumentReader.read(Array(text.utf8), DocumentSource())
    #expect(document.title == "Gates")
    #expect(
      outline(document) == ["title1 Gates", "text From: a@b.example, Date: today", "text The gates are open."])
  }

  @Test func markdown() throws {
    let text = """
      ---
      title: "Gates"
      ---
      # One

      Text with `code`, **bold** and a
      soft break.

      | a | b |
      |---|---|
      | 1 | x \\| y |

      * item
        1. nested

      ```swift
      let a = 1
      ```

      Setext
      ------
      <div>raw <b>HTML</b></div>
      """
    let document = try MarkdownReader.read(Array(text.utf8), charset: nil)
    #expect(document.title == "Gates")
    #expect(
      outline(document) == [
        "title1 One", "text Text with code, bold and a soft break.",
        "table | a | b |\n| --- | --- |\n| 1 | x \\| y |",
        "list_item1 - item", "list_item2 1. nested", "code let a = 1", "title2 Setext",
        "text raw HTML",
      ])
  }

  @Test(
    arguments: [
      ("<!DOCTYPE html><p>x", "text/plain", nil, DocumentKind.html),
      ("\u{FEFF}<html>", nil, nil, .html),
      ("<p align=center>logo", "text/markdown", nil, .markdown),
      ("# x", "text/plain", "https://h/README.md?x", .markdown),
      ("%PDF-1.4", "text/html", nil, .pdf), ("junk\n%PDF-1.4", nil, nil, .pdf),
      ("hello", nil, nil, .text),
      ("<div>x", nil, nil, .html), ("{\"a\": 1}", "application/json", nil, .text),
      ("<!-- a --> <html>", nil, nil, .html),
    ] as [(String, String?, String?, DocumentKind)])
  func kinds(_ text: String, _ type: String?, _ name: String?, _ expected: DocumentKind) throws {
    #expect(
      try DocumentKind.of(Array(text.utf8), DocumentSource(contentType: type, name: name))
        == expected)
  }

  @Test func whatCannotBeRead() {
    func kind(_ bytes: [UInt8], _ type: String? = nil) -> String? {
      do {
        _ = try DocumentReader.read(bytes, DocumentSource(contentType: type))
        return nil
      } catch { return (error as? ItemProblem)?.kind }
    }
    #expect(kind([]) == "empty")
    #expect(kind(Array(" \n".utf8)) == "empty")
    #expect(kind(Array("PK\u{3}\u{4}".utf8)) == "unsupported_type")
    #expect(kind((0...255).map { UInt8($0) } + [0, 0, 0, 0, 0]) == "unsupported_type")
    #expect(kind(Array("hello".utf8), "application/pdf") == "unsupported_type")
    #expect(kind(Array("<html><body><script>x</script>".utf8)) == "no_text")
    #expect(kind(Array("%PDF-1.7\nbroken".utf8)) == "corrupt_pdf")
  }

  @Test(
    arguments: [
      ("1 Scope", 1), ("3.2. Title Here", 2), ("A.1 Appendix", 2), ("Chapter 4", 1), ("1.2.3 X", 3),
      ("2020 was a year", nil),
      ("3 of them", nil), ("1. Go home.", nil), ("A house", nil), ("Scope", nil),
    ] as [(String, Int?)])
  func numbering(_ text: String, _ level: Int?) { #expect(Numbering.level(text) == level) }
}
