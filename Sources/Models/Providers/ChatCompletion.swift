import Foundations

/// What `/v1/chat/completions` answers, as servers really do.
struct ChatCompletion: Decodable {
  @LenientList private var choices: [Choice]
  @Lenient var model: String?
  @Lenient var usage: TokenUsage?

  private struct Choice: Decodable {
    @Lenient var message: Message?
  }

  private struct Message: Decodable {
    @Lenient var content: Content?
    @Lenient var refusal: String?
  }

  /// A text; some servers give a list of parts.
  private struct Content: Decodable {
    var text: String?
    var parts: [Part] = []

    struct Part: Decodable {
      @Lenient var text: String?
    }

    init(from decoder: any Decoder) throws {
      text = try? decoder.singleValueContainer().decode(String.self)
      if text == nil { parts = try LenientList(from: decoder).wrappedValue }
    }
  }

  /// What the model said; `nil` when the answer holds no message.
  var text: String? {
    guard let message = choices.first?.message else { return nil }
    if let text = message.content?.text ?? message.refusal { return text }
    // Null says nothing, and was paid for all the same.
    return (message.content?.parts ?? []).compactMap(\.text).joined()
  }
}
