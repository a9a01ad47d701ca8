import Foundations

/// What a model is asked.
package struct ChatRequest: Sendable {
  package var messages: [ChatMessage]
  /// The JSON schema of the answer; `nil`: any text will do.
  package var schema: JSONValue?
  /// The most tokens of the answer.
  package var maxTokens: Int
  /// What it is for, for the audit log: `insights`, `summary`, `label`.
  package var purpose: String
  /// The chunks that the prompt holds.
  package var evidenceIDs: [String]

  package init(
    _ messages: [ChatMessage], purpose: String, schema: JSONValue? = nil, maxTokens: Int = 4000,
    evidenceIDs: [String] = []
  ) {
    self.messages = messages
    self.purpose = purpose
    self.schema = schema
    self.maxTokens = maxTokens
    self.evidenceIDs = evidenceIDs
  }

  /// About how many tokens the prompt has: what is not known exactly is better taken for too many.
  var promptTokens: Int { messages.reduce(8) { $0 + $1.text.utf8.count / 3 + 4 } }

  /// Everything that the answer follows from, but who is asked.
  func hash(into hasher: inout DigestHasher) {
    hasher.field("answer-1")
    hasher.field(schema?.canonicalText ?? "")
    hasher.field("\(maxTokens)")
    for message in messages {
      hasher.field(message.role.rawValue)
      hasher.field(message.text)
    }
  }
}
