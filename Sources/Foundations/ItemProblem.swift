/// Why a document cannot be read.
package struct ItemProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// A short stable word to count by.
  package var kind: String
  /// For people.
  package var message: String

  package init(_ kind: String, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// The message.
  package var description: String { message }
}
