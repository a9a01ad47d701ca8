import Foundations

/// What a model said.
package struct ChatAnswer: Sendable, Hashable, Codable {
  package let text: String
  /// The entry of providers.yaml that answered.
  package let provider: String
  /// As the server names it.
  package let model: String
  package let promptTokens: Int
  package let completionTokens: Int
  /// US dollars, when it was asked for the first time.
  package let cost: Double
  /// Whether it was paid for in a former run.
  package private(set) var isCached = false

  enum CodingKeys: String, CodingKey {
    case text, provider, model
    case promptTokens = "prompt_tokens"
    case completionTokens = "completion_tokens"
    case cost = "cost_usd"
  }

  /// The JSON object in the answer, whether or not there is prose, a code fence or a train of thought around it.
  package var object: JSONObject? { AnswerJSON.object(in: text) }

  /// As the cache keeps it.
  var bytes: [UInt8] { JSONObject(encoding: self).canonicalBytes }

  init(
    text: String, provider: String, model: String, promptTokens: Int, completionTokens: Int, cost: Double
  ) {
    self.text = text
    self.provider = provider
    self.model = model
    self.promptTokens = promptTokens
    self.completionTokens = completionTokens
    self.cost = cost
  }

  init?(cached bytes: [UInt8]) {
    guard let known = try? JSONValue(parsing: bytes).decoded(as: ChatAnswer.self),
      // Kept by a program that took nothing for an answer.
      known.text.contains(where: { !$0.isWhitespace })
    else { return nil }
    self = known
    isCached = true
  }
}
