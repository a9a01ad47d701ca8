import Foundations

/// The numbers of an ordered list as a browser shows them.
struct ListCounter {
  private var next: Int
  private let step: Int
  private let style: ListNumber.Style?

  init(_ list: HTMLNode) {
    let isReversed = list.bytes("reversed") != nil
    let count = isReversed ? list.children.reduce(0) { $0 + ($1.isElement && $1.tag == .li ? 1 : 0) } : 1
    next = list.attribute("start").flatMap { Int($0) } ?? count
    step = isReversed ? -1 : 1
    style = Self.style(list) ?? .decimal
  }

  mutating func marker(_ item: HTMLNode) -> String {
    let number = item.attribute("value").flatMap { Int($0) } ?? next
    next = number &+ step
    guard let style = Self.style(item) ?? style else { return "- " }
    return ListNumber.written(number, style) + ". "
  }

  private static func style(_ node: HTMLNode) -> ListNumber.Style? {
    guard node.hasAttributes else { return nil }
    switch node.attribute("type") {
    case "a": return .lowerLetter
    case "A": return .upperLetter
    case "i": return .lowerRoman
    case "I": return .upperRoman
    case "1": return .decimal
    default: break
    }
    guard let css = node.attribute("style"), let found = css.range(ofStyle: "list-style") else { return nil }
    let value = css[found...].prefix { $0 != ";" }
    for (name, style) in [
      ("lower-alpha", ListNumber.Style.lowerLetter), ("lower-latin", .lowerLetter), ("upper-alpha", .upperLetter),
      ("upper-latin", .upperLetter), ("lower-roman", .lowerRoman), ("upper-roman", .upperRoman),
      ("lower-greek", .lowerGreek),
    ] where value.lowercased().contains(name) { return style }
    return nil
  }
}

extension String {
  fileprivate func range(ofStyle name: String) -> String.Index? {
    ByteSearch.range(of: Array(name.utf8), in: Array(lowercased().utf8)).map {
      utf8.index(startIndex, offsetBy: $0.lowerBound)
    }
  }
}
