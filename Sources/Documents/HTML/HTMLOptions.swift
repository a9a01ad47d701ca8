import Foundations

/// How HTML is to be read.
package struct HTMLOptions: Sendable, Hashable, Codable {
  /// CSS selectors of what is content; then nothing else is, and nothing is guessed.
  package var select: String?
  /// CSS selectors of what is left out.
  package var drop: String?
  /// Whether what readers wrote below an article is content.
  package var comments = false

  package init() {}

  /// - Throws: `SluiceError.badInput` when a selector cannot be read: once, rather than for every page.
  package func check() throws(SluiceError) {
    for (name, selector) in [("select", select), ("drop", drop)] {
      guard let selector, let tree = try? HTMLTree(utf8: []), tree.select(selector) == nil else { continue }
      throw SluiceError(
        .badInput, "\(name): '\(selector)' is not a list of CSS selectors",
        advice: "For example: article .body, #content. Pseudo-elements such as ::before select nothing.")
    }
  }
}
