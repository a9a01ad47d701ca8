import Foundations

/// The members of a passport that this version knows; only what is known of a space is said.
package struct PassportFields: Codable, Sendable, Hashable {
  /// `local` or `openai`.
  @Lenient package var provider: String?
  @Lenient package var model: String?
  @Lenient package var dimensions: Int?
  /// Digests of a local model's files.
  @Lenient package var weights: String?
  @Lenient package var tokenizer: String?
  @Lenient package var pooling: String?
  @Lenient package var normalization: String?
  @Lenient package var precision: String?
  @Lenient package var maxLength: Int?
  @Lenient package var runtime: String?
  /// The width, where only so many of the first dimensions were kept.
  @Lenient package var truncatedTo: Int?
  @Lenient package var queryPrefix: String?
  @Lenient package var documentPrefix: String?
  /// Of a server.
  @Lenient package var baseURL: String?
  @Lenient package var keyVariable: String?
  @Lenient package var revision: String?

  package init() {}

  enum CodingKeys: String, CodingKey {
    case provider, model, weights, tokenizer, pooling, normalization, precision, runtime, revision
    case dimensions = "dim"
    case maxLength = "max_length"
    case truncatedTo = "truncated_to"
    case queryPrefix = "query_prefix"
    case documentPrefix = "document_prefix"
    case baseURL = "base_url"
    case keyVariable = "key_env"
  }
}
