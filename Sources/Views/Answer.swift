import Foundations

/// An answer in both forms.
package struct Answer: Sendable {
  package var text: String
  package var json: JSONValue
}
