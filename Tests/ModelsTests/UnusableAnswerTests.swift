import Foundations
import Manifest
import Synchronization
import TestSupport
import Testing

@testable import Models

/// Answers that are none: cut off, refused, empty, errors in the clothes of a success.
@Suite struct UnusableAnswerTests {
  /// What a model comes to whose server answers so to each question in turn, the last one for ever; and what it was asked.
  private func ask(_ answers: [String]) throws -> (Result<ChatAnswer, SluiceError>, asked: [String]) {
    let asked = Mutex<[String]>([])
    let server = try BrokenServer { exchange in
      let number = asked.withLock { asked in
        asked.append(String(decoding: exchange.body, as: UTF8.self))
        return asked.count
      }
      exchange.answer("200 OK", ["Content-Type: application/json"], answers[min(number, answers.count) - 1])
    }
    var provider = Provider(name: "p", kind: .openai, model: "m", baseURL: server.url)
    provider.attempts = 2
    let model = try LanguageModel([provider], ProviderEnvironment())
    let result = Result { () throws(SluiceError) in
      try model.ask(ChatRequest([ChatMessage(.user, "Say something.")], purpose: "test", maxTokens: 100))
    }
    return (result, asked.withLock { $0 })
  }

  private static func said(_ content: String, finish: String = "stop", more: String = "") -> String {
    #"{"choices": [{"index": 0, "finish_reason": "\#(finish)", "message": {"role": "assistant", "content": \#(content)\#(more)}}]}"#
  }

  @Test(arguments: [
    (said("\"half an\"", finish: "length"), "cut off"), (said("null"), "it is empty"), (said("\"  \""), "it is empty"),
    (said("null", more: #", "refusal": "I will not""#), "the model refuses: I will not"),
    (said("\"x\"", finish: "content_filter"), "filter"), (said("\"x\"", finish: "error"), "broke off"),
    (#"{"error": {"message": "Plan expired", "code": 402}}"#, "Plan expired"),
    (#"{"error": "upstream is gone", "choices": []}"#, "upstream is gone"),
  ]) func isAFailureWithItsReason(_ answer: String, _ reason: String) throws {
    let (result, asked) = try ask([answer])
    guard case .failure(let error) = result else {
      Issue.record("it passed for an answer")
      return
    }
    #expect(error.code == .service && error.message.contains(reason), "\(error)")
    #expect(asked.count == (reason == "Plan expired" ? 1 : 2))
  }

  @Test func isAskedAgainWithMoreRoom() throws {
    let (result, asked) = try ask([Self.said("\"half an\"", finish: "length"), Self.said("\"a whole answer\"")])
    #expect(try result.get().text == "a whole answer")
    #expect(asked.count == 2 && asked[0].contains("\"max_tokens\":100") && asked[1].contains("\"max_tokens\":200"))
  }

  /// An `error` of null, and thoughts beside the answer, are none of this.
  @Test func isAnAnswer() throws {
    let answer =
      #"{"error": null, "choices": [{"message": {"content": "fine", "refusal": null}, "finish_reason": "stop"}]}"#
    #expect(try ask([answer]).0.get().text == "fine")
    #expect(
      try ask([#"{"choices": [{"message": {"content": [{"type": "text", "text": "parts"}]}}]}"#]).0.get().text
        == "parts")
  }
}
