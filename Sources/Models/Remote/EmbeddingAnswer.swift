import Foundations

/// What `/v1/embeddings` answers, as servers really do.
struct EmbeddingAnswer: Decodable {
  /// `nil` where there is no list.
  @Lenient var data: [Lenient<Entry>]?
  @Lenient var model: String?
  @Lenient var usage: TokenUsage?

  struct Entry: Decodable {
    /// Which text it is of; the place in the list where it is not said.
    @Lenient var index: Int?
    /// The numbers as they stand: thousands for each text.
    let embedding: JSONValue?
  }
}
