import Foundations

/// Checks again, from what was published alone, that each statement stands: quotes at their bytes, texts by their
/// digests, numbers and words in the quotes, confidence no higher than the check gives it.
package struct StatementVerifier {
  /// A chunk's text as it stands in the published index; `nil` when it is not there.
  private let text: (String, Digest) throws -> String?

  /// The fields that hold statements, in whatever record.
  private static let fields: Set<String> = [
    "core_need", "pain_points", "opportunities", "mvp_1week", "findings", "recommendations", "summary", "strengths",
    "risks",
  ]

  /// - Parameter text: a chunk's text, by its id; where there are several, the one with the digest.
  package init(text: @escaping (String, Digest) throws -> String?) { self.text = text }

  /// What is wrong with one statement.
  package struct Fault: Sendable, Hashable {
    /// The record and the field: `insight-ab12 findings`.
    package let place: String
    /// Its text.
    package let statement: String
    /// What is wrong with it.
    package let reason: String
  }

  /// What was checked, and found.
  package struct Report: Sendable {
    /// How many statements were read.
    package var statements = 0
    /// How many quotes were held against their chunks.
    package var quotes = 0
    /// What does not stand.
    package var faults: [Fault] = []
  }

  /// - Parameter records: objects whose members hold statements, alone or in lists, however deep.
  package func verify(_ records: [JSONValue]) throws -> Report {
    var report = Report()
    for record in records {
      try visit(record, (try? record.decoded(as: Named.self))?.id ?? "", "", &report)
    }
    return report
  }

  private func visit(_ value: JSONValue, _ record: String, _ field: String, _ report: inout Report) throws {
    if Self.fields.contains(field), let statement = try? value.decoded(as: Published.self) {
      report.statements += 1
      report.quotes += statement.quotes.count
      if let reason = try fault(statement, StatementKind(field: field)) {
        report.faults.append(Fault(place: "\(record) \(field)", statement: statement.text, reason: reason))
      }
    } else if let members = value.object?.members {
      for member in members { try visit(member.value, record, member.key, &report) }
    } else if let list = value.array {
      for entry in list { try visit(entry, record, field, &report) }
    }
  }

  private struct Named: Decodable {
    @Lenient var id: String?
  }

  /// A statement as it was published, or what stands in its place: a text alone has neither quotes nor confidence.
  private struct Published: Decodable {
    var text = ""
    /// One that is not whole is `nil`.
    var quotes: [Lenient<Quote>] = []
    var evidenceIDs: [String] = []
    var confidence: Double?

    private struct Members: Decodable {
      @Lenient var text: String?
      @LenientList var quotes: [Lenient<Quote>]
      @LenientList var evidenceIDs: [String]
      @Lenient var confidence: Double?

      enum CodingKeys: String, CodingKey {
        case text, quotes, confidence
        case evidenceIDs = "evidence_ids"
      }
    }

    init(from decoder: any Decoder) throws {
      if let text = try? decoder.singleValueContainer().decode(String.self) {
        self.text = text
        return
      }
      let members = try Members(from: decoder)
      text = members.text ?? ""
      (quotes, evidenceIDs, confidence) = (members.quotes, members.evidenceIDs, members.confidence)
    }
  }

  private func fault(_ statement: Published, _ kind: StatementKind) throws -> String? {
    let words = statement.text
    if statement.quotes.isEmpty { return "it quotes nothing" }
    if words.isEmpty { return "it says nothing" }
    if InjectedText.looksLikeInstruction(words) { return "it speaks to a model, not to a reader" }
    var texts: [String] = []
    var sentences: [QuotedSentence] = []
    var chunks: Set<String> = []
    for quote in statement.quotes {
      guard let quote = quote.wrappedValue else { return "one of its quotes is not whole" }
      guard let text = try text(quote.chunkID, quote.textDigest) else {
        return "the chunk \(quote.chunkID) is not in the index"
      }
      let bytes = Array(text.utf8)
      guard Digest(of: bytes) == quote.textDigest else {
        return "the chunk \(quote.chunkID) has another text than the one that was quoted"
      }
      guard quote.range.upperBound <= bytes.count, bytes[quote.range].elementsEqual(quote.text.utf8) else {
        return
          "bytes \(quote.range.lowerBound) to \(quote.range.upperBound) of \(quote.chunkID) are not \"\(ChunkText.snippet(quote.text, limit: 60))\""
      }
      if InjectedText.unquotable(in: text).contains(where: { $0.overlaps(quote.range) }) {
        return "what it quotes of \(quote.chunkID) is no evidence"
      }
      texts.append(quote.text)
      sentences.append(QuotedSentence(in: text, quote.range))
      chunks.insert(quote.chunkID)
    }
    guard Set(statement.evidenceIDs) == chunks else {
      return "its evidence_ids are not the chunks that it quotes"
    }
    // A sentence that is its own quote needs no further proof.
    let isQuote = texts.count == 1 && ChunkText.line(texts[0]) == words
    if !isQuote, let fault = StatementCheck.fault(of: words, sentences, kind) { return fault }
    guard let confidence = statement.confidence, confidence >= 0,
      confidence <= StatementCheck.confidence(of: words, texts, claimed: 0) + 0.005 || isQuote && confidence <= 1
    else { return "its confidence is not what the check gives" }
    return nil
  }
}

extension StatementKind {
  /// The kind of a field by its name, the same wherever it stands.
  package init(field: String) {
    self = ["opportunities", "mvp_1week", "recommendations"].contains(field) ? .proposal : .fact
  }
}
