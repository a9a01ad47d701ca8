import Evidence
import Foundations
import Manifest
import StageKit

/// Records member by member, numbers within a tolerance.
struct RecordComparison: GoldenComparing {
  private static let ignored = "not_compared"

  var rule: GoldenRule.Records

  var strict: Self {
    var rule = rule
    (rule.absolute, rule.relative) = (0, 0)
    return Self(rule: rule)
  }

  func record(_ stage: GoldenStage, _ holding: GoldenHolding) throws -> GoldenRecording {
    var items: [(id: String, record: JSONObject)] = []
    try stage.result.forEach { items.append(($0.id, try $0.record.object())) }
    return recording(items)
  }

  func recording(_ items: [(id: String, record: JSONObject)]) -> GoldenRecording {
    var removed: Set<String> = []
    let entries = items.map { id, record in
      // The id stands before the record, which may have one of its own.
      var record = record
      record["id"] = nil
      let stripped = VolatileMembers.stripped(.object(record), ignoring: Set(rule.ignored), &removed)
      return GoldenRecording.Entry(id, ["record": stripped])
    }
    return GoldenRecording(
      GoldenComparator.records.rawValue, [Self.ignored: JSONValue(removed.sorted())], entries: entries)
  }

  func difference(_ golden: GoldenRecording, _ now: GoldenRecording) -> GoldenDifference {
    var difference = GoldenDifference(golden: golden.entries.count, now: now.entries.count)
    difference.entries = entries(
      golden, now,
      added: { [WordChanges(ChunkText.snippet(($0["record"] ?? .object($0)).canonicalText, limit: 100))] }
    ) { former, current in
      var found: [WordChanges] = []
      // What is ignored by now may stand in a golden file that was accepted before.
      var ignored: Set<String> = []
      let old = former.value["record"].map {
        VolatileMembers.stripped($0, ignoring: Set(rule.ignored), &ignored)
      }
      compare(old, current.value["record"], at: "", &found)
      return found
    }
    let left = now.head[Self.ignored]?.array?.compactMap(\.string) ?? []
    if !left.isEmpty { difference.notes.append("not compared: \(left.joined(separator: ", "))") }
    return difference
  }

  /// Says of what is other where it stands, what it was and what it is.
  private func compare(_ old: JSONValue?, _ new: JSONValue?, at path: String, _ found: inout [WordChanges]) {
    let place = path.isEmpty ? "the record" : path
    switch (old, new) {
    case (nil, nil): return
    case (let old?, nil): found.append(WordChanges("\(place): \(Self.shown(old)) is gone"))
    case (nil, let new?): found.append(WordChanges("\(place): \(Self.shown(new)) is new"))
    case (.object(let old)?, .object(let new)?):
      for key in Set((old.keys + new.keys).map { ExactText($0) }).sorted() {
        compare(old[key.text], new[key.text], at: path.isEmpty ? key.text : "\(path).\(key.text)", &found)
      }
    case (.array(let old)?, .array(let new)?):
      if old.count != new.count {
        found.append(WordChanges("\(place): \(old.count) → \(Units.counted(new.count, "entry"))"))
      }
      for (index, (one, other)) in zip(old, new).enumerated() { compare(one, other, at: "\(path)[\(index)]", &found) }
    case (let old?, let new?):
      if let one = Self.number(old), let other = Self.number(new) {
        if !isNear(one, other) { found.append(WordChanges(numbers(place, old, new))) }
      } else if old.canonicalBytes != new.canonicalBytes {
        found.append(Self.texts(place, old, new))
      }
    }
  }

  private static func number(_ value: JSONValue) -> Double? {
    switch value {
    case .int, .double: value.double
    default: nil
    }
  }

  func isNear(_ a: Double, _ b: Double) -> Bool {
    a == b || abs(a - b) <= max(rule.absolute, rule.relative * max(abs(a), abs(b)))
  }

  private func numbers(_ place: String, _ old: JSONValue, _ new: JSONValue) -> String {
    let bars = [rule.absolute > 0 ? "\(rule.absolute)" : nil, rule.relative > 0 ? "\(rule.relative) of it" : nil]
    let said = bars.compactMap(\.self).joined(separator: ", or ")
    let allowed = said.isEmpty ? "" : " (allowed: \(said))"
    return "\(place): \(old.canonicalText) → \(new.canonicalText)\(allowed)"
  }

  private static func texts(_ place: String, _ old: JSONValue, _ new: JSONValue) -> WordChanges {
    guard let one = old.string, let other = new.string else {
      return WordChanges("\(place): \(shown(old)) → \(shown(new))")
    }
    guard let words = WordChanges(from: one, to: other) else {
      return WordChanges("\(place): white space or the form of letters is another")
    }
    return words.preceded(by: "\(place):")
  }

  private static func shown(_ value: JSONValue) -> String { ChunkText.snippet(value.canonicalText, limit: 80) }
}
