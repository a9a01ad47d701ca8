import Foundations

/// An answer in both forms.
package struct Answer: Sendable {
  /// For people.
  package var text: String
  /// For programs.
  package var json: JSONValue
}
