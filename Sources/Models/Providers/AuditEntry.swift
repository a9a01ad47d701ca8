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

extension AuditEntry {
  /// A line of the log; no secret ever stands in it.
  var json: JSONObject {
    JSONObject(present: [
      ("time", .string(time.rfc3339)), ("pipeline", .string(pipeline)), ("stage", .string(stage)),
      ("run", JSONValue(run)), ("purpose", .string(purpose)), ("provider", .string(provider)),
      ("base_url", .string(baseURL)), ("model", .string(model)), ("answered_by", .string(answeredBy)),
      ("prompt", prompt.isEmpty ? nil : JSONValue(encoding: prompt)),
      ("evidence_ids", evidenceIDs.isEmpty ? nil : JSONValue(evidenceIDs)),
      ("prompt_tokens", JSONValue(promptTokens)), ("completion_tokens", JSONValue(completionTokens)),
      ("tokens_estimated", isEstimate ? true : nil), ("cost_usd", .double(cost)),
      ("answer", .string(answer.description)), ("tries", JSONValue(tries)),
      ("seconds", .double((seconds * 1000).rounded() / 1000)),
    ])
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
