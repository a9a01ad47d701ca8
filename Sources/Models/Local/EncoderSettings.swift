import Foundations

/// How an encoder's states become a text's vector, as the model's own files say (those of
/// sentence-transformers).
package struct EncoderSettings: Sendable, Hashable {
  /// Which states of the last layer make the vector.
  package enum Pooling: String, Sendable {
    /// The mean over the tokens.
    case mean
    /// The state of the first token.
    case cls
    /// The state of the last token.
    case last
  }

  package let pooling: Pooling
  /// In tokens, with the special ones.
  package let maxLength: Int
  package let dimensions: Int

  /// - Throws: `.badInput` when the files say nothing usable.
  package init(_ files: ModelFiles) throws(SluiceError) {
    guard let config = try files.object("config.json"), let width = config["hidden_size"]?.int
    else {
      throw SluiceError(
        .badInput,
        "\(files.path("config.json")) names no hidden_size: it is no encoder's configuration")
    }
    var modes: JSONObject = [:]
    for name in ["pooling.json", "1_Pooling/config.json"] {
      if let found = try files.object(name) {
        modes = found
        break
      }
    }
    let chosen = modes.members.filter { $0.value.bool == true && $0.key.hasPrefix("pooling_mode_") }
      .map(\.key)
    switch chosen {
    case [], ["pooling_mode_mean_tokens"]: pooling = .mean
    case ["pooling_mode_cls_token"]: pooling = .cls
    case ["pooling_mode_lasttoken"]: pooling = .last
    default:
      throw SluiceError(
        .badInput,
        "the model \(files.directory) pools by \(chosen.joined(separator: " and ")), which Sluice does not know",
        advice: "It knows mean, CLS and last-token pooling.")
    }
    dimensions = modes["word_embedding_dimension"]?.int ?? width
    let limit = config["max_position_embeddings"]?.int ?? 512
    let wanted = try files.object("sentence_bert_config.json")?["max_seq_length"]?.int ?? limit
    maxLength = max(8, min(wanted, limit))
  }
}
