import Foundations

/// Turns texts into vectors of one space.
package protocol TextEmbedder: Sendable {
  var passport: VectorPassport { get }
  /// The most texts that are worth giving at once: what is given together is lost together.
  var requestSize: Int { get }

  /// One outcome for each text, in order. Blocks; call it on a thread that may.
  /// - Throws: when no text can succeed (the service is down, the key is wrong, the run is stopped).
  func embed(_ texts: [String], as role: TextRole) throws(SluiceError) -> [EmbeddingOutcome]
}

extension TextEmbedder {
  package var requestSize: Int { .max }

  /// As texts to be found.
  package func embed(_ texts: [String]) throws(SluiceError) -> [EmbeddingOutcome] { try embed(texts, as: .document) }
}

/// What became of one text.
package enum EmbeddingOutcome: Sendable {
  case vector(EmbeddedText)
  /// This text cannot be embedded; others can.
  case failed(ItemProblem)
}

/// A text's vector.
package struct EmbeddedText: Sendable, Hashable {
  /// Of length 1 (L2).
  package let values: [Float]
  /// How many tokens at the text's end the model did not see; 0 when that is not known.
  package let droppedTokens: Int

  package init(values: [Float], droppedTokens: Int = 0) {
    self.values = values
    self.droppedTokens = droppedTokens
  }

  /// The values as raw little-endian float32, as objects and index files keep them.
  package var bytes: [UInt8] { values.withUnsafeBytes { Array($0) } }
}
