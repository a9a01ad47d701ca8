import Foundations

/// The fields of an insight that hold statements.
enum InsightField: String, CaseIterable, Sendable {
  /// What people who write such things need; one statement at most.
  case coreNeed = "core_need"
  case painPoints = "pain_points"
  case opportunities
  /// What could be built of it within a week.
  case mvp = "mvp_1week"
  case findings
  case recommendations

  /// As a heading.
  var title: String {
    switch self {
    case .coreNeed: "Core need"
    case .painPoints: "Pain points"
    case .opportunities: "Opportunities"
    case .mvp: "What one week could build"
    case .findings: "Findings"
    case .recommendations: "Recommendations"
    }
  }
}

/// Words that stand in a chunk, exactly there.
struct Quote: Sendable, Hashable {
  let chunkID: String
  let text: String
  /// In bytes of the chunk's text.
  let range: Range<Int>
  /// Of the chunk's whole text, so that the range can be checked later.
  let textDigest: Digest

  var json: JSONObject {
    [
      "chunk_id": .string(chunkID), "text": .string(text), "start": JSONValue(range.lowerBound),
      "end": JSONValue(range.upperBound), "chunk_text": .string(textDigest.description),
    ]
  }
}

/// A sentence of an insight and what it rests on.
struct Statement: Sendable, Hashable {
  let text: String
  let quotes: [Quote]
  /// From 0 to 1, computed by the check.
  let confidence: Double

  /// The chunks that its quotes stand in, each once.
  var evidenceIDs: [String] {
    var ids: [String] = []
    for quote in quotes where !ids.contains(quote.chunkID) { ids.append(quote.chunkID) }
    return ids
  }

  var json: JSONObject {
    [
      "text": .string(text), "evidence_ids": JSONValue(evidenceIDs), "quotes": .array(quotes.map { .object($0.json) }),
      "confidence": .double(confidence),
    ]
  }
}
