import Foundations

/// What a walker knows of the page as a whole.
struct HTMLWalkContext {
  /// Parts that are left out whatever they are.
  private let dropped: [Bool]?
  private let hidden: HTMLHiddenParts
  /// The formulas that stand beside what browsers draw of them: as MathML, as scripts.
  private let readable = ChildMemory()
  private let scripts = ChildMemory()
  let forms: PageForms
  let styles: StyleSheet
  /// Around quotations.
  let quotes: (open: String, close: String)

  /// - Parameter hides: whether what the page hides is left out.
  init(_ tree: HTMLTree, dropping dropped: [Bool]? = nil, sheets: [[UInt8]]? = nil) {
    self.dropped = dropped
    styles = StyleSheet((sheets ?? []) + StyleSheet.inside(tree))
    hidden = HTMLHiddenParts(tree, styles, runsScripts: sheets == nil)
    forms = PageForms(tree)
    let language = tree.root.attribute("lang") ?? tree.root.attribute("xml:lang") ?? "en"
    switch language.lowercased().prefix(2) {
    case "de", "cs", "sk", "bg", "ka", "is", "et", "lt", "sl": quotes = ("„", "“")
    case "fr": quotes = ("« ", " »")
    case "ru", "uk", "be", "es", "it", "pt", "el", "no", "nb", "nn": quotes = ("«", "»")
    case "pl", "hu", "ro", "hr", "sr": quotes = ("„", "”")
    case "ja", "zh": quotes = ("「", "」")
    case "sv", "fi": quotes = ("”", "”")
    default: quotes = ("“", "”")
    }
  }

  func isLeftOut(_ node: HTMLNode) -> Bool {
    if let dropped, dropped[node.index] { return true }
    return node.hasAttributes && (hidden.contains(node) || isForMachines(node))
  }

  /// Whether a control opens a text that stands near it.
  func opensText(_ control: HTMLNode) -> Bool { hidden.opensText(control) }

  /// What shows the same once more: formulas as a browser draws them, beside the same as MathML or TeX; links for editors.
  private func isForMachines(_ node: HTMLNode) -> Bool {
    guard let classes = node.bytes("class"), classes.count >= 7 else { return false }
    // What all three have in common is looked for first.
    if Self.isCopyButton(node) { return true }
    guard classes.contains(where: { $0 == UInt8(ascii: "k") || $0 == UInt8(ascii: "M") || $0 == UInt8(ascii: "m") }),
      node.mentions("katex-html") || node.mentions("MathJax") || node.mentions("mw-editsection")
    else { return false }
    let labels = node.labels
    if labels.contains("mw-editsection") { return true }
    if labels.contains("katex-html") {
      return node.parent.map { readable.has($0) { $0.mentions("katex-mathml") } } == true
    }
    guard labels.contains(where: { $0 == "mathjax" || $0 == "mathjax_preview" || $0 == "mathjax_display" }) else {
      return false
    }
    // The script with the formula stands behind it.
    return node.parent.map { scripts.has($0) { $0.tag == .script && MathText.script($0) != nil } } == true
  }

  /// Whether an element copies the program beside it.
  private static func isCopyButton(_ node: HTMLNode) -> Bool {
    guard node.mentions("copy") || node.mentions("clipboard"), node.end - node.index < 12 else { return false }
    let isOne = node.labels.contains { label in
      (label.contains("copy") || label.contains("clipboard"))
        && (["btn", "button", "code", "icon", "clipboard"].contains { label.contains($0) } || label == "copy")
    }
    guard isOne, node.tag != .p, node.tag != .pre, node.tag != .code else { return false }
    return (HTMLHead.text(of: node) ?? "x").count <= 24
  }
}
