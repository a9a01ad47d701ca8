import Documents
import Evidence
import Formats
import Foundations
import Models
import StageKit
import Store

/// Lets a chat model summarize tables, and takes no number from it that is not in the table.
struct TableModel: Sendable {
  let model: LanguageModel
  let prompt: String

  enum Result {
    /// - Parameter by: the model that answered, as its server names it.
    case accepted(String, by: String)
    case refused(String)
  }

  private static let schema: JSONValue = [
    "type": "object", "properties": ["summary": ["type": "string"]], "required": ["summary"],
    "additionalProperties": false,
  ]
  private static let mostTokens = 600

  /// Asked once more, with the fault named, when the answer cannot be taken.
  func summary(of table: DocumentTable, section: String) throws(SluiceError) -> Result {
    let markdown = table.markdown
    var messages = [
      ChatMessage(.system, prompt),
      ChatMessage(
        .user,
        ChunkLayout.table(
          head: ChunkLayout.breadcrumb(InjectedText.withheld(section)), markdown: InjectedText.withheld(markdown))),
    ]
    var reason = ""
    for _ in 0..<2 {
      let answer = try model.ask(
        ChatRequest(messages, purpose: "summary", schema: Self.schema, maxTokens: Self.mostTokens))
      let line = Self.summary(answer)
      guard let fault = fault(in: line, table, markdown, section) else { return .accepted(line, by: answer.model) }
      reason = fault
      messages.append(ChatMessage(.assistant, answer.text))
      messages.append(
        ChatMessage(
          .user, "That does not stand: \(fault). Answer again, with numbers of the table only, as they stand there."))
    }
    return .refused(reason)
  }

  private struct Answer: Decodable { let summary: String }

  /// On one line; empty when there is none.
  private static func summary(_ answer: ChatAnswer) -> String {
    let object = answer.object ?? [:]
    return (try? object.decoded(as: Answer.self)).map { ChunkText.line($0.summary) } ?? ""
  }

  private func fault(in line: String, _ table: DocumentTable, _ markdown: String, _ section: String) -> String? {
    if line.isEmpty { return "there was no summary in its answer" }
    if line.count > 1200 { return "it is too long" }
    if InjectedText.looksLikeInstruction(line) { return "it is an instruction, not a summary" }
    let known = Quantities.all(in: markdown + " " + section + " \(table.bodyRows.count) \(table.columnCount)")
    let invented = Quantities.all(in: line, decimal: Quantities.style(of: markdown)).filter { number in
      !known.contains { number.stands(beside: $0) }
    }
    return invented.isEmpty ? nil : "numbers that are not in the table: \(invented.map(\.text).joined(separator: ", "))"
  }
}
