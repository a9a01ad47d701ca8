import CLexbor

/// A tag by lexbor's number; 0 for what HTML does not know.
struct HTMLTag: Hashable, Sendable {
  let number: UInt16

  init(number: UInt16) { self.number = number }

  init(_ name: String) {
    var name = name
    number = name.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { html_tag($0.baseAddress, $0.count) }
    }
  }

  var role: HTMLRole { Self.roles[Int(number)] }

  static let a = HTMLTag("a")
  static let b = HTMLTag("b")
  static let div = HTMLTag("div")
  static let strong = HTMLTag("strong")
  static let article = HTMLTag("article")
  static let aside = HTMLTag("aside")
  static let blockquote = HTMLTag("blockquote")
  static let body = HTMLTag("body")
  static let button = HTMLTag("button")
  static let caption = HTMLTag("caption")
  static let code = HTMLTag("code")
  static let dd = HTMLTag("dd")
  static let details = HTMLTag("details")
  static let dl = HTMLTag("dl")
  static let dt = HTMLTag("dt")
  static let figure = HTMLTag("figure")
  static let footer = HTMLTag("footer")
  static let form = HTMLTag("form")
  static let h1 = HTMLTag("h1")
  static let head = HTMLTag("head")
  static let header = HTMLTag("header")
  static let html = HTMLTag("html")
  static let img = HTMLTag("img")
  static let input = HTMLTag("input")
  static let label = HTMLTag("label")
  static let li = HTMLTag("li")
  static let link = HTMLTag("link")
  static let legend = HTMLTag("legend")
  static let main = HTMLTag("main")
  static let meta = HTMLTag("meta")
  static let meter = HTMLTag("meter")
  static let nav = HTMLTag("nav")
  static let noscript = HTMLTag("noscript")
  static let option = HTMLTag("option")
  static let output = HTMLTag("output")
  static let progress = HTMLTag("progress")
  static let ol = HTMLTag("ol")
  static let p = HTMLTag("p")
  static let pre = HTMLTag("pre")
  static let script = HTMLTag("script")
  static let rt = HTMLTag("rt")
  static let rtc = HTMLTag("rtc")
  static let kbd = HTMLTag("kbd")
  static let math = HTMLTag("math")
  static let samp = HTMLTag("samp")
  static let section = HTMLTag("section")
  static let select = HTMLTag("select")
  static let table = HTMLTag("table")
  static let tbody = HTMLTag("tbody")
  static let td = HTMLTag("td")
  static let template = HTMLTag("template")
  static let textarea = HTMLTag("textarea")
  static let tfoot = HTMLTag("tfoot")
  static let th = HTMLTag("th")
  static let thead = HTMLTag("thead")
  static let time = HTMLTag("time")
  static let title = HTMLTag("title")
  static let tr = HTMLTag("tr")
  static let ul = HTMLTag("ul")

  private static let roles: [HTMLRole] = {
    var named: [String: HTMLRole] = [
      "ul": .list(ordered: false), "menu": .list(ordered: false), "ol": .list(ordered: true),
      "li": .listItem, "dt": .term, "dd": .definition,
      "pre": .preformatted, "listing": .preformatted, "xmp": .preformatted,
      "sup": .raised, "sub": .lowered, "del": .struck, "s": .struck, "strike": .struck, "q": .quoted, "ruby": .ruby,
      "br": .lineBreak, "table": .table, "caption": .caption, "figcaption": .caption,
    ]
    for level in 1...6 { named["h\(level)"] = .heading(level) }
    for name in [
      "p", "div", "section", "blockquote", "dl", "figure", "address", "center", "details", "summary", "fieldset",
      "form", "hr", "html", "body", "hgroup", "legend", "tr", "td", "th", "thead", "tbody", "tfoot", "dir", "nav",
      "aside", "header", "footer", "main", "article", "search", "dialog",
    ] { named[name] = .block }
    for name in [
      "script", "style", "template", "head", "svg", "math", "iframe", "object", "embed", "canvas", "audio", "video",
      "button", "select", "input", "textarea", "option", "datalist", "noembed", "noframes", "frameset", "map", "img",
      "colgroup", "col", "rp", "meter", "progress",
    ] { named[name] = .dropped }
    var roles = [HTMLRole](repeating: .inline, count: Int(html_tag_end()))
    for (name, role) in named { roles[Int(HTMLTag(name).number)] = role }
    return roles
  }()
}
