import Formats
import Foundations

/// What the styles of a Word document mean.
struct WordStyles {
  struct Style {
    var name = ""
    var parent: String?
    /// From 0.
    var outlineLevel: Int?
    var list: String?
    var listLevel: Int?
    var isHidden: Bool?
    var script: WordScript?
  }

  private var styles: [String: Style] = [:]
  /// The style of paragraphs that name none.
  private var usual: String?
  private(set) var language: String?

  init(_ archive: ZipArchive, _ part: String) throws {
    var id: String?
    var style = Style()
    var found: [String: Style] = [:]
    var language: String?
    var usual: String?
    var condition = 0
    try archive.events(part, .wordDocument) { event in
      switch event {
      case .opening("style", let attribute):
        id = attribute("w:styleId")
        style = Style()
        if attribute("w:type") == "paragraph", ["1", "true", "on"].contains(attribute("w:default") ?? "0") {
          usual = id
        }
      // What holds for the first row of a table only.
      case .opening("tblStylePr", _): condition += 1
      case .closing("tblStylePr"): condition -= 1
      case .opening("lang", let attribute): if language == nil { language = attribute("w:val") }
      case .opening(let name, let attribute) where condition == 0:
        Self.read(name, attribute, &style, isNamed: id != nil)
      case .closing("style"):
        if let id { found[id] = style }
        id = nil
      default: break
      }
    }
    styles = found
    self.usual = usual
    self.language = language
  }

  private static func read(_ name: String, _ attribute: (String) -> String?, _ style: inout Style, isNamed: Bool) {
    switch name {
    case "name" where isNamed: style.name = (attribute("w:val") ?? "").lowercased()
    case "basedOn": style.parent = attribute("w:val")
    case "outlineLvl": style.outlineLevel = attribute("w:val").flatMap { Int($0) }
    case "ilvl": style.listLevel = attribute("w:val").flatMap { Int($0) }
    case "numId": style.list = attribute("w:val")
    case "vanish": style.isHidden = WordScript.isOn(attribute)
    case "vertAlign": style.script = WordScript(attribute("w:val"))
    default: break
    }
  }

  private func first<Value>(_ id: String?, _ value: (Style) -> Value?) -> Value? {
    var here = id
    var rounds = 0
    while let name = here, let style = styles[name], rounds < 20 {
      if let found = value(style) { return found }
      here = style.parent
      rounds += 1
    }
    return nil
  }

  /// The level of a title, from 1; `nil` for what is none. A document's title counts as the highest.
  func titleLevel(_ id: String?) -> Int? {
    first(id) { style in
      if style.name == "title" { return 1 }
      if style.name.hasPrefix("heading "), let level = Int(style.name.dropFirst(8)) { return min(6, max(1, level)) }
      return style.outlineLevel.flatMap { $0 < 9 ? min(6, $0 + 1) : nil }
    }
  }

  func isTitle(_ id: String?) -> Bool { id.flatMap { styles[$0] }?.name == "title" }
  func isCaption(_ id: String?) -> Bool { first(id) { $0.name == "caption" ? true : nil } ?? false }
  /// What LibreOffice calls the names of columns.
  func isTableHeading(_ id: String?) -> Bool { first(id) { $0.name == "table heading" ? true : nil } ?? false }
  func isContents(_ id: String?) -> Bool {
    first(id) { $0.name.hasPrefix("toc ") || $0.name == "table of figures" ? true : nil } ?? false
  }
  func isCode(_ id: String?) -> Bool {
    first(id) { style in
      ["code", "source", "preformatted", "listing", "plain text"].contains { style.name.contains($0) } ? true : nil
    } ?? false
  }

  /// The list that paragraphs of a style are in, its level, and the style that says so.
  func numbering(_ id: String?) -> (list: String, level: Int?, style: String)? {
    var here = id ?? usual
    var level: Int?
    for _ in 0..<20 {
      guard let name = here, let style = styles[name] else { return nil }
      level = level ?? style.listLevel
      if let list = style.list { return (list, level, name) }
      here = style.parent
    }
    return nil
  }

  /// The list of a list style.
  func listNumbering(_ id: String) -> String? { first(id) { $0.list } }
  func isHidden(_ id: String?) -> Bool? { first(id) { $0.isHidden } }
  func script(_ id: String?) -> WordScript? { first(id) { $0.script } }
}

/// Whether text is raised or lowered.
enum WordScript {
  case level, raised, lowered

  init(_ value: String?) {
    switch value {
    case "superscript": self = .raised
    case "subscript": self = .lowered
    default: self = .level
    }
  }

  /// Whether a property that is on unless it says otherwise is on.
  static func isOn(_ attribute: (String) -> String?) -> Bool {
    !["0", "false", "off", "none"].contains(attribute("w:val") ?? "1")
  }
}
