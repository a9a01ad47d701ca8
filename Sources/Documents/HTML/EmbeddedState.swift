import Foundations

/// The text of a page that shows nothing until its scripts have run, from the state that it brings along for them:
/// JSON-LD, `__NEXT_DATA__`, what Discourse preloads.
struct EmbeddedState {
  private(set) var elements: [DocumentElement] = []
  private var said: Set<String> = []
  /// Titles of the objects around what is read.
  private var titles: [String] = []

  /// Fewer letters than this are no text of a page.
  static let leastLetters = 250
  private static let mostElements = 5_000
  private static let deepest = 60

  init(_ page: HTMLPage) {
    if let body = page.head.linked.body, Self.letters(body) >= Self.leastLetters {
      add(body)
      return
    }
    for index in page.tree.nodes.indices {
      let node = HTMLNode(tree: page.tree, index: index)
      guard node.isElement else { continue }
      if node.tag == .script { readScript(node) } else if node.hasAttributes { readPreloaded(node) }
      if elements.count > Self.mostElements { return }
    }
  }

  static func letters(_ text: String) -> Int { text.utf8.reduce(0) { $0 + ($1 > 0x20 ? 1 : 0) } }
  static func letters(_ element: DocumentElement) -> Int {
    letters(element.text) + (element.table?.cells.reduce(0) { $0 + letters($1.text) } ?? 0)
  }
  static func letters(_ elements: [DocumentElement]) -> Int { elements.reduce(0) { $0 + letters($1) } }

  private mutating func readScript(_ node: HTMLNode) {
    let isData = node.attribute("type")?.lowercased().hasPrefix("application/json") == true
    for child in node.children where child.kind == .text && child.text.count < 20_000_000 {
      if isData || node.attribute("id") == "__NEXT_DATA__" {
        read(Array(child.text))
      } else if let state = Self.assigned(Array(child.text)) {
        read(state)
      }
    }
  }

  private static let states = [
    "__INITIAL_STATE__", "__PRELOADED_STATE__", "__APOLLO_STATE__", "__INITIAL_DATA__", "__NEXT_DATA__", "__DATA__",
    "__INITIAL_PROPS__", "__STATE__", "initialState", "preloadedState",
  ]

  /// The object that a script gives to one of the usual names: `window.__INITIAL_STATE__ = {…};`.
  private static func assigned(_ script: [UInt8]) -> [UInt8]? {
    for name in states {
      guard let found = ByteSearch.range(of: Array(name.utf8), in: script) else { continue }
      let rest = script[found.upperBound...].drop { $0 <= 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "]") }
      guard rest.first == UInt8(ascii: "=") else { continue }
      let value = rest.dropFirst().drop { $0 <= 0x20 }
      guard value.first == UInt8(ascii: "{") || value.first == UInt8(ascii: "["), let end = end(of: value) else {
        continue
      }
      return Array(value[..<end])
    }
    return nil
  }

  /// Where the value that begins here ends.
  private static func end(of value: ArraySlice<UInt8>) -> Int? {
    var depth = 0
    var isString = false
    var index = value.startIndex
    while index < value.endIndex {
      let byte = value[index]
      if isString {
        if byte == UInt8(ascii: "\\") { index += 1 } else if byte == UInt8(ascii: "\"") { isString = false }
      } else if byte == UInt8(ascii: "\"") {
        isString = true
      } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
        depth += 1
      } else if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
        depth -= 1
        if depth == 0 { return index + 1 }
      }
      index += 1
    }
    return nil
  }

  private mutating func readPreloaded(_ node: HTMLNode) {
    guard let data = node.bytes("data-preloaded"), data.count > 100, let value = try? JSONValue(parsing: Array(data)),
      let parts = value.object
    else { return }
    // The topic; the others are settings of the forum.
    for member in parts.members where member.key.hasPrefix("topic_") {
      if let text = member.value.string { read(Array(text.utf8)) } else { visit(member.value, "", 0) }
    }
  }

  private mutating func read(_ json: [UInt8]) {
    if let value = try? JSONValue(parsing: json.map { $0 < 0x20 ? 0x20 : $0 }) { visit(value, "", 0) }
  }

  private mutating func visit(_ value: JSONValue, _ key: String, _ depth: Int) {
    guard depth < Self.deepest, elements.count < Self.mostElements else { return }
    if let text = value.string {
      if Self.isText(text, key) { add(text) }
    } else if let list = value.array {
      for member in list { visit(member, key, depth + 1) }
    } else if let object = value.object {
      visit(object, key, depth)
    }
  }

  private mutating func visit(_ object: JSONObject, _ key: String, _ depth: Int) {
    if let block = Self.richBlock(object) { return add(block) }
    let title = ["title", "headline", "heading"].lazy.compactMap { object[$0]?.string }.first {
      !$0.isEmpty && $0.utf8.count <= 200
    }
    if let title { titles.append(title) }
    for member in object.members where !Self.skipped.contains(member.key.lowercased()) {
      visit(member.value, member.key, depth + 1)
    }
    if title != nil { titles.removeLast() }
  }

  /// What is about the page, its looks, or about other pages.
  private static let skipped: Set<String> = [
    "css", "style", "styles", "script", "scripts", "seo", "meta", "metadata", "translations", "messages", "i18n",
    "locale",
    "config", "query", "runtimeconfig", "env", "navigation", "menu", "footer", "header", "related", "recommended",
    "suggested_topics", "copyright", "cookie", "cookies", "settings", "sitesettings",
  ]

  private static let textKeys: Set<String> = [
    "body", "content", "html", "text", "cooked", "articlebody", "markdown", "richtext", "bodyhtml", "contenthtml",
    "description", "paragraph", "copy", "lead", "intro", "answer", "value", "rendered", "summary", "longdescription",
  ]

  private static func isText(_ text: String, _ key: String) -> Bool {
    guard text.utf8.count >= 60 else { return false }
    let key = key.lowercased().filter { $0 != "_" && $0 != "-" }
    guard textKeys.contains(key) else { return false }
    let start = text.utf8.drop { $0 <= 0x20 }.first
    if start == UInt8(ascii: "{") || start == UInt8(ascii: "[") { return false }
    return text.utf8.count { $0 == 0x20 } >= 8 || text.unicodeScalars.contains { $0.value >= 0x2E80 }
  }

  /// A paragraph or heading of a text that is kept as a tree (Contentful, Sanity, ProseMirror).
  private static func richBlock(_ object: JSONObject) -> DocumentElement? {
    guard let type = (object["nodeType"] ?? object["_type"] ?? object["type"])?.string?.lowercased() else { return nil }
    let inner = object["content"] ?? object["children"]
    guard let inner, inner.array != nil else { return nil }
    let style = object["style"]?.string ?? ""
    let isBlock = ["paragraph", "block", "p", "list-item", "listitem", "blockquote"].contains(type)
    let isHeading = type.hasPrefix("heading") || style.hasPrefix("h") && style.count == 2
    guard isBlock || isHeading else { return nil }
    var words = ""
    func visit(_ value: JSONValue, _ depth: Int) {
      guard depth < 20 else { return }
      if let list = value.array { for member in list { visit(member, depth + 1) } }
      guard let node = value.object else { return }
      if let text = (node["text"] ?? node["value"])?.string { words += text }
      if let below = node["content"] ?? node["children"] { visit(below, depth + 1) }
    }
    visit(inner, 0)
    let text = words.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard !text.isEmpty else { return nil }
    let said = (style.isEmpty ? type : style).compactMap(\.wholeNumberValue).first
    return isHeading
      ? DocumentElement(.title, text, level: min(6, max(1, said ?? object["attrs"]?["level"]?.int ?? 2)))
      : type.hasPrefix("list") ? DocumentElement(.listItem, "- " + text, level: 1) : DocumentElement(.text, text)
  }

  private mutating func add(_ text: String) {
    guard said.insert(text).inserted else { return }
    let isMarkup =
      text.utf8.contains(UInt8(ascii: "<")) && (text.contains("</") || text.contains("/>") || text.contains("<p"))
    let found: [DocumentElement]
    if isMarkup {
      found = (try? HTMLReader.elements(utf8: Array(text.utf8))) ?? []
    } else {
      found = text.split(whereSeparator: \.isNewline).map {
        DocumentElement(.text, $0.split(whereSeparator: \.isWhitespace).joined(separator: " "))
      }.filter { !$0.text.isEmpty }
    }
    for element in found { add(element) }
  }

  private mutating func add(_ element: DocumentElement) {
    for (offset, title) in titles.enumerated() where said.insert("# " + title).inserted {
      elements.append(DocumentElement(.title, title, level: min(6, offset + 1)))
    }
    elements.append(element)
  }
}
