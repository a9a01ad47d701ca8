/// How the id of an item that a stage made follows from that of the item which it was made of.
package enum OutputID: Sendable, Hashable {
  /// The input's id.
  case same
  /// `<input id>#<suffix>`.
  case child(String)
  /// An id that does not depend on the input's.
  case absolute(String)
}
