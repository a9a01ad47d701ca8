import Foundations

/// The tokens that a server says it has counted.
struct TokenUsage: Decodable {
  @Lenient private var promptTokens: Int?
  @Lenient private var completionTokens: Int?
  @Lenient private var totalTokens: Int?

  enum CodingKeys: String, CodingKey {
    case promptTokens = "prompt_tokens"
    case completionTokens = "completion_tokens"
    case totalTokens = "total_tokens"
  }

  var prompt: Int? { promptTokens.map(Self.bounded) }
  var completion: Int { Self.bounded(completionTokens ?? 0) }
  /// Of texts that were embedded: some servers say only the sum.
  var embedded: Int? { (promptTokens ?? totalTokens).map(Self.bounded) }

  /// Within what a sum of them can hold.
  private static func bounded(_ tokens: Int) -> Int { min(max(0, tokens), 1_000_000_000_000) }
}
