import CPoppler
import Foundations

/// In which direction text runs on a page as it is shown.
enum PDFTurn: Int, CaseIterable {
  case upright
  /// From top to bottom, the lines from right to left: turned clockwise by a quarter, and upright Japanese.
  case clockwise
  /// Upside down.
  case over
  /// From bottom to top, the lines from left to right.
  case counterclockwise

  /// The place that a box has where this text is upright; `width` and `height` are those of the page.
  func upright(_ box: cpoppler_box, width: Double, height: Double) -> cpoppler_box {
    switch self {
    case .upright: box
    case .clockwise: cpoppler_box(left: box.top, top: width - box.right, right: box.bottom, bottom: width - box.left)
    case .over:
      cpoppler_box(left: width - box.right, top: height - box.bottom, right: width - box.left, bottom: height - box.top)
    case .counterclockwise:
      cpoppler_box(left: height - box.bottom, top: box.left, right: height - box.top, bottom: box.right)
    }
  }

  /// The turn that leads back.
  var inverse: PDFTurn {
    switch self {
    case .upright: .upright
    case .clockwise: .counterclockwise
    case .over: .over
    case .counterclockwise: .clockwise
    }
  }

  var swapsSides: Bool { self == .clockwise || self == .counterclockwise }

  /// The same for a box that was made of others; `width` and `height` are those of the page that it comes from.
  func upright(_ box: PageBox, width: Double, height: Double) -> PageBox {
    let turned = upright(
      cpoppler_box(left: box.left, top: box.top, right: box.right, bottom: box.bottom), width: width, height: height)
    return PageBox(left: turned.left, top: turned.top, right: turned.right, bottom: turned.bottom)
  }

  /// The direction in which the characters of a word follow each other; `nil` for one character.
  static func of(_ glyphs: ArraySlice<PDFGlyph>) -> PDFTurn? {
    guard glyphs.count > 1, let first = glyphs.first?.place, let last = glyphs.last?.place else { return nil }
    let right = (last.left + last.right) - (first.left + first.right)
    let down = (last.top + last.bottom) - (first.top + first.bottom)
    if abs(right) >= abs(down) { return right >= 0 ? .upright : .over }
    return down > 0 ? .clockwise : .counterclockwise
  }
}
