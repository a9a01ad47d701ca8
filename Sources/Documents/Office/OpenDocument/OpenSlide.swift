import Foundations

/// One page of an OpenDocument presentation.
struct OpenSlide {
  private var title: DocumentElement?
  private var shapes: [(box: PageBox?, elements: [DocumentElement])] = []
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
            shapes.append((Self.box(child), [DocumentElement(.table, "", table: table)]))
          }
          continue
        }
        guard let box = child.child("draw:text-box") else { continue }
        text.read(box)
        place(text.take(), child, isTitle: kind == "title")
      case "draw:g": add(child, &text)
      case "draw:custom-shape", "draw:rect", "draw:ellipse", "draw:polygon", "draw:path", "draw:circle":
        text.read(child)
        place(text.take(), child, isTitle: false)
      default: break
      }
    }
  }

  private mutating func place(_ elements: [DocumentElement], _ node: XMLNode, isTitle: Bool) {
    guard !elements.isEmpty else { return }
    if isTitle, title == nil {
      let words = elements.map(\.text).joined(separator: " ").split(separator: "\n").joined(separator: " ")
      title = DocumentElement(.title, words, level: 1, links: elements.flatMap(\.links))
    } else {
      shapes.append((Self.box(node), elements))
    }
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

  var elements: [DocumentElement] {
    let body = ShapeOrder.sorted(shapes.map(\.box)).flatMap { shapes[$0].elements }
    guard !body.isEmpty || !notes.isEmpty || title != nil else { return [] }
    return [title ?? DocumentElement(.title, "Slide \(number)", level: 1)] + body + notes
  }
}
