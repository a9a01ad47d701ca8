import Foundations

/// A straight line on a page, level or upright: drawn as a stroke, as a thin box, or as the edge of an area of
/// another colour.
struct PDFRule {
  let isLevel: Bool
  /// Where it is: from the upper edge of the page when it is level, else from the left one.
  var at: Double
  /// Where it begins and ends in the other direction.
  var from: Double
  var to: Double
  /// Whether it is only the edge of a coloured area.
  var isEdge = false

  var length: Double { to - from }

  /// An upright one on a page that is `width` wide, seen in a mirror.
  func mirrored(_ width: Double) -> PDFRule {
    isLevel
      ? PDFRule(isLevel: true, at: at, from: width - to, to: width - from, isEdge: isEdge)
      : PDFRule(isLevel: false, at: width - at, from: from, to: to, isEdge: isEdge)
  }
}
