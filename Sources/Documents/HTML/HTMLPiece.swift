/// An element found on a page, and the part of the page that it was made of.
struct HTMLPiece {
  var element: DocumentElement
  /// The nodes that its text came from.
  var nodes: Range<Int>
  /// The number of the block that holds it.
  var block: Int
}
