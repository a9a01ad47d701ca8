import Foundations

/// What `/v1/chat/completions` answers, as servers really do.
struct ChatCompletion: Decodable {
  @LenientList private var choices: [Choice]
  @Lenient var model: String?
  @Lenient var usage: TokenUsage?

  private struct Choice: Decodable {
    @Lenient var message: Message?
    @Lenient var finishReason: String?
    @Lenient var error: Complaint?

    enum CodingKeys: String, CodingKey {
      case message, error
      case finishReason = "finish_reason"
    }
  }

  private struct Complaint: Decodable {
    @Lenient var message: String?
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

  /// What the model said; `nil` when the answer holds no message. (Null says nothing, and was paid for all the same.)
  var text: String? {
    guard let message = choices.first?.message else { return nil }
    return message.content?.text ?? (message.content?.parts ?? []).compactMap(\.text).joined()
  }

  /// Why what was said is no answer, in the server's words where it has some; `nil` for an answer.
  var flaw: (reason: String, isCut: Bool)? {
    guard let choice = choices.first else { return nil }
    let said = text.map { $0.contains { !$0.isWhitespace } } ?? false
    if let refusal = choice.message?.refusal, !refusal.isEmpty {
      return ("the model refuses: \(Self.line(refusal))", false)
    }
    switch choice.finishReason?.lowercased() {
    case "length", "max_tokens", "max_output_tokens", "model_length":
      return ("it is cut off (finish_reason: \(choice.finishReason ?? "length"))", true)
    case "content_filter", "safety", "recitation", "refusal", "prohibited_content", "blocklist":
      return ("the server's filter refuses it (finish_reason: \(choice.finishReason ?? "content_filter"))", false)
    case "error":
      return ("the server broke off: \(Self.line(choice.error?.message ?? "finish_reason: error"))", false)
    default: break
    }
    if let message = choice.error?.message { return ("the server broke off: \(Self.line(message))", false) }
    if said { return nil }
    return ("it is empty\(choice.finishReason.map { " (finish_reason: \($0))" } ?? "")", false)
  }

  private static func line(_ text: String) -> String {
    Secrets.redacted(String(text.prefix(300).map { $0.isNewline ? " " : $0 }))
  }
}
