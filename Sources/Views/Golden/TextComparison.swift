import Evidence
import Formats
import Foundations
import Manifest
import StageKit

/// Texts, word for word or in normal form.
struct TextComparison: GoldenComparing {
  private enum Member {
    static let digest = "digest"
    static let text = "text"
  }

  var rule: GoldenRule.Text
  var strict: Self { self }
  let settings = [(member: "form", name: "the form of texts")]

  /// Digits of a digest that are held: enough to tell texts apart.
  private static let digits = 16

  func holding(like golden: GoldenRecording) -> GoldenHolding { GoldenHolding(golden, member: Member.text) }

  func record(_ stage: GoldenStage, _ holding: GoldenHolding) throws -> GoldenRecording {
    let isHeld = holding.chosen(among: stage.result.entries.map(\.id))
    var entries: [GoldenRecording.Entry] = []
    try stage.result.forEach { item in
      guard let text = try GoldenText.of(item, stage.result.body) else {
        throw stage.refusal(
          "'\(item.id)' has no text",
          advice: "Compare its records or its bytes: \(stage.name): {compare: records}, or digest.")
      }
      entries.append(entry(item.id, text, isHeld: isHeld(item.id)))
    }
    return recording(entries)
  }

  func entry(_ id: String, _ text: String, isHeld: Bool) -> GoldenRecording.Entry {
    let text = rule.isNormalized ? NormalForm.plain(text) : text
    let digest = String(Digest(of: text).hex.prefix(Self.digits))
    return .init(
      id, isHeld ? [Member.digest: .string(digest), Member.text: .string(text)] : [Member.digest: .string(digest)])
  }

  func recording(_ entries: [GoldenRecording.Entry]) -> GoldenRecording {
    GoldenRecording(
      GoldenComparator.text.rawValue, ["form": rule.isNormalized ? "normalised" : "exact"], entries: entries)
  }

  func difference(_ golden: GoldenRecording, _ now: GoldenRecording) -> GoldenDifference {
    var difference = GoldenDifference(golden: golden.entries.count, now: now.entries.count)
    func shown(_ value: JSONObject) -> [WordChanges] {
      value[Member.text]?.string.map { [WordChanges("“" + ChunkText.snippet($0, limit: 100) + "”")] } ?? []
    }
    let found = entries(golden, now, added: shown, removed: shown) { former, current in
      guard former.value[Member.digest] != current.value[Member.digest] else { return [] }
      guard let old = former.value[Member.text]?.string, let new = current.value[Member.text]?.string else {
        return [WordChanges("its text is another one; only the digest of the golden one is held")]
      }
      return [Self.changes(old, new)]
    }
    difference.entries = Self.paired(found, golden, now)
    return difference
  }

  private static func changes(_ old: String, _ new: String) -> WordChanges {
    WordChanges(from: old, to: new)
      ?? WordChanges("white space or the form of letters is another; the words are the same")
  }

  /// What left and came in its stead as one entry, so that the words that changed are seen.
  private static func paired(
    _ entries: [GoldenDifference.Entry], _ golden: GoldenRecording, _ now: GoldenRecording
  ) -> [GoldenDifference.Entry] {
    func items(_ change: GoldenDifference.Change, _ recording: GoldenRecording) -> [RenamedTexts.Item] {
      let known = recording.byID
      return entries.compactMap { entry in
        guard entry.change == change, let text = known[ExactText(entry.id)]?.value[Member.text]?.string else {
          return nil
        }
        return (entry.id, text)
      }
    }
    let left = items(.removed, golden)
    let pairs = RenamedTexts.pairs(left: left, came: items(.added, now))
    if pairs.isEmpty { return entries }
    let old = Dictionary(left.map { (ExactText($0.id), $0.text) }, uniquingKeysWith: { first, _ in first })
    let taken = Set(pairs.values.map { ExactText($0.id) })
    return entries.compactMap { entry in
      if entry.change == .added, taken.contains(ExactText(entry.id)) { return nil }
      guard entry.change == .removed, let new = pairs[ExactText(entry.id)], let text = old[ExactText(entry.id)] else {
        return entry
      }
      return .init(
        change: .changed, id: entry.id, line: entry.line,
        details: [changes(text, new.text).preceded(by: "→ \(RenamedTexts.part(new.id))")])
    }
  }
}
