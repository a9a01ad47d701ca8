/// An element found on a page, and the part of the page that it was made of.
struct HTMLPiece {
  var element: DocumentElement
  /// The nodes that its text came from.
  var nodes: Range<Int>
  /// The number of the block that holds it.
  var block: Int
  /// Whether all of its letters are bold.
  var isBold = false
  /// The level of the heading that it looks like.
  var headingLevel: Int?
}
