import Foundations

/// What a model said.
package struct ChatAnswer: Sendable, Hashable {
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
  package let isCached: Bool

  /// The JSON object in the answer, whether or not there is prose, a code fence or a train of thought around it.
  package var object: JSONObject? { AnswerJSON.object(in: text) }

  /// As the cache keeps it.
  var bytes: [UInt8] {
    let kept: JSONObject = [
      "text": .string(text), "provider": .string(provider), "model": .string(model),
      "prompt_tokens": JSONValue(promptTokens), "completion_tokens": JSONValue(completionTokens),
      "cost_usd": .double(cost),
    ]
    return kept.canonicalBytes
  }

  init(
    text: String, provider: String, model: String, promptTokens: Int, completionTokens: Int, cost: Double,
    isCached: Bool = false
  ) {
    self.text = text
    self.provider = provider
    self.model = model
    self.promptTokens = promptTokens
    self.completionTokens = completionTokens
    self.cost = cost
    self.isCached = isCached
  }

  init?(cached bytes: [UInt8]) {
    guard let known = try? JSONValue(parsing: bytes), let text = known["text"]?.string else { return nil }
    self.init(
      text: text, provider: known["provider"]?.string ?? "", model: known["model"]?.string ?? "",
      promptTokens: known["prompt_tokens"]?.int ?? 0, completionTokens: known["completion_tokens"]?.int ?? 0,
      cost: known["cost_usd"]?.double ?? 0, isCached: true)
  }
}
