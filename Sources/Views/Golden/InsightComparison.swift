import Evidence
import Formats
import Foundations
import Manifest
import StageKit

/// Statements by what they say, what they quote from where, and how far that bears them out; not by the records that they
/// stand in, which go by the ids of topics, nor by what it cost to make them.
struct InsightComparison: GoldenComparing {
  private enum Member {
    static let quotes = "quotes"
    static let confidence = "confidence"
  }

  var rule: GoldenRule.Insights

  var strict: Self {
    var rule = rule
    (rule.confidence, rule.change) = (0, 0)
    return Self(rule: rule)
  }

  /// A statement as records have it.
  private struct Written: Decodable {
    let text: String
    let quotes: [Quote]
    var confidence: Double?

    struct Quote: Decodable {
      let chunkID: String
      let text: String

      enum CodingKeys: String, CodingKey {
        case text
        case chunkID = "chunk_id"
      }
    }
  }

  func record(_ stage: GoldenStage, _ holding: GoldenHolding) throws -> GoldenRecording {
    var records: [JSONValue] = []
    try stage.result.forEach { records.append(.object(try $0.record.object())) }
    return Self.recording(records)
  }

  static func recording(_ records: [JSONValue]) -> GoldenRecording {
    var entries: [GoldenRecording.Entry] = []
    for record in records { visit(record, field: "", &entries) }
    // One sentence may stand under several topics.
    entries.sort {
      ExactText($0.id) != ExactText($1.id)
        ? ExactText($0.id) < ExactText($1.id)
        : $0.value.canonicalBytes.lexicographicallyPrecedes($1.value.canonicalBytes)
    }
    var seen: [ExactText: Int] = [:]
    let numbered = entries.map { entry in
      let count = seen[ExactText(entry.id), default: 0] + 1
      seen[ExactText(entry.id)] = count
      return count == 1 ? entry : GoldenRecording.Entry("\(entry.id) (\(count))", entry.value)
    }
    return GoldenRecording(GoldenComparator.insights.rawValue, entries: numbered)
  }

  private static func visit(_ value: JSONValue, field: String, _ entries: inout [GoldenRecording.Entry]) {
    if value["quotes"] != nil, let statement = try? value.decoded(as: Written.self) {
      let text = NormalForm.plain(statement.text)
      let quotes = statement.quotes.map { quote -> String in
        let words = NormalForm.plain(quote.text)
        // A sentence that is its own quote is held once.
        return ExactText(words) == ExactText(text) ? quote.chunkID : "\(quote.chunkID) “\(words)”"
      }
      entries.append(
        .init(
          "\(field): \(text)",
          JSONObject(present: [
            (Member.quotes, JSONValue(quotes.map { ExactText($0) }.sorted().map(\.text))),
            (Member.confidence, statement.confidence.map { .double(($0 * 1e4).rounded() / 1e4) }),
          ])))
    } else if let members = value.object?.members {
      for member in members { visit(member.value, field: member.key, &entries) }
    } else if let list = value.array {
      for entry in list { visit(entry, field: field, &entries) }
    }
  }

  func difference(_ golden: GoldenRecording, _ now: GoldenRecording) -> GoldenDifference {
    var difference = GoldenDifference("statements", golden: golden.entries.count, now: now.entries.count)
    difference.entriesDecide = false
    difference.entries = entries(golden, now, added: { _ in [] }) { former, current in
      var details: [WordChanges] = []
      let (old, new) = (Self.quotes(former), Self.quotes(current))
      for quote in old.subtracting(new).sorted() { details.append(WordChanges("quotes no longer \(quote.text)")) }
      for quote in new.subtracting(old).sorted() { details.append(WordChanges("quotes now \(quote.text)")) }
      let one = former.value[Member.confidence]?.double
      let other = current.value[Member.confidence]?.double
      if let one, let other, abs(one - other) <= rule.confidence + 1e-9 { return details }
      if one != other {
        func shown(_ value: Double?) -> String { value.map { Units.decimal($0, 2) } ?? "none" }
        details.append(
          WordChanges("confidence \(shown(one)) → \(shown(other)) (allowed: \(rule.confidence))"))
      }
      return details
    }
    let share = Double(difference.entries.count) / Double(max(1, max(golden.entries.count, now.entries.count)))
    difference.measures.append(
      .init(
        name: "share of other statements", golden: nil, now: share, bar: "at most \(rule.change)",
        holds: share <= rule.change + 1e-12))
    return difference
  }

  private static func quotes(_ entry: GoldenRecording.Entry) -> Set<ExactText> {
    Set((entry.value[Member.quotes]?.array ?? []).compactMap(\.string).map { ExactText($0) })
  }
}
