import Foundations

/// A model's `config.json`, as the PyPI package `transformers` writes it: what Sluice asks of it.
struct ModelConfig: Decodable {
  @Lenient var modelType: String?
  @LenientList var architectures: [String]
  @Lenient var hiddenSize: Int?
  @Lenient var maxPositions: Int?

  static let fileName = "config.json"

  enum CodingKeys: String, CodingKey {
    case architectures
    case modelType = "model_type"
    case hiddenSize = "hidden_size"
    case maxPositions = "max_position_embeddings"
  }
}
