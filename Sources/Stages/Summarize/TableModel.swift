import Documents
import Foundations
import Models
import StageKit
import Store

/// Lets a chat model summarize tables, and takes no number from it that is not in the table.
struct TableModel: Sendable {
  let client: ChatClient
  let prompt: String
  let cache: any KeyedCache

  enum Result {
    case accepted(String)
    case refused(String)
  }

  /// Answers are kept by prompt, model and table: nothing is asked twice.
  func summary(of table: DocumentTable, section: String) throws -> Result {
    let markdown = table.markdown
    var hasher = DigestHasher()
    for part in ["summarize-1", prompt, client.model, section, markdown] { hasher.field(part) }
    let key = hasher.finalize()
    let text: String
    if let known = try cache.get(key) {
      text = String(decoding: known, as: UTF8.self)
    } else {
      let answer = try client.ask([
        .init(.system, prompt), .init(.user, "Section: \(section)\n\nTable:\n\(markdown)"),
      ])
      text = answer.object?["summary"]?.string ?? ""
      try cache.put(key, Array(text.utf8))
    }
    let line = ChunkText.line(text)
    guard !line.isEmpty else { return .refused("there was no summary in its answer") }
    guard line.count <= 1200 else { return .refused("it is too long") }
    let invented = Numbers.all(in: line).subtracting(
      Numbers.all(in: markdown + " " + section + " \(table.bodyRows.count) \(table.columnCount)"))
    guard invented.isEmpty else {
      return .refused(
        "numbers that are not in the table: \(invented.sorted().joined(separator: ", "))")
    }
    return .accepted(line)
  }
}
