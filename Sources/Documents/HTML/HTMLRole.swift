/// What an element of HTML means for the text around it.
enum HTMLRole: Sendable {
  /// Part of the running text.
  case inline
  /// Part of the running text that is written in another way than it stands: powers, struck words, quotations.
  case raised, lowered, struck, quoted, ruby
  /// Begins and ends a paragraph.
  case block
  case heading(Int)
  case list(ordered: Bool)
  case listItem
  case term, definition
  case preformatted
  case lineBreak
  case table
  case caption
  /// Never shown, or not text.
  case dropped
}
