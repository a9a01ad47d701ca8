import Formats
import Foundations

/// What the styles of a Word document mean.
struct WordStyles {
  struct Style {
    var name = ""
    var parent: String?
    /// From 0.
    var outlineLevel: Int?
    var numbering: (id: String, level: Int)?
  }

  private var styles: [String: Style] = [:]
  private(set) var language: String?

  init(_ archive: ZipArchive) throws {
    var id: String?
    var style = Style()
    var number: String?
    var level = 0
    var found: [String: Style] = [:]
    var language: String?
    try archive.events("word/styles.xml") { event in
      switch event {
      case .opening("style", let attribute):
        id = attribute("w:styleId")
        style = Style()
        number = nil
        level = 0
      case .opening("name", let attribute) where id != nil: style.name = (attribute("w:val") ?? "").lowercased()
      case .opening("basedOn", let attribute): style.parent = attribute("w:val")
      case .opening("outlineLvl", let attribute): style.outlineLevel = attribute("w:val").flatMap { Int($0) }
      case .opening("ilvl", let attribute): level = attribute("w:val").flatMap { Int($0) } ?? 0
      case .opening("numId", let attribute): number = attribute("w:val")
      case .opening("lang", let attribute): if language == nil { language = attribute("w:val") }
      case .closing("style"):
        if let number { style.numbering = (number, level) }
        if let id { found[id] = style }
        id = nil
      default: break
      }
    }
    styles = found
    self.language = language
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
  func numbering(_ id: String?) -> (id: String, level: Int)? { first(id) { $0.numbering } }
  func isCaption(_ id: String?) -> Bool { first(id) { $0.name == "caption" ? true : nil } ?? false }
  func isContents(_ id: String?) -> Bool {
    first(id) { $0.name.hasPrefix("toc ") || $0.name == "table of figures" ? true : nil } ?? false
  }
  func isCode(_ id: String?) -> Bool {
    first(id) { style in
      ["code", "source", "preformatted", "listing", "plain text"].contains { style.name.contains($0) } ? true : nil
    } ?? false
  }
}
