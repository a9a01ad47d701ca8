import Foundations

/// OpenAI's chat completions, as servers really speak them.
enum ChatProtocol {
  /// - Parameter without: members that the server was found not to know.
  static func body(_ request: ChatRequest, model: String, without: Set<String>) -> JSONValue {
    var messages = request.messages
    var format: JSONValue?
    if let schema = request.schema {
      if !without.contains("json_schema") {
        format = [
          "type": "json_schema", "json_schema": ["name": .string(request.purpose), "strict": true, "schema": schema],
        ]
      } else {
        if !without.contains("json_object") { format = ["type": "json_object"] }
        // Without the schema in the protocol it has to stand in the words.
        messages.append(
          ChatMessage(.system, "Answer with one JSON object that fits this JSON schema:\n" + schema.prettyText))
      }
    }
    return .object(
      JSONObject(present: [
        ("model", .string(model)), ("messages", JSONValue(encoding: messages)), ("response_format", format),
        ("temperature", without.contains("temperature") ? nil : 0),
        (without.contains("max_tokens") ? "max_completion_tokens" : "max_tokens", JSONValue(request.maxTokens)),
      ]))
  }

  /// The member that a refusal (400) is about; `nil` when it is about something else, or that was tried already.
  static func refusedMember(_ message: String, _ request: ChatRequest, without: Set<String>) -> String? {
    let text = message.lowercased()
    if text.contains("max_completion_tokens"), !without.contains("max_tokens") { return "max_tokens" }
    if text.contains("temperature"), !without.contains("temperature") { return "temperature" }
    guard request.schema != nil else { return nil }
    let isAboutFormat = ["response_format", "json_schema", "json_object", "schema", "guided"].contains {
      text.contains($0)
    }
    guard isAboutFormat else { return nil }
    if !without.contains("json_schema") { return "json_schema" }
    return without.contains("json_object") ? nil : "json_object"
  }
}
