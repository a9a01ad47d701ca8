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
    difference.entries = entries(golden, now, added: shown, removed: shown) { former, current in
      guard former.value[Member.digest] != current.value[Member.digest] else { return [] }
      guard let old = former.value[Member.text]?.string, let new = current.value[Member.text]?.string else {
        return [WordChanges("its text is another one; only the digest of the golden one is held")]
      }
      return [
        WordChanges(from: old, to: new)
          ?? WordChanges("white space or the form of letters is another; the words are the same")
      ]
    }
    return difference
  }
}
