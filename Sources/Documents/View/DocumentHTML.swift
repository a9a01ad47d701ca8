import Formats
import Foundations

/// A document as a plain web page: headings, paragraphs, lists, tables with their spans.
package enum DocumentHTML {
  package static func page(_ document: ParsedDocument, name: String) -> String {
    let language = document.language.map { " lang=\"\(Markup.escaped($0))\"" } ?? ""
    var body = ""
    var depth = 0
    for element in document.elements {
      let wanted = element.kind == .listItem ? max(1, element.level ?? 1) : 0
      while depth < wanted {
        body += "<ul>"
        depth += 1
      }
      while depth > wanted {
        body += "</ul>\n"
        depth -= 1
      }
      body += block(element) + "\n"
    }
    body += String(repeating: "</ul>", count: depth)
    return """
      <!doctype html>
      <html\(language)><head><meta charset="utf-8"><title>\(Markup.escaped(document.title ?? name))</title></head>
      <body>
      \(body)</body></html>
      """
  }

  private static func block(_ element: DocumentElement) -> String {
    let text = linked(element)
    switch element.kind {
    case .title:
      let level = max(1, min(6, element.level ?? 1))
      return "<h\(level)>\(text)</h\(level)>"
    case .text: return "<p>\(text)</p>"
    case .listItem: return "<li>\(text)</li>"
    case .code: return "<pre><code>\(Markup.escaped(element.text))</code></pre>"
    case .caption: return "<p><em>\(text)</em></p>"
    case .footnote: return "<p><small>\(text)</small></p>"
    case .table: return element.table?.html ?? ""
    }
  }

  /// The text with its links in their places.
  private static func linked(_ element: DocumentElement) -> String {
    var result = ""
    var rest = element.text[...]
    for link in element.links {
      // A page made of strangers' text runs nothing.
      guard let address = WebLink.safe(link.url), let found = range(of: link.text, in: rest) else { continue }
      result += Markup.escaped(String(rest[..<found.lowerBound]))
      result += "<a href=\"\(Markup.escaped(address))\">\(Markup.escaped(link.text))</a>"
      rest = rest[found.upperBound...]
    }
    return (result + Markup.escaped(String(rest))).split(separator: "\n").joined(separator: "<br>")
  }

  private static func range(of text: String, in whole: Substring) -> Range<Substring.Index>? {
    guard !text.isEmpty, let found = ByteSearch.range(of: Array(text.utf8), in: Array(whole.utf8)) else { return nil }
    let start = whole.utf8.index(whole.startIndex, offsetBy: found.lowerBound)
    return start..<whole.utf8.index(start, offsetBy: found.count)
  }

}
