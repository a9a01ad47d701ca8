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
  /// Of the model's own vectors.
  package let dimensions: Int
  package let prefixes: TextPrefixes

  /// - Throws: `.badInput` when the files say nothing usable.
  package init(_ files: ModelFiles) throws(SluiceError) {
    guard let config = try files.read(ModelConfig.fileName, as: ModelConfig.self), let width = config.hiddenSize else {
      throw SluiceError(
        .badInput,
        "\(files.path("config.json")) names no hidden_size: it is no encoder's configuration")
    }
    try Self.checkModules(files)
    var modes: PoolingFile? = try files.read("pooling.json")
    if modes == nil { modes = try files.read("1_Pooling/config.json") }
    pooling = try Self.pooling(modes, config, files)
    dimensions = modes?.dimensions ?? width
    let limit = config.maxPositions ?? 512
    // RoBERTa's positions begin behind its padding token.
    let usable = ["roberta", "xlm-roberta", "camembert"].contains(config.modelType) ? limit - 2 : limit
    let wanted = try files.read("sentence_bert_config.json", as: SentenceFile.self)?.maxLength ?? min(usable, 8192)
    maxLength = max(8, min(wanted, usable))
    prefixes = try Self.prefixes(files)
  }

  private static func pooling(_ modes: PoolingFile?, _ config: ModelConfig, _ files: ModelFiles) throws(SluiceError)
    -> Pooling
  {
    let chosen = modes?.modes ?? []
    // Several at once are strung together, which Sluice does not do.
    switch chosen.count > 1 ? "several" : chosen.first {
    case nil:
      // Nothing is said: decoders have only seen the whole text at its last token.
      return ["qwen2", "qwen3", "mistral", "llama", "gemma", "gemma2"].contains(config.modelType)
        ? .last : .mean
    case "pooling_mode_mean_tokens", "pooling_mode_mean": return .mean
    case "pooling_mode_cls_token", "pooling_mode_cls": return .cls
    case "pooling_mode_lasttoken": return .last
    default:
      throw SluiceError(
        .badInput,
        "the model \(files.directory) pools by \(chosen.joined(separator: " and ")), which Sluice does not know",
        advice: "It knows mean, CLS and last-token pooling.")
    }
  }

  /// Layers behind the pooling that change the vector must not be left out in silence.
  private static func checkModules(_ files: ModelFiles) throws(SluiceError) {
    let path = files.path("modules.json")
    guard FileSystem.exists(path) else { return }
    let modules = (try? JSONValue(parsing: FileSystem.read(path, limit: 1_000_000)))?.array ?? []
    for module in modules {
      let type = (try? module.decoded(as: ModuleEntry.self))?.type ?? ""
      guard ["Transformer", "Pooling", "Normalize"].contains(where: { type.hasSuffix("." + $0) }) else {
        throw SluiceError(
          .badInput,
          "the model \(files.directory) has a layer '\(type)' behind its encoder, which Sluice does not know",
          advice: "Export the whole model as one ONNX file that gives sentence_embedding, and remove modules.json.")
      }
    }
  }

  /// Those of `config_sentence_transformers.json`; else those that the model's family is documented to want.
  private static func prefixes(_ files: ModelFiles) throws(SluiceError) -> TextPrefixes {
    if let prompts = try files.read("config_sentence_transformers.json", as: PromptsFile.self)?.prompts,
      !prompts.isEmpty
    {
      func prompt(_ names: String...) -> String { names.lazy.compactMap { prompts[$0]?.string }.first ?? "" }
      return TextPrefixes(query: prompt("query"), document: prompt("document", "passage"))
    }
    let name = Path.name(files.directory).lowercased()
    if name.contains("e5-"), !name.contains("instruct") { return TextPrefixes(query: "query: ", document: "passage: ") }
    if name.hasPrefix("bge-"), name.contains("-en") {
      return TextPrefixes(query: "Represent this sentence for searching relevant passages: ")
    }
    if name.contains("qwen3-embedding") {
      return TextPrefixes(
        query: "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:")
    }
    return TextPrefixes()
  }
}
