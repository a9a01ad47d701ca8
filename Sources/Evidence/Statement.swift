import Foundations

/// A sentence and what it rests on.
package struct Statement: Sendable, Hashable {
  /// What it says.
  package let text: String
  /// What it rests on.
  package let quotes: [Quote]
  /// From 0 to 1, computed by the check.
  package let confidence: Double

  package init(text: String, quotes: [Quote], confidence: Double) {
    self.text = text
    self.quotes = quotes
    self.confidence = confidence
  }

  /// The chunks that its quotes stand in, each once.
  package var evidenceIDs: [String] {
    var ids: [String] = []
    for quote in quotes where !ids.contains(quote.chunkID) { ids.append(quote.chunkID) }
    return ids
  }

  /// As records have it.
  package var json: JSONObject {
    [
      "text": .string(text), "evidence_ids": JSONValue(evidenceIDs), "quotes": .array(quotes.map { .object($0.json) }),
      "confidence": .double(confidence),
    ]
  }
}

/// How closely a statement must keep to what it quotes.
package enum StatementKind: Sendable {
  /// It says how things are.
  case fact
  /// It says what could be done about them: words of its own are its nature.
  case proposal
}
