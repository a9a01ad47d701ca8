import CLexbor
import Foundations

/// What a page hides from its readers, unless they can open it: an answer below its question, a tab beside another.
struct HTMLHiddenParts {
  private var hidden: Set<Int> = []
  /// Of each control with a target on the page, the target.
  private var targets: [Int: Int] = [:]
  /// How much text stands before each node, and how much of it in links.
  private var text: [Int32]
  private var linked: [Int32]

  /// - Parameter runsScripts: whether the programs of the page are run where it is shown.
  init(_ tree: HTMLTree, _ styles: StyleSheet, runsScripts: Bool) {
    text = [Int32](repeating: 0, count: tree.nodes.count + 1)
    linked = text
    var controls: [(control: Int, id: String)] = []
    var candidates: [(index: Int, before: Int)] = []
    // Of each node, its last child so far; how many nodes say that they open something, up to each.
    var children = [Int32](repeating: -1, count: tree.nodes.count)
    var openers = text
    // What a class hides, a script may show.
    let hides =
      !styles.isEmpty
      && !(runsScripts && tree.nodes.indices.contains { Self.isScript(HTMLNode(tree: tree, index: $0)) })
    var linkedUntil = 0
    var unreadUntil = 0
    for index in tree.nodes.indices {
      let node = HTMLNode(tree: tree, index: index)
      text[index + 1] = text[index]
      linked[index + 1] = linked[index]
      openers[index + 1] = openers[index]
      switch node.kind {
      case .other: break
      case .text where index < unreadUntil: break
      case .text:
        let size = Int32(clamping: node.text.count { $0 > 0x20 })
        text[index + 1] += size
        if index < linkedUntil { linked[index + 1] += size }
      case .element:
        let parent = Int(tree.nodes[index].parent)
        let before = Int(children[parent])
        if index > 0 { children[parent] = Int32(clamping: index) }
        if node.tag == .a { linkedUntil = max(linkedUntil, node.end) }
        // Scripts are no text that a page could hide.
        if node.tag == .script || node.tag == Self.style { unreadUntil = max(unreadUntil, node.end) }
        guard node.hasAttributes else { continue }
        if let id = Self.target(of: node) { controls.append((index, id)) }
        if node.bytes("aria-expanded") != nil { openers[index + 1] += 1 }
        if Self.isHidden(node) || hides && styles.look(of: node).isHidden {
          candidates.append((index, before))
        }
      }
    }
    guard !candidates.isEmpty || !controls.isEmpty else { return }
    let wanted = Set(controls.map(\.id))
    var places: [String: Int] = [:]
    if !wanted.isEmpty {
      for index in tree.nodes.indices where tree.nodes[index].attribute_count > 0 {
        if let id = HTMLNode(tree: tree, index: index).attribute("id"), wanted.contains(id), places[id] == nil {
          places[id] = index
        }
      }
    }
    for (control, id) in controls { targets[control] = places[id] }
    let opened = Set(places.values)
    let closed = candidates.filter { index, before in
      let node = HTMLNode(tree: tree, index: index)
      if opened.contains(index) || Self.canBeOpened(node) { return false }
      guard before >= 0 else { return true }
      return openers[before] == openers[HTMLNode(tree: tree, index: before).end]
    }.map(\.index)
    // A page that hides most of itself shows it as soon as its scripts have run.
    var end = 0
    var size: Int32 = 0
    for index in closed where index >= end {
      end = HTMLNode(tree: tree, index: index).end
      size += text[end] - text[index]
    }
    if size * 2 <= text[tree.nodes.count] { hidden = Set(closed) }
  }

  func contains(_ node: HTMLNode) -> Bool { hidden.contains(node.index) }

  /// Whether a control opens a text, and no menu, that stands right behind it.
  func opensText(_ control: HTMLNode) -> Bool {
    guard let target = targets[control.index], target > control.index else { return false }
    let node = HTMLNode(tree: control.tree, index: target)
    let size = text[node.end] - text[target]
    guard size >= 40, (linked[node.end] - linked[target]) * 3 < size else { return false }
    // Nothing else stands between the two.
    return text[target] - text[control.end] < 40
  }

  /// The id that a control says it opens.
  private static func target(of node: HTMLNode) -> String? {
    if let id = node.attribute("aria-controls"), !id.isEmpty { return id }
    for name in ["data-bs-target", "data-target"] as [StaticString] {
      if let id = node.attribute(name), id.hasPrefix("#"), id.utf8.count > 1 { return String(id.dropFirst()) }
    }
    guard node.tag == .a, let url = node.bytes("href"), url.count > 1, url[0] == UInt8(ascii: "#") else { return nil }
    return String(decoding: url.dropFirst(), as: UTF8.self)
  }

  /// Whether an element says that it is not shown. `aria-hidden` does not: it hides from screen readers only; nor does
  /// `visibility`, which many pages wear until their scripts have run.
  private static func isHidden(_ node: HTMLNode) -> Bool {
    if let value = node.attribute("hidden") { return value.lowercased() != "until-found" && !isStreamed(node) }
    guard let style = node.bytes("style"), style.count >= 12 else { return false }
    let plain = style.filter { $0 > 0x20 }.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }
    guard let found = ByteSearch.range(of: Array("display:none".utf8), in: plain) else { return false }
    return found.lowerBound == 0 || plain[found.lowerBound - 1] == UInt8(ascii: ";")
  }

  /// Whether an element is a part of a page that React sends behind the rest, for a script to put in its place.
  static func isStreamed(_ node: HTMLNode) -> Bool {
    guard let id = node.bytes("id"), id.count > 2, id[1] == UInt8(ascii: ":"), id[0] == UInt8(ascii: "S") else {
      return false
    }
    // Its number is hexadecimal.
    return id.dropFirst(2).allSatisfy { $0 >= 48 && $0 <= 57 || $0 >= 97 && $0 <= 102 }
  }

  /// Whether an element is a program that changes the page; data are none.
  private static func isScript(_ node: HTMLNode) -> Bool {
    guard node.isElement, node.tag == .script else { return false }
    return node.attribute("type").map { $0.isEmpty || $0.contains("javascript") || $0 == "module" } ?? true
  }

  private static let style = HTMLTag("style")

  private static let openable: Set<String> = [
    "accordion", "answer", "collapse", "collapsible", "details", "expand", "expandable", "faq", "more", "panel", "pane",
    "reveal", "spoiler", "tab", "tabs", "tabpanel", "toggle", "step", "slide", "carousel", "excerpt", "full",
  ]

  /// Whether its names say that readers can open it.
  private static func canBeOpened(_ node: HTMLNode) -> Bool {
    if let role = node.attribute("role"), role == "tabpanel" || role == "region" { return true }
    if node.parent?.tag == .details || node.tag == .body || node.tag == .html || node.tag == .main { return true }
    for label in node.labels {
      if label.split(whereSeparator: { !$0.isLetter }).contains(where: { openable.contains(String($0)) }) {
        return true
      }
    }
    return node.parent == nil
  }
}
