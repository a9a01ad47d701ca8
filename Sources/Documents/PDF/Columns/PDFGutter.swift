/// The empty strip between two columns of prose.
struct PDFGutter {
  var left: Double
  var right: Double
  /// Where something crosses it, or the page ends.
  var top: Double
  var bottom: Double

  var middle: Double { (left + right) / 2 }
}
