import Foundations

/// Chunks go by what they say: one whose text changed has another id. Pairs those that left a document with those that came
/// in their stead.
struct RenamedTexts {
  /// An item with its text.
  typealias Item = (id: String, text: String)

  /// Two texts that share less than this of their words (Jaccard) have nothing to do with each other.
  private static let likeness = 0.4

  /// The id that each item left for, by its former id. Of several that fit, the likest.
  static func pairs(left: [Item], came: [Item]) -> [ExactText: Item] {
    var byDocument: [ExactText: [(item: Item, words: Set<Substring>)]] = [:]
    for item in came {
      guard let document = document(item.id) else { continue }
      byDocument[document, default: []].append((item, words(item.text)))
    }
    var candidates: [(likeness: Double, old: Item, new: Item)] = []
    for old in left {
      guard let document = document(old.id), let others = byDocument[document] else { continue }
      let own = words(old.text)
      for other in others {
        let shared = Double(own.intersection(other.words).count)
        let likeness = shared / max(1, Double(own.count + other.words.count) - shared)
        if likeness >= Self.likeness { candidates.append((likeness, old, other.item)) }
      }
    }
    var pairs: [ExactText: Item] = [:]
    var taken: Set<ExactText> = []
    let ordered = candidates.enumerated().sorted { ($1.element.likeness, $0.offset) < ($0.element.likeness, $1.offset) }
    for (_, pair) in ordered where pairs[ExactText(pair.old.id)] == nil && taken.insert(ExactText(pair.new.id)).inserted
    {
      pairs[ExactText(pair.old.id)] = pair.new
    }
    return pairs
  }

  /// What stands before `#`; `nil` for an id that names no part of a document.
  private static func document(_ id: String) -> ExactText? {
    guard let mark = id.utf8.lastIndex(of: UInt8(ascii: "#")) else { return nil }
    return ExactText(String(id[..<mark]))
  }

  /// What stands from `#` on.
  static func part(_ id: String) -> Substring { id.utf8.lastIndex(of: UInt8(ascii: "#")).map { id[$0...] } ?? id[...] }

  private static func words(_ text: String) -> Set<Substring> { Set(text.split { $0 == " " || $0 == "\n" }) }
}
