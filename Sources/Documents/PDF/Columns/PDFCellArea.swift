/// Where a table stands whose cells have many lines and no lines are drawn between them.
struct PDFCellArea {
  let box: PageBox
  /// Between its columns, from left to right.
  var edges: [Double]
  /// Where its rows begin, from top to bottom.
  let tops: [Double]

  /// The strips that part its columns.
  var strips: [PDFGutter] {
    edges.map { PDFGutter(left: $0, right: $0, at: $0, top: box.top - 1, bottom: box.bottom + 1) }
  }

  func contains(_ other: PageBox) -> Bool {
    let (x, y) = ((other.left + other.right) / 2, (other.top + other.bottom) / 2)
    return x > box.left && x < box.right && y > box.top && y < box.bottom
  }

  func row(of box: PageBox) -> Int {
    max(0, (tops.lastIndex { $0 <= box.top + 0.3 * box.height } ?? 0))
  }

  func column(of box: PageBox) -> Int { edges.count { $0 < (box.left + box.right) / 2 } }

  func mirrored(_ width: Double) -> PDFCellArea {
    PDFCellArea(
      box: PageBox(left: width - box.right, top: box.top, right: width - box.left, bottom: box.bottom),
      edges: edges.map { width - $0 }.reversed(), tops: tops)
  }
}
