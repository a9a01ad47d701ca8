import Evidence
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
      return "- “\(Self.escaped(statement.text))” — \(source(quote))\n"
    }
    var text = "- \(Self.escaped(statement.text)) (confidence \(Units.decimal(statement.confidence, 2)))\n"
    for quote in statement.quotes {
      text += "  > “\(Self.escaped(ChunkText.line(quote.text)))” — \(source(quote))\n"
    }
    return text
  }

  private func source(_ quote: Quote) -> String {
    guard let chunk = places[quote.chunkID] else { return Self.escaped(quote.chunkID) }
    guard let url = chunk.linkFromPublished(to: quote.text) else { return Self.escaped(chunk.place) }
    // Entities are read in Markdown's addresses: `javascript&colon;` must stay what it is.
    var address = ""
    for character in url where character != "<" && character != ">" && !character.isNewline {
      address += character == "&" ? "&amp;" : character == "\\" ? "%5C" : String(character)
    }
    return "[\(Self.escaped(chunk.place))](<\(address)>)"
  }

  static func escaped(_ text: String) -> String {
    var out = ""
    for character in text {
      if "\\`*_[]<>#|".contains(character) { out.append("\\") }
      out.append(character.isNewline ? " " : character)
    }
    return out
  }
}
