import Clustering
import Foundations

/// Takes a statement only with quotes that stand verbatim in the evidence, and with no number that does
/// not.
struct StatementCheck {
  private let evidence: [String: InsightEvidence]
  private let texts: [String: SearchableText]
  private let terms: [String: Set<String>]

  /// A shorter quote proves nothing.
  private static let shortest = 12

  /// - Parameter evidence: by the names under which statements refer to them.
  init(_ evidence: [String: InsightEvidence]) {
    self.evidence = evidence
    texts = evidence.mapValues { SearchableText($0.text) }
    terms = evidence.mapValues { Set(Terms.extract($0.text)) }
  }

  /// A statement as it was claimed.
  struct Claim {
    let text: String
    let quotes: [(evidence: String, text: String)]
  }

  enum Verdict {
    case accepted(Statement)
    /// Why not, as one can say it to the model.
    case refused(String)
  }

  /// Confidence: the share of the quotes that were found, times half and another half by how many of the
  /// statement's terms stand in the chunks that it quotes.
  func verify(_ claim: Claim) -> Verdict {
    let text = ChunkText.line(claim.text)
    guard !text.isEmpty else { return .refused("a statement without text") }
    var quotes: [Quote] = []
    var reason = "no quote was given"
    for (name, quoted) in claim.quotes {
      guard let source = evidence[name], let searchable = texts[name] else {
        reason = "there is no evidence \(name)"
        continue
      }
      guard quoted.utf8.count >= Self.shortest else {
        reason = "the quote \"\(quoted)\" is too short to prove anything"
        continue
      }
      guard let range = searchable.range(of: quoted) else {
        reason = "\"\(ChunkText.snippet(quoted, limit: 80))\" does not stand in \(name)"
        continue
      }
      let bytes = Array(source.text.utf8)
      let quote = Quote(
        chunkID: source.chunkID, text: String(decoding: bytes[range], as: UTF8.self), range: range,
        textDigest: Digest(of: bytes))
      if !quotes.contains(quote) { quotes.append(quote) }
    }
    guard !quotes.isEmpty else { return .refused("\"\(ChunkText.snippet(text, limit: 80))\": \(reason)") }
    let cited = Set(claim.quotes.map(\.evidence)).filter { evidence[$0] != nil }.sorted()
    let known = Numbers.all(in: cited.compactMap { evidence[$0]?.text }.joined(separator: "\n"))
    let invented = Numbers.all(in: text).subtracting(known).sorted()
    guard invented.isEmpty else {
      return .refused(
        "\"\(ChunkText.snippet(text, limit: 80))\": \(invented.joined(separator: ", ")) does not stand in what it quotes"
      )
    }
    let words = Set(Terms.extract(text).filter { !$0.contains(" ") })
    let covered = words.filter { word in cited.contains { terms[$0]?.contains(word) == true } }.count
    let coverage = words.isEmpty ? 1 : Double(covered) / Double(words.count)
    let found = Double(quotes.count) / Double(max(quotes.count, claim.quotes.count))
    let confidence = (found * (0.5 + 0.5 * coverage) * 100).rounded() / 100
    return .accepted(Statement(text: text, quotes: quotes, confidence: confidence))
  }
}
