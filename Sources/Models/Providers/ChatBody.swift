import Foundations

/// What is sent to `/v1/chat/completions`.
struct ChatBody: Encodable {
  var model: String
  var messages: [ChatMessage]
  var temperature: Int?
  var maxTokens: Int?
  var maxCompletionTokens: Int?
  var responseFormat: ResponseFormat?

  enum CodingKeys: String, CodingKey {
    case model, messages, temperature
    case maxTokens = "max_tokens"
    case maxCompletionTokens = "max_completion_tokens"
    case responseFormat = "response_format"
  }

  struct ResponseFormat: Encodable {
    var type: String
    var schema: Schema?

    enum CodingKeys: String, CodingKey {
      case type
      case schema = "json_schema"
    }
  }

  struct Schema: Encodable {
    var name: String
    var strict = true
    var schema: JSONValue
  }
}
