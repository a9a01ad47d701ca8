import Foundations

/// One paid answer, as the audit log keeps it.
package struct AuditEntry: Sendable {
  package var time: Timestamp
  package var pipeline: String
  package var stage: String
  package var run: Int
  /// What was asked for: `insights`, `summary`, `label`, `embedding`.
  package var purpose: String
  package var provider: String
  package var baseURL: String
  /// As asked for, and as the server names what answered.
  package var model: String
  package var answeredBy: String
  /// The whole conversation; empty for embeddings, whose texts stand in the chunks.
  package var prompt: [ChatMessage]
  /// The ids of the chunks that the prompt holds.
  package var evidenceIDs: [String]
  package var promptTokens: Int
  package var completionTokens: Int
  /// Whether the server did not say the tokens, so that they were counted from the bytes.
  package var isEstimate: Bool
  /// US dollars.
  package var cost: Double
  package var answer: Digest
  package var tries: Int
  package var seconds: Double
}

// A line of the log; no secret ever stands in it.
extension AuditEntry: Encodable {
  enum CodingKeys: String, CodingKey {
    case time, pipeline, stage, run, purpose, provider, model, prompt, answer, tries, seconds
    case baseURL = "base_url"
    case answeredBy = "answered_by"
    case promptTokens = "prompt_tokens"
    case completionTokens = "completion_tokens"
    case isEstimate = "tokens_estimated"
    case cost = "cost_usd"
    case evidenceIDs = "evidence_ids"
  }

  package func encode(to encoder: any Swift.Encoder) throws {
    var line = encoder.container(keyedBy: CodingKeys.self)
    try line.encode(time.rfc3339, forKey: .time)
    try line.encode(pipeline, forKey: .pipeline)
    try line.encode(stage, forKey: .stage)
    try line.encode(run, forKey: .run)
    try line.encode(purpose, forKey: .purpose)
    try line.encode(provider, forKey: .provider)
    try line.encode(baseURL, forKey: .baseURL)
    try line.encode(model, forKey: .model)
    try line.encode(answeredBy, forKey: .answeredBy)
    if !prompt.isEmpty { try line.encode(prompt, forKey: .prompt) }
    if !evidenceIDs.isEmpty { try line.encode(evidenceIDs, forKey: .evidenceIDs) }
    try line.encode(promptTokens, forKey: .promptTokens)
    try line.encode(completionTokens, forKey: .completionTokens)
    if isEstimate { try line.encode(true, forKey: .isEstimate) }
    try line.encode(cost, forKey: .cost)
    try line.encode(answer.description, forKey: .answer)
    try line.encode(tries, forKey: .tries)
    try line.encode((seconds * 1000).rounded() / 1000, forKey: .seconds)
  }

  /// What budgets read of a line.
  struct Spent: Decodable {
    let provider: String
    @Lenient var cost: Double?

    enum CodingKeys: String, CodingKey {
      case provider
      case cost = "cost_usd"
    }
  }
}
