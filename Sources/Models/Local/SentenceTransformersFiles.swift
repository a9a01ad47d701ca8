import Foundations

// The files that the PyPI package `sentence-transformers` writes beside a model: what Sluice asks of them.

/// `1_Pooling/config.json`
struct PoolingFile: Decodable {
  /// The names of the modes that are on, `pooling_mode_mean_tokens` and its kin.
  let modes: [String]
  let dimensions: Int?

  private struct Members: Decodable {
    /// Newer versions write one word.
    @Lenient var mode: String?
    @Lenient var wordDimensions: Int?
    @Lenient var dimensions: Int?

    enum CodingKeys: String, CodingKey {
      case mode = "pooling_mode"
      case wordDimensions = "word_embedding_dimension"
      case dimensions = "embedding_dimension"
    }
  }

  init(from decoder: any Decoder) throws {
    let members = try Members(from: decoder)
    dimensions = members.wordDimensions ?? members.dimensions
    if let word = members.mode {
      modes = ["pooling_mode_" + word]
    } else {
      // Older ones write a member for each mode, whose names only they know.
      let flags = try [String: Lenient<Bool>](from: decoder)
      modes = flags.filter { $0.value.wrappedValue == true && $0.key.hasPrefix("pooling_mode_") }.keys.sorted()
    }
  }
}

/// `sentence_bert_config.json`
struct SentenceFile: Decodable {
  @Lenient var maxLength: Int?

  enum CodingKeys: String, CodingKey { case maxLength = "max_seq_length" }
}

/// `config_sentence_transformers.json`
struct PromptsFile: Decodable {
  /// What stands before texts, by the names of what they are for.
  @Lenient var prompts: [String: JSONValue]?
}

/// An entry of `modules.json`
struct ModuleEntry: Decodable {
  /// A class of Python.
  @Lenient var type: String?
}
