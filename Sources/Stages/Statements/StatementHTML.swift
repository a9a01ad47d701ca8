import Evidence
import Formats
import Foundations

/// Statements as parts of a page, each quote with a link to the place that it stands at.
struct StatementHTML {
  private let places: [String: EvidenceChunk]

  init(_ evidence: [EvidenceChunk]) {
    places = Dictionary(evidence.map { ($0.chunkID, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func list(_ statements: [Statement]) -> String {
    "<ul>" + statements.map(item).joined() + "</ul>"
  }

  private func item(_ statement: Statement) -> String {
    // A sentence that is its own quote is said once.
    if let quote = statement.quotes.first, statement.quotes.count == 1, ChunkText.line(quote.text) == statement.text {
      return "<li>“\(Markup.escaped(statement.text))” — \(source(quote))</li>"
    }
    let sure =
      "<span class=sure title=\"how far the quotes bear it out\">\(Units.decimal(statement.confidence, 2))</span>"
    let quotes = statement.quotes.map {
      "<blockquote>“\(Markup.escaped(ChunkText.line($0.text)))” — \(source($0))</blockquote>"
    }
    return "<li>\(Markup.escaped(statement.text))\(sure)\(quotes.joined())</li>"
  }

  private func source(_ quote: Quote) -> String {
    guard let chunk = places[quote.chunkID] else { return Markup.escaped(quote.chunkID) }
    let place = Markup.escaped(chunk.place)
    guard let link = chunk.linkFromPublished(to: quote.text) else { return place }
    return "<a href=\"\(Markup.escaped(link))\" rel=\"noopener noreferrer\">\(place)</a>"
  }
}
