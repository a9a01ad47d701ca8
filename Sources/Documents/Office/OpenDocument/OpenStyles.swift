import Foundations

/// What the styles of an OpenDocument file mean (ODF 1.3, 16).
struct OpenStyles {
  struct ListLevel {
    var format: String?
    var prefix = ""
    var suffix = ""
    /// How many levels are shown in it.
    var shown = 1
    var start = 1
    var isBullet = false
  }

  private struct Style {
    var parent: String?
    var position: String?
    var isHidden = false
    var list: String?
    var name = ""
  }

  private var styles: [String: Style] = [:]
  private var lists: [String: [Int: ListLevel]] = [:]
  /// The numbers of headings.
  private(set) var outline: [Int: ListLevel] = [:]
  /// Of sheets.
  private var hiddenTables: Set<String> = []
  private var hiddenPages: Set<String> = []

  mutating func read(_ root: XMLNode) {
    for group in root.children where ["office:automatic-styles", "office:styles"].contains(group.name) {
      for node in group.children {
        switch node.name {
        case "style:style": readStyle(node)
        case "text:list-style": if let name = node["style:name"] { lists[name] = Self.levels(node) }
        case "text:outline-style": outline = Self.levels(node)
        default: break
        }
      }
    }
  }

  private mutating func readStyle(_ node: XMLNode) {
    guard let name = node["style:name"] else { return }
    var style = Style()
    style.parent = node["style:parent-style-name"]
    style.list = node["style:list-style-name"]
    style.name = node["style:display-name"] ?? name
    let text = node.child("style:text-properties")
    style.position = text?["style:text-position"]
    style.isHidden = text?["text:display"] == "none"
    if node.child("style:table-properties")?["table:display"] == "false" { hiddenTables.insert(name) }
    if node.child("style:drawing-page-properties")?["presentation:visibility"] == "hidden" { hiddenPages.insert(name) }
    styles[(node["style:family"] ?? "") + " " + name] = style
  }

  private static func levels(_ node: XMLNode) -> [Int: ListLevel] {
    var levels: [Int: ListLevel] = [:]
    for child in node.children {
      guard let number = child.int("text:level") else { continue }
      var level = ListLevel()
      level.isBullet = child.name != "text:list-level-style-number" && child.name != "text:outline-level-style"
      level.format = child["style:num-format"]
      level.prefix = child["style:num-prefix"] ?? ""
      level.suffix = child["style:num-suffix"] ?? ""
      level.shown = child.int("text:display-levels") ?? 1
      level.start = child.int("text:start-value") ?? 1
      levels[number] = level
    }
    return levels
  }

  func list(_ name: String?) -> [Int: ListLevel] { name.flatMap { lists[$0] } ?? [:] }
  func isHiddenTable(_ name: String?) -> Bool { name.map { hiddenTables.contains($0) } ?? false }

  func isHiddenPage(_ name: String?) -> Bool { name.map { hiddenPages.contains($0) } ?? false }

  private func first<Value>(_ family: String, _ name: String?, _ value: (Style) -> Value?) -> Value? {
    var here = name
    for _ in 0..<20 {
      guard let name = here, let style = styles["\(family) \(name)"] else { return nil }
      if let found = value(style) { return found }
      here = style.parent
    }
    return nil
  }

  func isHidden(_ family: String, _ name: String?) -> Bool { first(family, name) { $0.isHidden ? true : nil } ?? false }
  func listStyle(ofParagraph name: String?) -> String? { first("paragraph", name) { $0.list } }

  /// Whether text of a style is raised or lowered.
  func role(_ name: String?) -> ScriptText.Role? {
    guard let position = first("text", name, { $0.position }) else { return nil }
    if position.hasPrefix("super") { return .raised }
    if position.hasPrefix("sub") { return .lowered }
    guard let percent = position.split(separator: "%").first.flatMap({ Int($0) }), percent != 0 else { return nil }
    return percent > 0 ? .raised : .lowered
  }

  /// What a paragraph is called by its style and those above it, in lower case.
  func names(ofParagraph name: String?) -> [String] {
    var names: [String] = []
    var here = name
    for _ in 0..<20 {
      guard let name = here else { break }
      names.append(name.lowercased())
      guard let style = styles["paragraph \(name)"] else { break }
      names.append(style.name.lowercased())
      here = style.parent
    }
    return names
  }

  /// The level of the heading that a paragraph is by its style: `Heading 2`.
  func headingLevel(ofParagraph name: String?) -> Int? {
    for name in names(ofParagraph: name) {
      for start in ["heading ", "heading_20_"] where name.hasPrefix(start) {
        if let level = Int(name.dropFirst(start.count)), (1...10).contains(level) { return level }
      }
    }
    return nil
  }

  static func number(_ value: Int, _ format: String?) -> String {
    switch format {
    case "1": "\(value)"
    case "a": ListNumber.written(value, .lowerLetter)
    case "A": ListNumber.written(value, .upperLetter)
    case "i": ListNumber.written(value, .lowerRoman)
    case "I": ListNumber.written(value, .upperRoman)
    case "01, 02, 03, ...": ListNumber.written(value, .decimalZero)
    case nil, "": ""
    default: "\(value)"
    }
  }

  /// The number of a list's level with those above it, as far as it shows them.
  static func label(_ levels: [Int: ListLevel], _ number: Int, _ counts: [Int: Int]) -> String {
    guard let level = levels[number], level.format?.isEmpty == false else { return "" }
    let first = max(1, number - level.shown + 1)
    let parts = (first...number).compactMap { above -> String? in
      let format = levels[above]?.format
      let text = Self.number(counts[above] ?? levels[above]?.start ?? 1, format)
      return text.isEmpty ? nil : text
    }
    return level.prefix + parts.joined(separator: ".") + level.suffix
  }
}
