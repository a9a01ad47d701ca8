/// How boxes that people tick are written, the same for every format: as in the lists of tasks of Markdown.
enum TickBox {
  static func text(_ isTicked: Bool) -> String { isTicked ? "[x]" : "[ ]" }
}
