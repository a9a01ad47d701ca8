import CGumbo
import Foundations

/// What an element of HTML means for the text around it.
enum HTMLRole: Sendable {
  /// Part of the running text.
  case inline
  /// Begins and ends a paragraph.
  case block
  case heading(Int)
  case list(ordered: Bool)
  case listItem
  case term, definition
  case preformatted
  case lineBreak
  case table
  case caption
  /// Never shown, or not text.
  case dropped
  /// Navigation and the like around the content of a page.
  case surroundings
  /// `header` and `footer`: surroundings of a page, but part of an article.
  case edge
  case main, article
}

/// Roles by gumbo's tag numbers.
enum HTMLTag {
  private static let byName: [String: HTMLRole] = {
    var roles: [String: HTMLRole] = [
      "ul": .list(ordered: false), "menu": .list(ordered: false), "ol": .list(ordered: true),
      "li": .listItem,
      "dt": .term, "dd": .definition, "pre": .preformatted, "listing": .preformatted,
      "xmp": .preformatted,
      "br": .lineBreak, "table": .table, "caption": .caption, "figcaption": .caption,
      "nav": .surroundings,
      "aside": .surroundings, "header": .edge, "footer": .edge, "main": .main, "article": .article,
    ]
    for level in 1...6 { roles["h\(level)"] = .heading(level) }
    for name in [
      "p", "div", "section", "blockquote", "dl", "figure", "address", "center", "details",
      "summary", "fieldset",
      "form", "hr", "body", "hgroup", "legend", "tr", "td", "th", "thead", "tbody", "tfoot", "dir",
    ] { roles[name] = .block }
    for name in [
      "script", "style", "noscript", "template", "head", "svg", "math", "iframe", "object", "embed",
      "canvas", "audio",
      "video", "button", "select", "input", "textarea", "option", "datalist", "noembed", "noframes",
      "frameset", "map",
      "img", "colgroup", "col", "rp",
    ] { roles[name] = .dropped }
    return roles
  }()

  private static let names: [String] = (0..<Int(GUMBO_TAG_LAST.rawValue)).map { number in
    gumbo_normalized_tagname(GumboTag(rawValue: UInt32(number))).map { String(cString: $0) } ?? ""
  }

  private static let roles: [HTMLRole] = names.map { byName[$0] ?? .inline }

  static func role(_ tag: GumboTag) -> HTMLRole {
    let number = Int(tag.rawValue)
    return number < roles.count ? roles[number] : .inline
  }

  static func name(_ tag: GumboTag) -> String {
    let number = Int(tag.rawValue)
    return number < names.count ? names[number] : ""
  }
}
