import Foundations

/// Asks a server's `/v1/chat/completions` for JSON.
package struct ChatClient: Sendable {
  private let client: ServiceClient

  package init(_ endpoint: ServiceEndpoint, isStopping: @escaping @Sendable () -> Bool = { false }) {
    client = ServiceClient(endpoint: endpoint, isStopping: isStopping)
  }

  package var model: String { client.endpoint.model }

  /// One turn of a conversation.
  package struct Message: Sendable, Hashable {
    package enum Role: String, Sendable { case system, user, assistant }
    package let role: Role
    package let text: String
    package init(_ role: Role, _ text: String) {
      self.role = role
      self.text = text
    }
  }

  /// What the model said.
  package struct Answer: Sendable, Hashable {
    package let text: String
    /// As the server names it.
    package let model: String
    package let promptTokens: Int
    package let completionTokens: Int

    package init(text: String, model: String, promptTokens: Int, completionTokens: Int) {
      self.text = text
      self.model = model
      self.promptTokens = promptTokens
      self.completionTokens = completionTokens
    }

    /// The JSON object in the answer, whether or not there is prose or a code fence around it.
    package var object: JSONObject? {
      if let object = try? JSONValue(parsing: text).object { return object }
      let bytes = Array(text.utf8)
      guard let start = bytes.firstIndex(of: UInt8(ascii: "{")),
        let end = bytes.lastIndex(of: UInt8(ascii: "}")), start < end
      else { return nil }
      return try? JSONValue(parsing: Array(bytes[start...end])).object
    }
  }

  /// Asks with temperature 0.
  /// - Parameters:
  ///   - json: whether the answer is to be a JSON object (`response_format`).
  ///   - maxTokens: the most that the answer may cost.
  /// - Throws: `.service` when there is no usable answer.
  package func ask(_ messages: [Message], json: Bool = true, maxTokens: Int? = nil)
    throws(SluiceError) -> Answer
  {
    var body: JSONObject = [
      "model": .string(client.endpoint.model),
      "messages": .array(
        messages.map { ["role": .string($0.role.rawValue), "content": .string($0.text)] }),
      "temperature": 0,
    ]
    if json { body["response_format"] = ["type": "json_object"] }
    if let maxTokens { body["max_tokens"] = JSONValue(maxTokens) }
    switch try client.post("/chat/completions", .object(body)) {
    case .success(let answer):
      guard let text = answer["choices"]?[0]?["message"]?["content"]?.string else {
        throw SluiceError(
          .service,
          "\(client.endpoint.baseURL) (\(model)) answers wrongly: there is no choices[0].message.content"
        )
      }
      return Answer(
        text: text, model: answer["model"]?.string ?? model,
        promptTokens: answer["usage"]?["prompt_tokens"]?.int ?? 0,
        completionTokens: answer["usage"]?["completion_tokens"]?.int ?? 0)
    case .failure(let rejection):
      throw SluiceError(
        .service,
        "\(client.endpoint.baseURL) (\(model)) refuses the request (HTTP \(rejection.status)): \(rejection.message)",
        advice: "Check the model's name; a long prompt may need a model with a larger window.")
    }
  }
}
