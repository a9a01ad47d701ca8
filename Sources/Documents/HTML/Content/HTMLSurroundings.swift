import Foundations

/// Which kinds of elements a node stands in, itself included.
struct HTMLSurroundings: OptionSet, Sendable {
  let rawValue: UInt32

  static let names = [
    "nav", "header", "footer", "aside", "main", "article", "section", "form", "list", "table", "blockquote", "figure",
    "details", "hidden", "noscript", "dialog", "link", "itemscope", "dl", "label", "code", "custom",
  ]

  static let nav = HTMLSurroundings(rawValue: 1 << 0)
  static let header = HTMLSurroundings(rawValue: 1 << 1)
  static let footer = HTMLSurroundings(rawValue: 1 << 2)
  static let aside = HTMLSurroundings(rawValue: 1 << 3)
  static let main = HTMLSurroundings(rawValue: 1 << 4)
  static let article = HTMLSurroundings(rawValue: 1 << 5)
  static let section = HTMLSurroundings(rawValue: 1 << 6)
  static let form = HTMLSurroundings(rawValue: 1 << 7)
  static let list = HTMLSurroundings(rawValue: 1 << 8)
  static let table = HTMLSurroundings(rawValue: 1 << 9)
  static let blockquote = HTMLSurroundings(rawValue: 1 << 10)
  static let figure = HTMLSurroundings(rawValue: 1 << 11)
  static let details = HTMLSurroundings(rawValue: 1 << 12)
  static let hidden = HTMLSurroundings(rawValue: 1 << 13)
  static let noscript = HTMLSurroundings(rawValue: 1 << 14)
  static let dialog = HTMLSurroundings(rawValue: 1 << 15)
  static let link = HTMLSurroundings(rawValue: 1 << 16)
  static let itemscope = HTMLSurroundings(rawValue: 1 << 17)
  static let dl = HTMLSurroundings(rawValue: 1 << 18)
  static let label = HTMLSurroundings(rawValue: 1 << 19)
  static let code = HTMLSurroundings(rawValue: 1 << 20)
  static let custom = HTMLSurroundings(rawValue: 1 << 21)

  init(rawValue: UInt32) { self.rawValue = rawValue }

  private static let byTag: [HTMLTag: HTMLSurroundings] = [
    .nav: .nav, .header: .header, .footer: .footer, .aside: .aside, .main: .main, .article: .article,
    .section: .section, .form: .form, .ul: .list, .ol: .list, .table: .table, .blockquote: .blockquote,
    .figure: .figure, .details: .details, .noscript: .noscript, HTMLTag("dialog"): .dialog, .a: .link, .dl: .dl,
    .label: .label, .pre: .code,
  ]
  private static let byNumber: [HTMLSurroundings] = {
    var list = [HTMLSurroundings](repeating: [], count: 4096)
    for (tag, value) in byTag { list[Int(tag.number)] = value }
    list[0] = .custom
    return list
  }()

  init(of node: HTMLNode, _ tag: HTMLTag) {
    var all = Self.byNumber[min(Int(tag.number), Self.byNumber.count - 1)]
    if node.hasAttributes {
      if Self.isHidden(node) { all.insert(.hidden) }
      if node.bytes("itemscope") != nil { all.insert(.itemscope) }
      if let role = node.bytes("role"), role.count > 3 {
        switch String(decoding: role, as: UTF8.self) {
        case "navigation", "menu", "menubar", "tablist", "toolbar": all.insert(.nav)
        case "banner": all.insert(.header)
        case "contentinfo": all.insert(.footer)
        case "complementary": all.insert(.aside)
        case "main": all.insert(.main)
        case "article": all.insert(.article)
        case "dialog", "alertdialog": all.insert(.dialog)
        case "search", "form": all.insert(.form)
        default: break
        }
      }
    }
    self = all
  }

  /// Whether an element says of itself that it is not shown. `visibility: hidden` does not count: many pages wear it
  /// only until their scripts have run.
  static func isHidden(_ node: HTMLNode) -> Bool {
    guard node.hasAttributes else { return false }
    if node.bytes("hidden") != nil { return !HTMLHiddenParts.isStreamed(node) }
    if let value = node.bytes("aria-hidden"), value.count == 4 { return true }
    guard let style = node.bytes("style"), style.count >= 12 else { return false }
    let plain = style.filter { $0 > 0x20 }.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }
    return ByteSearch.range(of: Array("display:none".utf8), in: plain) != nil
  }
}
