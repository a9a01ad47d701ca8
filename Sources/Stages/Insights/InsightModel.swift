import Foundations
import Models
import StageKit
import Store

/// Lets a chat model phrase insights; code decides what of it stands.
struct InsightModel: Sendable {
  let client: ChatClient
  let prompt: String
  let cache: any KeyedCache

  /// What is left of the model's answer after the check.
  struct Result {
    var fields: [InsightField: [Statement]] = [:]
    /// Why statements were dropped.
    var faults: [String] = []
    var promptTokens = 0
    var completionTokens = 0
    /// As the server names it.
    var model = ""

    var statements: Int { fields.values.reduce(0) { $0 + $1.count } }
  }

  /// An insight about a cluster. Asked once more, with the faults named, when something was wrong; the
  /// answer with more statements left is taken. Answers are kept by prompt, evidence and model: an
  /// unchanged cluster costs nothing.
  func insight(label: String, terms: [String], evidence: [InsightEvidence]) throws -> Result {
    let named = Dictionary(uniqueKeysWithValues: evidence.enumerated().map { ("e\($0 + 1)", $1) })
    let check = StatementCheck(named)
    let question = Self.question(label: label, terms: terms, evidence: evidence)
    var messages: [ChatClient.Message] = [.init(.system, prompt), .init(.user, question)]
    let first = try ask(messages)
    var best = Self.read(first, check)
    guard !best.faults.isEmpty else { return best }
    messages.append(.init(.assistant, first.text))
    messages.append(.init(.user, Self.complaint(best.faults)))
    let again = try ask(messages)
    var second = Self.read(again, check)
    second.promptTokens += best.promptTokens
    second.completionTokens += best.completionTokens
    if second.statements >= best.statements { return second }
    best.promptTokens = second.promptTokens
    best.completionTokens = second.completionTokens
    return best
  }

  private func ask(_ messages: [ChatClient.Message]) throws -> ChatClient.Answer {
    var hasher = DigestHasher()
    hasher.field("insights-1")
    hasher.field(client.model)
    for message in messages {
      hasher.field(message.role.rawValue)
      hasher.field(message.text)
    }
    let key = hasher.finalize()
    if let bytes = try cache.get(key), let known = try? JSONValue(parsing: bytes) {
      return ChatClient.Answer(
        text: known["text"]?.string ?? "", model: known["model"]?.string ?? "",
        promptTokens: known["prompt_tokens"]?.int ?? 0, completionTokens: known["completion_tokens"]?.int ?? 0)
    }
    let answer = try client.ask(messages)
    let kept: JSONObject = [
      "text": .string(answer.text), "model": .string(answer.model), "prompt_tokens": JSONValue(answer.promptTokens),
      "completion_tokens": JSONValue(answer.completionTokens),
    ]
    try cache.put(key, kept.canonicalBytes)
    return answer
  }

  /// What the model is shown: data in JSON, so that nothing in a document can pose as an instruction by
  /// looking like the prompt.
  static func question(label: String, terms: [String], evidence: [InsightEvidence]) -> String {
    let shown = evidence.enumerated().map { number, chunk -> JSONValue in
      ["id": .string("e\(number + 1)"), "section": .string(chunk.sectionPath), "text": .string(chunk.text)]
    }
    let object: JSONObject = ["topic": .string(label), "terms": JSONValue(terms), "evidence": .array(shown)]
    return JSONValue.object(object).prettyText
  }

  private static func complaint(_ faults: [String]) -> String {
    "These parts of your answer do not stand:\n" + faults.prefix(20).map { "- \($0)" }.joined(separator: "\n")
      + "\nAnswer again with the whole JSON object. Copy each quote letter by letter from the evidence that it names,"
      + " and leave out what the evidence does not say."
  }

  static func read(_ answer: ChatClient.Answer, _ check: StatementCheck) -> Result {
    var result = Result()
    result.promptTokens = answer.promptTokens
    result.completionTokens = answer.completionTokens
    result.model = answer.model
    guard let object = answer.object else {
      result.faults.append("the answer is not a JSON object")
      return result
    }
    for field in InsightField.allCases {
      guard let value = object[field.rawValue], !value.isNull else { continue }
      let list = value.array ?? [value]
      for entry in list {
        if let string = entry.string, string.isEmpty { continue }
        switch check.verify(claim(entry)) {
        case .accepted(let statement):
          if field == .coreNeed && result.fields[field]?.isEmpty == false { continue }
          result.fields[field, default: []].append(statement)
        case .refused(let reason): result.faults.append("\(field.rawValue): \(reason)")
        }
      }
    }
    if result.statements == 0 && result.faults.isEmpty { result.faults.append("there is no statement in it") }
    return result
  }

  /// A statement as the model wrote it: `{"text": …, "quotes": [{"evidence": "e1", "quote": …}]}`.
  private static func claim(_ entry: JSONValue) -> StatementCheck.Claim {
    let quotes = (entry["quotes"]?.array ?? []).compactMap { quote -> (evidence: String, text: String)? in
      guard let name = quote["evidence"]?.string, let text = quote["quote"]?.string else { return nil }
      return (name, text)
    }
    return StatementCheck.Claim(text: entry["text"]?.string ?? entry.string ?? "", quotes: quotes)
  }
}
