import Foundations

/// Splits text into the token numbers of a model's vocabulary.
package protocol Tokenizer: Sendable {
  /// The tokens of `text` without special tokens around them; of any length.
  func encode(_ text: String) -> [Int32]

  /// How many tokens `encode` gives.
  func count(_ text: String) -> Int

  /// The digest of the `tokenizer.json` it was made from: part of the key of everything that counts
  /// or encodes with it.
  var digest: Digest { get }

  /// What a model wants around a text.
  var frame: TokenFrame { get }
}

extension Tokenizer {
  package func count(_ text: String) -> Int { encode(text).count }

  /// The tokens of `text` as a model reads them: framed by special tokens, at most `maxLength` in
  /// all (what is too long is cut at the end, as the models' authors do).
  package func encodeForModel(_ text: String, maxLength: Int) -> ModelTokens {
    let tokens = encode(text)
    let room = max(0, maxLength - frame.prefix.count - frame.suffix.count)
    return ModelTokens(
      ids: frame.prefix + tokens.prefix(room) + frame.suffix, dropped: max(0, tokens.count - room))
  }
}

/// The special tokens around one text: `[CLS] … [SEP]`, and the one that fills up short rows.
package struct TokenFrame: Sendable, Hashable {
  package let prefix: [Int32]
  package let suffix: [Int32]
  package let padding: Int32
}

/// One text as a model reads it.
package struct ModelTokens: Sendable, Hashable {
  /// With the special tokens.
  package let ids: [Int32]
  /// How many tokens of the text did not fit.
  package let dropped: Int
  package var isTruncated: Bool { dropped > 0 }

}
