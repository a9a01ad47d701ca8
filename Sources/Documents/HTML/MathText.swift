import Foundations

/// Formulas on one line: MathML (Core) as people write it, TeX as it is.
enum MathText {
  static func text(of node: HTMLNode) -> String? {
    if let words = node.attribute("alttext"), !words.isEmpty { return plain(words) }
    var formula = Formula()
    formula.row(node)
    let text = formula.text
    return text.isEmpty ? tex(node) : text
  }

  /// The TeX that MathJax finds in a script.
  static func script(_ node: HTMLNode) -> String? {
    guard let type = node.attribute("type")?.lowercased(), type.hasPrefix("math/tex") else { return nil }
    return HTMLHead.text(of: node)
  }

  /// Without what MediaWiki puts around every formula.
  static func plain(_ tex: String) -> String {
    for wrapper in ["{\\displaystyle ", "{\\textstyle "] where tex.hasPrefix(wrapper) && tex.hasSuffix("}") {
      return String(tex.dropFirst(wrapper.count).dropLast())
    }
    return tex
  }

  /// In brackets, unless it is one sign, number or word.
  static func grouped(_ text: String) -> String {
    let isPlain = text.allSatisfy { $0.isNumber || $0 == "." } || text.allSatisfy(\.isLetter) || text.count == 1
    return isPlain || text.isEmpty ? text : "(\(text))"
  }

  private static func tex(_ node: HTMLNode) -> String? {
    for index in node.index..<node.end {
      let below = HTMLNode(tree: node.tree, index: index)
      if below.isElement, below.attribute("encoding") == "application/x-tex" { return HTMLHead.text(of: below) }
    }
    return nil
  }

  private struct Formula {
    var text = ""

    mutating func row(_ node: HTMLNode) { for child in node.children { add(child) } }

    private static func of(_ node: HTMLNode) -> String {
      var part = Formula()
      part.add(node)
      return part.text.trimmingSpaces
    }

    private static func grouped(_ text: String) -> String { MathText.grouped(text) }

    private mutating func put(_ part: String) {
      // Two names that touch would become one.
      if let last = text.last, let first = part.first, last.isLetter, first.isLetter,
        part.count > 1 || text.reversed().prefix(while: \.isLetter).count > 1, part.allSatisfy(\.isLetter)
      {
        text += " "
      }
      text += part
    }

    mutating func add(_ node: HTMLNode) {
      guard node.isElement else { return }
      let parts = node.children.filter(\.isElement)
      func part(_ index: Int) -> String { parts.indices.contains(index) ? Self.of(parts[index]) : "" }
      switch node.tree.name(node) {
      case "mi", "mn", "mtext", "ms": put(HTMLHead.text(of: node) ?? "")
      case "mo": sign(HTMLHead.text(of: node) ?? "")
      case "mspace": text += " "
      case "mfrac": put("\(Self.grouped(part(0)))/\(Self.grouped(part(1)))")
      case "msqrt":
        var inner = Formula()
        inner.row(node)
        put("√" + Self.grouped(inner.text.trimmingSpaces))
      case "mroot": put("\(Self.grouped(part(1)))√\(Self.grouped(part(0)))")
      case "msup", "mover": put(part(0) + (part(1).isEmpty ? "" : mark("^", part(1))))
      case "msub", "munder": put(part(0) + (part(1).isEmpty ? "" : mark("_", part(1))))
      case "msubsup", "munderover": put(part(0) + mark("_", part(1)) + mark("^", part(2)))
      case "mfenced": put("(" + parts.map { Self.of($0) }.joined(separator: ", ") + ")")
      case "mtable":
        let rows = parts.map { row in
          row.children.filter(\.isElement).map { Self.of($0) }.joined(separator: ", ")
        }
        put("[" + rows.joined(separator: "; ") + "]")
      case "semantics": if let first = parts.first { add(first) }
      case "annotation", "annotation-xml", "mphantom", "none", "mprescripts": break
      default: row(node)
      }
    }

    /// Primes and accents stand by themselves.
    private func mark(_ sign: String, _ part: String) -> String {
      ["′", "″", "‴", "'", "¯", "^", "~", "˙", "→", "‾", "ˆ", "˜"].contains(part) ? part : sign + Self.grouped(part)
    }

    private mutating func sign(_ sign: String) {
      // Invisible signs: function application, times, separator, plus.
      let sign = sign.filter { !"\u{2061}\u{2062}\u{2063}\u{2064}".contains($0) }
      let isSpaced = "=<>≤≥≠≈≡∼≃→←↔⇒⇔∈∉⊂⊆∪∩×÷·±∓+−-∧∨".contains(sign) && sign.count == 1
      let isPrefix = text.isEmpty || text.last.map { "([{,".contains($0) } == true
      text += isSpaced && !isPrefix ? " \(sign) " : sign == "," ? ", " : sign
    }
  }
}

extension String {
  fileprivate var trimmingSpaces: String {
    var text = drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
