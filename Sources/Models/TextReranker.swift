import Foundations

/// Reads pairs of a question and a text and says how well the one answers the other (a cross-encoder).
package protocol TextReranker: Sendable {
  /// The model's name.
  var name: String { get }
  /// A score for each text, larger is better.
  func score(_ question: String, _ texts: [String]) throws(SluiceError) -> [Double]
}
