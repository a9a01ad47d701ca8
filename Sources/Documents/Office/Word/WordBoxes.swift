/// The content controls around what is read of a Word document, and those of them that are boxes to tick: what they
/// hold is a sign of some font.
struct WordBoxes {
  private var open: [(isTicked: Bool?, isWritten: Bool, isAsking: Bool)] = []

  mutating func begin() { open.append((nil, false, false)) }
  mutating func end() { _ = open.popLast() }

  /// The control is a box.
  mutating func box() { tick(open.last?.isTicked ?? false) }

  mutating func tick(_ isOn: Bool) {
    guard !open.isEmpty else { return }
    open[open.count - 1].isTicked = isOn
  }

  /// The control only says what is to be written into it.
  mutating func ask() {
    guard !open.isEmpty else { return }
    open[open.count - 1].isAsking = true
  }

  /// What stands for a text in the innermost control: a box is written once, whatever it holds.
  mutating func shown(_ text: String) -> String {
    guard let last = open.last, !last.isAsking else { return open.isEmpty ? text : "" }
    guard let isTicked = last.isTicked else { return text }
    open[open.count - 1].isWritten = true
    return last.isWritten ? "" : TickBox.text(isTicked)
  }
}
