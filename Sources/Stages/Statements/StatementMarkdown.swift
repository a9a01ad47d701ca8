import Evidence
import Formats
import Foundations

/// Statements in Markdown, each quote with a link to the place that it stands at.
struct StatementMarkdown {
  private let places: [String: EvidenceChunk]

  init(_ evidence: [EvidenceChunk]) {
    places = Dictionary(evidence.map { ($0.chunkID, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func list(_ statements: [Statement]) -> String { statements.map(item).joined() }

  private func item(_ statement: Statement) -> String {
    // A sentence that is its own quote is said once.
    if let quote = statement.quotes.first, statement.quotes.count == 1, ChunkText.line(quote.text) == statement.text {
      return "- “\(MarkdownText.escaped(statement.text))” — \(source(quote))\n"
    }
    var text = "- \(MarkdownText.escaped(statement.text)) (confidence \(Units.decimal(statement.confidence, 2)))\n"
    for quote in statement.quotes {
      text += "  > “\(MarkdownText.escaped(ChunkText.line(quote.text)))” — \(source(quote))\n"
    }
    return text
  }

  private func source(_ quote: Quote) -> String {
    guard let chunk = places[quote.chunkID] else { return MarkdownText.escaped(quote.chunkID) }
    guard let url = chunk.linkFromPublished(to: quote.text) else { return MarkdownText.escaped(chunk.place) }
    return "[\(MarkdownText.escaped(chunk.place))](<\(MarkdownText.address(url))>)"
  }

}
