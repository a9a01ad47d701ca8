import Clustering
import Foundations

/// Takes a statement only with quotes that stand verbatim in the evidence, with no number that does not stand in
/// them, and with words that they bear out.
///
/// It cannot tell whether a sentence is true, only that it does not go far from what it quotes; where it doubts, it
/// refuses.
package struct StatementCheck: Sendable {
  private let evidence: [String: EvidenceChunk]
  private let texts: [String: SearchableText]
  private let injected: [String: [Range<Int>]]

  /// A shorter quote proves nothing; in bytes.
  private static let shortest = 12
  private static let longestStatement = 600
  private static let longestQuote = 1000
  /// The least share of a statement's words that must stand in its quotes.
  private static let leastCoverage: [StatementKind: Double] = [.fact: 0.5, .proposal: 0.3]

  /// - Parameter evidence: by the names under which statements refer to them.
  package init(_ evidence: [String: EvidenceChunk]) {
    self.evidence = evidence
    texts = evidence.mapValues { SearchableText($0.text) }
    injected = evidence.mapValues { InjectedText.unquotable(in: $0.text) }
  }

  /// A statement as it was claimed.
  package struct Claim: Sendable {
    /// The statement.
    package let text: String
    /// What it names as evidence: ids of chunks, and what they are to say.
    package let quotes: [(evidence: String, text: String)]

    package init(text: String, quotes: [(evidence: String, text: String)]) {
      self.text = text
      self.quotes = quotes
    }
  }

  /// What the check says.
  package enum Verdict: Sendable {
    case accepted(Statement)
    /// Why not, as one can say it to the model.
    case refused(String)
  }

  /// Whether a claim follows from what it quotes.
  package func verify(_ claim: Claim, as kind: StatementKind = .fact) -> Verdict {
    let text = ChunkText.line(claim.text)
    guard !text.isEmpty else { return .refused("a statement without text") }
    let name = "\"\(ChunkText.snippet(text, limit: 80))\""
    if text.utf8.count > Self.longestStatement { return .refused("\(name): it is too long for one sentence") }
    if InjectedText.looksLikeInstruction(text) { return .refused("\(name): it speaks to a model, not to a reader") }
    var quotes: [Quote] = []
    var sentences: [QuotedSentence] = []
    var reason = "no quote was given"
    for quoted in claim.quotes {
      switch find(quoted) {
      case .success(let (quote, source)):
        guard !quotes.contains(quote) else { continue }
        quotes.append(quote)
        sentences.append(QuotedSentence(in: source.text, quote.range))
      case .failure(let fault): reason = fault.reason
      }
    }
    guard !quotes.isEmpty else { return .refused("\(name): \(reason)") }
    if let fault = Self.fault(of: text, sentences, kind) { return .refused("\(name): \(fault)") }
    return .accepted(
      Statement(
        text: text, quotes: quotes,
        confidence: Self.confidence(of: text, quotes.map(\.text), claimed: claim.quotes.count)))
  }

  private struct Fault: Error {
    let reason: String
  }

  private func find(_ quoted: (evidence: String, text: String)) -> Result<(Quote, EvidenceChunk), Fault> {
    guard let source = evidence[quoted.evidence], let searchable = texts[quoted.evidence] else {
      return .failure(Fault(reason: "there is no evidence \(quoted.evidence)"))
    }
    let line = ChunkText.line(quoted.text)
    guard line.utf8.count >= Self.shortest else {
      return .failure(Fault(reason: "the quote \"\(line)\" is too short to prove anything"))
    }
    guard line.utf8.count <= Self.longestQuote else {
      return .failure(
        Fault(reason: "a quote of \(line.utf8.count) bytes proves anything: quote the sentence that says it"))
    }
    guard let range = searchable.range(of: quoted.text) else {
      return .failure(
        Fault(reason: "\"\(ChunkText.snippet(quoted.text, limit: 80))\" does not stand in \(quoted.evidence)"))
    }
    if injected[quoted.evidence]?.contains(where: { $0.overlaps(range) }) == true {
      return .failure(
        Fault(
          reason: "what it quotes is no evidence: an instruction to models, or a summary that a model may have written")
      )
    }
    return .success((Quote(source, range: range), source))
  }

  /// Why a sentence may not stand over these quotes; `nil` when it may. Needs nothing but the words, so that it can be
  /// asked again of what was published.
  package static func fault(of text: String, _ quotes: [QuotedSentence], _ kind: StatementKind) -> String? {
    if let fault = fault(of: text, names: quotes, kind) { return fault }
    let words = StatementWords(text)
    let coverage = words.share(in: StatementWords(quotes.map(\.quote).joined(separator: "\n")))
    guard coverage >= leastCoverage[kind] ?? 1 else { return "what it says is not in what it quotes" }
    let clauses = quotes.map(\.clause).joined(separator: "\n")
    let known = StatementWords(clauses)
    // A sentence in the quote's own words with one denial more, or one less, says the opposite.
    if words.negations > known.negations, kind == .fact || coverage >= 0.8 { return "it denies what it quotes" }
    if quotes.count == 1, words.negations < known.negations {
      // Words that were cut off deny what is quoted, however much else the statement says.
      let isCutOff = StatementWords(quotes[0].quote).negations < known.negations && words.share(in: known) >= 0.5
      if isCutOff || coverage >= 0.7 && known.share(in: words) >= 0.6 {
        return "it leaves out the 'not' of what it quotes"
      }
    }
    guard kind == .fact else { return nil }
    let logic = StatementLogic(text)
    let said = StatementLogic(clauses)
    let isOwnWords = words.share(in: known) >= 0.6
    let likeness: StatementLogic.Likeness = !isOwnWords ? .loose : known.share(in: words) >= 0.8 ? .whole : .close
    if let fault = logic.fault(against: said, likeness) { return fault }
    if let fault = logic.boundsFault(against: said) { return fault }
    if isOwnWords, quotes.count == 1 {
      if let fault = logic.conditionFault(against: StatementLogic(quotes[0].sentence)) { return fault }
      if words.swapsRoles(against: known) { return "it changes who does it to whom" }
    }
    return nil
  }

  /// Why a few words, such as the name of a topic, say what does not stand in these texts: numbers, names, addresses.
  package static func fault(ofName text: String, in texts: [String]) -> String? {
    let quotes = texts.map { QuotedSentence($0) }
    if let fault = fault(of: text, names: quotes, .fact) { return fault }
    let words = StatementWords(text)
    let known = StatementWords(texts.joined(separator: "\n"))
    guard words.share(in: known) >= leastCoverage[.fact] ?? 1 else { return "what it says is not in what it quotes" }
    return words.negations > known.negations ? "it denies what it quotes" : nil
  }

  private static func fault(of text: String, names quotes: [QuotedSentence], _ kind: StatementKind) -> String? {
    let quoted = quotes.map(\.quote).joined(separator: "\n")
    let style = Quantities.style(of: quotes.map(\.sentence).joined(separator: "\n"))
    let known = Quantities.all(in: quoted, decimal: style)
    for number in Quantities.all(in: text, decimal: Quantities.style(of: text) ?? style) {
      guard !known.contains(where: { number.follows(from: $0) }) else { continue }
      return
        "\(number.text) does not stand \(known.contains { $0.digits == number.digits } ? "so " : "")in what it quotes"
    }
    let names = StatementWords.names(in: text).subtracting(StatementWords.names(in: quoted)).sorted()
    if kind == .fact, let name = names.first { return "\(name) does not stand in what it quotes" }
    if let link = links(text).first(where: { !quoted.contains($0) }) {
      return "the address \(link) does not stand in what it quotes"
    }
    return nil
  }

  /// The share of the quotes that were found, times half and another half by how many of the statement's words stand
  /// in them; two digits.
  package static func confidence(of text: String, _ quotes: [String], claimed: Int) -> Double {
    let coverage = StatementWords(text).share(in: StatementWords(quotes.joined(separator: "\n")))
    let found = Double(quotes.count) / Double(max(1, max(quotes.count, claimed)))
    return (found * (0.5 + 0.5 * coverage) * 100).rounded() / 100
  }

  private static func links(_ text: String) -> [String] {
    text.split(whereSeparator: { $0.isWhitespace || "()<>[]\"'".contains($0) }).map(String.init)
      .filter { $0.contains("://") || $0.hasPrefix("www.") || $0.hasPrefix("mailto:") }
  }
}
