import Foundations

/// OpenAI's chat completions, as servers really speak them.
enum ChatProtocol {
  /// - Parameter without: members that the server was found not to know.
  static func body(_ request: ChatRequest, model: String, without: Set<String>) -> JSONValue {
    var body: JSONObject = [
      "model": .string(model),
      "messages": .array(
        request.messages.map { ["role": .string($0.role.rawValue), "content": .string($0.text)] }),
    ]
    if !without.contains("temperature") { body["temperature"] = 0 }
    body[without.contains("max_tokens") ? "max_completion_tokens" : "max_tokens"] = JSONValue(request.maxTokens)
    if let schema = request.schema {
      if !without.contains("json_schema") {
        body["response_format"] = [
          "type": "json_schema", "json_schema": ["name": .string(request.purpose), "strict": true, "schema": schema],
        ]
      } else {
        if !without.contains("json_object") { body["response_format"] = ["type": "json_object"] }
        // Without the schema in the protocol it has to stand in the words.
        let note = "Answer with one JSON object that fits this JSON schema:\n" + schema.prettyText
        body["messages"] = .array(
          (body["messages"]?.array ?? []) + [["role": "system", "content": .string(note)]])
      }
    }
    return .object(body)
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

  static func text(_ answer: JSONValue) -> String? {
    guard let message = answer["choices"]?[0]?["message"], message.object != nil else { return nil }
    if let text = message["content"]?.string ?? message["refusal"]?.string { return text }
    // Some servers give a list of parts; null says nothing, and was paid for all the same.
    return (message["content"]?.array?.compactMap { $0["text"]?.string } ?? []).joined()
  }

  static func usage(_ answer: JSONValue) -> (prompt: Int, completion: Int)? {
    guard let usage = answer["usage"], let prompt = usage["prompt_tokens"]?.int else { return nil }
    return (count(prompt), count(usage["completion_tokens"]?.int ?? 0))
  }

  /// A number of tokens as a server says it, within what a sum of them can hold.
  static func count(_ tokens: Int) -> Int {
    min(max(0, tokens), 1_000_000_000_000)
  }
}
