import CLexbor
import Formats
import Foundations

/// Short pieces of HTML (titles of feeds) as plain text, read by lexbor.
enum HTMLPlainText {
  /// The text without tags, its entities undone, white space single.
  static func of(_ html: String) -> String {
    guard html.utf8.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "&") }) else {
      return joined(html)
    }
    return joined(text(html))
  }

  /// The text of an attribute's value.
  static func unescaped(_ value: String) -> String { text(value.replacing("<", with: Markup.escaped("<"))) }

  /// A title that may hold HTML, and may be plain text in which a `<` is a `<`: it is HTML when it has elements of text
  /// or entities.
  static func ofMaybe(_ text: String) -> String {
    let lower = text.lowercased()
    let isHTML =
      ["<b>", "<i>", "<em>", "<strong>", "<br", "<p>", "<span", "<code>", "<sup>", "<sub>", "<a "]
      .contains { lower.contains($0) }
      || text.contains("&#")
      || ["amp", "quot", "nbsp", "lt", "gt", "apos", "rsquo", "lsquo", "ndash", "mdash"]
        .contains { text.contains("&\($0);") }
    return isHTML ? of(text) : joined(text)
  }

  private static func text(_ html: String) -> String {
    var status = HTML_OK
    let tree = Array(html.utf8).withUnsafeBytes { raw in
      html_parse(raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count, 500, &status)
    }
    guard let tree else { return html }
    defer { html_free(tree) }
    var count = 0
    let nodes = UnsafeBufferPointer(start: html_nodes(tree, &count), count: count)
    var bytes: [UInt8] = []
    for node in nodes where Int(node.kind) == HTML_TEXT {
      bytes.append(contentsOf: UnsafeRawBufferPointer(start: node.text, count: Int(node.text_length)))
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func joined(_ text: String) -> String {
    text.split { $0.isWhitespace }.joined(separator: " ")
  }
}
