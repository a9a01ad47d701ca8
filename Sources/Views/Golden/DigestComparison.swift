import Foundations
import Manifest
import StageKit

/// Records and files by the digests of their bytes; of what is JSON, without what tells only when it was made.
struct DigestComparison: GoldenComparing {
  private static let digest = "digest"
  private static let ignored = "not_compared"

  var rule: GoldenRule.Files
  var strict: Self { self }

  func record(_ stage: GoldenStage, _ holding: GoldenHolding) throws -> GoldenRecording {
    var files: [(name: String, bytes: [UInt8])] = []
    let names = rule.files ?? stage.result.files.keys.sorted()
    for name in names {
      guard let bytes = try stage.bytes(ofFile: name) else {
        let there = stage.result.files.keys.sorted()
        throw stage.refusal(
          "it leaves no file '\(name)'",
          advice: Suggestion.hint(
            name, among: there,
            otherwise: there.isEmpty
              ? "It leaves none beside its items." : "There are: \(there.joined(separator: ", ")).")
        )
      }
      files.append((name, bytes))
    }
    var items: [(id: String, bytes: [UInt8])] = []
    try stage.result.forEach { items.append(($0.id, $0.record.bytes)) }
    return recording(items: items, files: files)
  }

  func recording(items: [(id: String, bytes: [UInt8])], files: [(name: String, bytes: [UInt8])]) -> GoldenRecording {
    var removed: Set<String> = []
    func entry(_ id: String, _ bytes: [UInt8], isJSON: Bool) -> GoldenRecording.Entry {
      var bytes = bytes
      if isJSON, let value = try? JSONValue(parsing: bytes) {
        bytes = VolatileMembers.stripped(value, &removed).canonicalBytes
      }
      return .init(id, [Self.digest: .string(Digest(of: bytes).description)])
    }
    let entries =
      items.map { entry($0.id, $0.bytes, isJSON: true) }
      + files.map { entry("file \($0.name)", $0.bytes, isJSON: Path.fileExtension($0.name) == "json") }
    return GoldenRecording(
      GoldenComparator.digest.rawValue, [Self.ignored: JSONValue(removed.sorted())], entries: entries)
  }

  func difference(_ golden: GoldenRecording, _ now: GoldenRecording) -> GoldenDifference {
    var difference = GoldenDifference(golden: golden.entries.count, now: now.entries.count)
    difference.entries = entries(golden, now, added: { _ in [] }) { former, current in
      let (old, new) = (former.value[Self.digest]?.string ?? "none", current.value[Self.digest]?.string ?? "none")
      return old == new ? [] : [WordChanges("\(old.prefix(19)) → \(new.prefix(19))")]
    }
    let left = now.head[Self.ignored]?.array?.compactMap(\.string) ?? []
    if !left.isEmpty { difference.notes.append("not compared: \(left.joined(separator: ", "))") }
    return difference
  }
}
