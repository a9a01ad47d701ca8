/// The content controls around what is read of a Word document, and those of them that are boxes to tick: what they
/// hold is a sign of some font.
struct WordBoxes {
  private var open: [(isTicked: Bool?, isWritten: Bool)] = []

  mutating func begin() { open.append((nil, false)) }
  mutating func end() { _ = open.popLast() }

  /// The control is a box.
  mutating func box() { tick(open.last?.isTicked ?? false) }

  mutating func tick(_ isOn: Bool) {
    guard !open.isEmpty else { return }
    open[open.count - 1].isTicked = isOn
  }

  /// What stands for a text in the innermost control: a box is written once, whatever it holds.
  mutating func shown(_ text: String) -> String {
    guard let last = open.last, let isTicked = last.isTicked else { return text }
    open[open.count - 1].isWritten = true
    return last.isWritten ? "" : TickBox.text(isTicked)
  }
}
