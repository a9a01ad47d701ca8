import Foundations

/// How documents are to be read; what of it changes the result is in the key of the parse stage.
///
/// Coded for the way to a parser process, over its pipe: with the password, so never to be written anywhere.
package struct ParseOptions: Sendable, Hashable, Codable {
  /// Whether elements say why they are what they are.
  package var explain = false
  package var pdf = PDFOptions()
  package var html = HTMLOptions()

  package init() {}
}
