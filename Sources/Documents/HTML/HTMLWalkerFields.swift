import Foundations

/// Forms as people fill them in: `Name: Jane`.
extension HTMLWalker {
  static let fields: Set<HTMLTag> = [.input, .select, .textarea, .meter, .progress]

  /// A label, with the box before it that it is for.
  mutating func label(_ node: HTMLNode) {
    beginField()
    if let control = context.forms.control(of: node), stands(control, before: node) { tick(control) }
    walkChildren(node)
    labelEnd = inline.bytes.count
  }

  /// A field with something in it, behind its label.
  mutating func field(_ node: HTMLNode) {
    let label = context.forms.label(of: node)
    let name = label == nil ? node.attribute("aria-label").flatMap { $0.isEmpty ? nil : $0 } : nil
    guard let value = FormValue.text(of: node), isShown(node, isNamed: label != nil || name != nil) else { return }
    if let name {
      beginField()
      inline.append((name + ": ").utf8)
    } else if let label {
      join(label)
    }
    inline.append((" " + value).utf8)
    mark(node)
    fieldEnd = inline.bytes.count
  }

  /// The result of a form, as a field.
  mutating func output(_ node: HTMLNode) {
    if let label = context.forms.label(of: node), HTMLHead.text(of: node) != nil { join(label) }
    walkChildren(node)
    if !inline.isEmpty { fieldEnd = inline.bytes.count }
  }

  /// What a group of fields is called leads to them.
  mutating func legend(_ node: HTMLNode) {
    let first = pieces.count
    block(node)
    guard pieces.count == first + 1, pieces[first].element.kind == .text, let last = pieces[first].element.text.last,
      last.isLetter || last.isNumber || ")]”»\"*".contains(last)
    else { return }
    pieces[first].element.text += ":"
  }

  /// Fields that follow one another are lines.
  private mutating func beginField() {
    if fieldEnd > 0, fieldEnd == inline.bytes.count { inline.lineBreak() }
  }

  /// Puts a field behind its label: a colon ends what stands before it in the line, or in the paragraph before.
  private mutating func join(_ label: HTMLNode) {
    if inline.isEmpty, let last = pieces.last, last.element.kind == .text, !last.nodes.isEmpty,
      label.index <= last.nodes.lowerBound, last.nodes.upperBound <= label.end
    {
      pieces.removeLast()
      inline.append(last.element.text.utf8)
      links = last.element.links
      nodes = last.nodes
      labelEnd = inline.bytes.count
    }
    // A sign that a field is needed may stand between the two.
    let isInside = label.index < nodes.upperBound && nodes.upperBound <= label.end
    guard isInside || labelEnd > 0 && inline.bytes.count - labelEnd <= 3, let last = inline.ending.last else { return }
    if last.isLetter || last.isNumber || ")]”»\"*%".contains(last) { inline.put(":") }
  }

  /// Whether readers see a field as a part of the text: with a name in a form that they fill in, or with text before it.
  private func isShown(_ node: HTMLNode, isNamed: Bool) -> Bool {
    if node.bytes("disabled") != nil || node.bytes("readonly") != nil { return isNamed }
    if node.tag == .meter || node.tag == .progress { return isNamed || HTMLHead.text(of: node) != nil }
    return isForReaders(node, isNamed: isNamed || !inline.isEmpty || pieces.isEmpty)
  }
}
