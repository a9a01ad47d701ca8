import Foundations

/// A shape on a slide, whatever wrote it.
struct SlideShape {
  var box: PageBox?
  var elements: [DocumentElement]
  var isTitle = false
  /// Whether it is one paragraph that stands in no place of a layout.
  var isPlain = false

  /// What a slide says: its title, its shapes in the order in which people read them, what the speaker notes.
  static func elements(_ shapes: [SlideShape], _ notes: [DocumentElement], number: Int) -> [DocumentElement] {
    let rest = shapes.filter { !$0.isTitle }
    var body = ShapeOrder.sorted(rest.map(\.box)).map { rest[$0] }
    var titles = shapes.filter(\.isTitle).flatMap(\.elements)
    if titles.isEmpty {
      // A short line above all else is what the slide is called.
      if let first = body.first, first.isPlain, body.count > 1, first.elements[0].text.utf8.count <= 80,
        !first.elements[0].text.contains("\n")
      {
        titles = [DocumentElement(.title, first.elements[0].text, level: 1, links: first.elements[0].links)]
        body.removeFirst()
      } else if !body.isEmpty || !notes.isEmpty {
        titles = [DocumentElement(.title, "Slide \(number)", level: 1)]
      }
    }
    return titles + body.flatMap(\.elements) + notes
  }
}
