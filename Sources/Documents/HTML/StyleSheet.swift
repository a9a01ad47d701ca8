import Foundations

/// What the style sheets of a page say of its elements, as far as it changes what is read: what is hidden, raised, lowered,
/// large or bold. Selectors of one element with classes or an id are understood.
final class StyleSheet {
  private struct Rule {
    var tag: String?
    var names: [String]
    /// Whether the selector asks for something around the element, too.
    var isInner: Bool
    var look: StyleLook
  }

  /// The rules by the last of their classes or ids: `.sup`, `#notes`.
  private var rules: [String: [Rule]] = [:]
  private var known: [String: StyleLook] = [:]

  private static let most = 20_000

  /// - Parameter sheets: their texts, in the order in which they hold.
  init(_ sheets: [[UInt8]]) {
    var count = 0
    for sheet in sheets where count < Self.most { add(sheet, &count) }
  }

  var isEmpty: Bool { rules.isEmpty }

  /// The sheets that a page has inside.
  static func inside(_ tree: HTMLTree) -> [[UInt8]] {
    let style = HTMLTag("style")
    return tree.nodes.indices.compactMap { index in
      let node = HTMLNode(tree: tree, index: index)
      guard node.isElement, node.tag == style,
        node.attribute("media").map({ $0 == "all" || $0.contains("screen") }) ?? true
      else { return nil }
      return node.children.flatMap { $0.kind == .text ? Array($0.text) : [] }
    }
  }

  /// What is said of an element, its own `style` last.
  func look(of node: HTMLNode) -> StyleLook {
    var look = StyleLook()
    if !rules.isEmpty, node.bytes("class") != nil || node.bytes("id") != nil {
      let classes = node.attribute("class")
      let id = node.attribute("id")
      let key = "\(node.tag.number) \(classes ?? "")#\(id ?? "")"
      if let found = known[key] {
        look = found
      } else {
        look = self.look(node, classes, id)
        if known.count < 100_000 { known[key] = look }
      }
    }
    if let style = node.bytes("style") { look.add(Array(style)) }
    return look
  }

  private func look(_ node: HTMLNode, _ classes: String?, _ id: String?) -> StyleLook {
    var names = Set((classes ?? "").split(whereSeparator: \.isWhitespace).map { ".\($0)" })
    if let id, !id.isEmpty { names.insert("#\(id)") }
    var look = StyleLook()
    let tag = node.tree.name(node)
    for name in names {
      for rule in rules[name] ?? [] where rule.tag == nil || rule.tag == tag {
        guard rule.names.allSatisfy({ names.contains($0) }) else { continue }
        look.merge(rule.look, isInner: rule.isInner)
      }
    }
    return look
  }

  // MARK: Reading

  private func add(_ sheet: [UInt8], _ count: inout Int) {
    let text = Self.withoutComments(sheet)
    var index = 0
    while index < text.count, count < Self.most {
      guard let open = text[index...].firstIndex(of: UInt8(ascii: "{")) else { return }
      let selector = text[index..<open].drop { $0 <= 0x20 || $0 == UInt8(ascii: "}") || $0 == UInt8(ascii: ";") }
      if selector.first == UInt8(ascii: "@") {
        // What holds for paper or small screens only is passed over; fonts have no rules.
        index = Self.end(of: text, from: open)
        continue
      }
      guard let close = text[open...].firstIndex(of: UInt8(ascii: "}")) else { return }
      index = close + 1
      var look = StyleLook()
      look.add(Array(text[(open + 1)..<close]))
      guard !look.isPlain, selector.count < 4_000 else { continue }
      for part in selector.split(separator: UInt8(ascii: ",")) {
        guard let rule = Self.rule(String(decoding: part, as: UTF8.self), look), let last = rule.names.last else {
          continue
        }
        rules[last, default: []].append(rule)
        count += 1
      }
    }
  }

  private static func withoutComments(_ text: [UInt8]) -> [UInt8] {
    guard ByteSearch.range(of: Array("/*".utf8), in: text) != nil else { return text }
    var out: [UInt8] = []
    var index = 0
    while let start = ByteSearch.range(of: Array("/*".utf8), in: text, from: index) {
      out += text[index..<start.lowerBound]
      guard let end = ByteSearch.range(of: Array("*/".utf8), in: text, from: start.upperBound) else { return out }
      index = end.upperBound
    }
    return out + text[index...]
  }

  private static func end(of text: [UInt8], from open: Int) -> Int {
    var depth = 0
    for index in open..<text.count {
      if text[index] == UInt8(ascii: "{") { depth += 1 }
      if text[index] == UInt8(ascii: "}") {
        depth -= 1
        if depth == 0 { return index + 1 }
      }
    }
    return text.count
  }

  private static func rule(_ selector: String, _ look: StyleLook) -> Rule? {
    let parts = selector.split { $0.isWhitespace || $0 == ">" }
    guard let last = parts.last, !selector.contains(where: { ":+~[*".contains($0) }) else { return nil }
    var names: [String] = []
    var tag = ""
    for sign in last {
      if sign == "." || sign == "#" {
        names.append(String(sign))
      } else if names.isEmpty {
        tag.append(sign)
      } else {
        names[names.count - 1].append(sign)
      }
    }
    guard !names.isEmpty, names.allSatisfy({ $0.count > 1 }) else { return nil }
    return Rule(tag: tag.isEmpty ? nil : tag.lowercased(), names: names, isInner: parts.count > 1, look: look)
  }
}
