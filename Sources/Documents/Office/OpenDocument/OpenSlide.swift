import Foundations

/// One page of an OpenDocument presentation.
struct OpenSlide {
  private var shapes: [SlideShape] = []
  private var notes: [DocumentElement] = []
  private let number: Int

  init(_ page: XMLNode, _ styles: OpenStyles, number: Int) {
    self.number = number
    var text = OpenText(styles)
    add(page, &text)
    if let node = page.child("presentation:notes") {
      for frame in node.all("draw:frame") where frame["presentation:class"] == "notes" {
        if let box = frame.child("draw:text-box") { text.read(box) }
      }
      notes = text.take()
      if let first = notes.first, first.kind == .text { notes[0].text = "Notes: " + first.text }
    }
  }

  private mutating func add(_ node: XMLNode, _ text: inout OpenText) {
    for child in node.children {
      switch child.name {
      case "draw:frame":
        let kind = child["presentation:class"]
        if ["date-time", "footer", "page-number", "header"].contains(kind ?? "") { continue }
        if let table = child.child("table:table") {
          if let table = text.tableOf(table) {
            shapes.append(SlideShape(box: Self.box(child), elements: [DocumentElement(.table, "", table: table)]))
          }
          continue
        }
        guard let box = child.child("draw:text-box") else { continue }
        text.read(box)
        place(text.take(), child, kind)
      case "draw:g": add(child, &text)
      case "draw:custom-shape", "draw:rect", "draw:ellipse", "draw:polygon", "draw:path", "draw:circle":
        text.read(child)
        place(text.take(), child, child["presentation:class"])
      default: break
      }
    }
  }

  /// - Parameter kind: its place in the layout.
  private mutating func place(_ elements: [DocumentElement], _ node: XMLNode, _ kind: String?) {
    guard !elements.isEmpty else { return }
    var shape = SlideShape(box: Self.box(node), elements: elements)
    shape.isTitle = kind == "title"
    shape.isPlain = kind == nil && elements.count == 1 && elements[0].kind == .text
    if shape.isTitle {
      let words = elements.map(\.text).joined(separator: " ").split(separator: "\n").joined(separator: " ")
      shape.elements = [DocumentElement(.title, words, level: 1, links: elements.flatMap(\.links))]
    }
    shapes.append(shape)
  }

  private static func box(_ node: XMLNode) -> PageBox? {
    guard let left = points(node["svg:x"]), let top = points(node["svg:y"]), let width = points(node["svg:width"]),
      let height = points(node["svg:height"])
    else { return nil }
    return PageBox(left: left, top: top, right: left + width, bottom: top + height)
  }

  /// `2.5cm` in points.
  private static func points(_ text: String?) -> Double? {
    guard let text else { return nil }
    let number = text.prefix { $0.isNumber || $0 == "." || $0 == "-" }
    guard let value = Double(number) else { return nil }
    switch text.dropFirst(number.count) {
    case "cm": return value * 28.346_456_7
    case "mm": return value * 2.834_645_67
    case "in": return value * 72
    case "pc": return value * 12
    default: return value
    }
  }

  var elements: [DocumentElement] { SlideShape.elements(shapes, notes, number: number) }
}
