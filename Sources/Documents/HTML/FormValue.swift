import Foundations

/// What stands in a field of a form, for those who look at the page.
enum FormValue {
  /// Kinds of `input` whose value is for machines, is a button's name, or nobody's to read; what is searched for is none of
  /// the page's text.
  private static let unread: Set<String> = [
    "hidden", "password", "submit", "button", "reset", "image", "file", "search", "checkbox", "radio", "color",
  ]

  /// - Returns: `nil` for an empty field and for what is no field.
  static func text(of node: HTMLNode) -> String? {
    let text: String? =
      switch node.tag {
      case .input:
        unread.contains(node.attribute("type")?.lowercased() ?? "text") ? nil : node.attribute("value")
      case .textarea: HTMLHead.text(of: node)
      case .select: chosen(node)
      case .meter, .progress: measured(node)
      default: nil
      }
    guard let text else { return nil }
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return words.isEmpty ? nil : words
  }

  /// The options that are chosen; the first one where none is, as browsers choose it. An option without a value only says
  /// that there is something to choose.
  private static func chosen(_ select: HTMLNode) -> String? {
    var first: HTMLNode?
    var chosen: [HTMLNode] = []
    for index in (select.index + 1)..<max(select.index + 1, select.end) {
      let node = HTMLNode(tree: select.tree, index: index)
      guard node.isElement, node.tag == .option else { continue }
      if node.bytes("selected") != nil { chosen.append(node) }
      if first == nil, node.bytes("disabled") == nil { first = node }
    }
    let isList = select.bytes("multiple") != nil || (select.attribute("size").flatMap { Int($0) } ?? 1) > 1
    if chosen.isEmpty, !isList, let first { chosen = [first] }
    if !isList, chosen.count > 1 { chosen.removeFirst(chosen.count - 1) }
    let words = chosen.filter { $0.bytes("value")?.isEmpty != true && $0.bytes("disabled") == nil }.compactMap {
      option in
      option.attribute("label").flatMap { $0.isEmpty ? nil : $0 } ?? HTMLHead.text(of: option)
    }
    return words.isEmpty ? nil : words.joined(separator: ", ")
  }

  /// What a bar shows: its own words, else its value and what it is of.
  private static func measured(_ node: HTMLNode) -> String? {
    if let words = HTMLHead.text(of: node) ?? node.attribute("aria-valuetext") { return words }
    guard let value = node.attribute("value") else { return nil }
    guard let most = node.attribute("max"), most != "1" else { return value }
    return most == "100" ? "\(value)%" : "\(value)/\(most)"
  }
}
