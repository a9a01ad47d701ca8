/// The empty strip between two columns of prose.
struct PDFGutter {
  /// Where it is empty over most of its height.
  var left: Double
  var right: Double
  /// Where it is empty over all of it.
  var at: Double
  /// Where something crosses it, or the page ends.
  var top: Double
  var bottom: Double

  func mirrored(_ width: Double) -> PDFGutter {
    PDFGutter(left: width - right, right: width - left, at: width - at, top: top, bottom: bottom)
  }
}
