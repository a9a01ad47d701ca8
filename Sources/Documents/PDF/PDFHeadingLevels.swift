import Foundations

/// Gives headings their levels: by their numbers (part, chapter, 1, 1.1 …), by the table of contents, and by
/// the levels of other headings of the same or a neighbouring style.
enum PDFHeadingLevels {
  static func assign(_ rules: PDFHeadingRules, explain: Bool) -> [Int: [Int: PDFHeadingMark]] {
    let candidates = rules.candidates
    let shift = candidates.count { isPart($0) } >= 2 ? 1 : 0
    let known = levelsOfStyles(candidates, shift)
    let ranks = ranksOfStyles(candidates, known)
    let below = levelsBelow(candidates, shift)
    var marks: [Int: [Int: PDFHeadingMark]] = [:]
    for (index, candidate) in candidates.enumerated() {
      let byNumber = ownLevel(candidate, shift)
      let inContents = candidate.contentsLevel.map { $0 + shift }
      let level = max(
        1, min(6, byNumber ?? below[index] ?? known[candidate.key] ?? inContents ?? ranks[candidate.key] ?? 1))
      let reason = explain ? reason(candidate, level, rules.style, byNumber != nil, known[candidate.key] != nil) : nil
      for line in candidate.label {
        marks[candidate.page, default: [:]][line] = PDFHeadingMark(role: .dropped, level: level)
      }
      for line in candidate.lines {
        marks[candidate.page, default: [:]][line] = PDFHeadingMark(
          role: line == candidate.lines.lowerBound ? candidate.role : .further, level: level, reason: reason)
      }
    }
    return marks
  }

  private static func isPart(_ candidate: PDFHeadingRules.Candidate) -> Bool {
    candidate.labelForm == .part || candidate.number?.form == .part
  }

  /// What the number or the label says.
  private static func ownLevel(_ candidate: PDFHeadingRules.Candidate, _ shift: Int) -> Int? {
    if isPart(candidate) { return 1 }
    if let form = candidate.labelForm { return form == .section ? nil : 1 + shift }
    if !candidate.label.isEmpty { return 1 + shift }
    guard let number = candidate.number, number.form != .letter || candidate.contentsLevel == nil else { return nil }
    if number.form == .section { return nil }
    return number.depth + shift
  }

  private static let ofItsOwn: Set<String> = [
    "references", "bibliography", "acknowledgements", "acknowledgments", "acknowledgement", "acknowledgment", "index",
    "notes", "glossary", "abstract", "summary", "conclusion", "conclusions", "appendix", "contents", "preface",
    "foreword", "literatur", "literaturverzeichnis", "danksagung", "zusammenfassung", "bibliographie", "références",
    "remerciements", "résumé", "referencias", "bibliografía", "bibliografia", "riferimenti", "литература",
  ]

  /// Where the style says nothing, as numbered headings of several levels have it: a heading without a number between
  /// such that have one is part of the section it stands in. By the index of the candidate.
  private static func levelsBelow(_ candidates: [PDFHeadingRules.Candidate], _ shift: Int) -> [Int: Int] {
    var levels: [PDFHeadingRules.StyleKey: Set<Int>] = [:]
    for candidate in candidates where candidate.role == .first && candidate.number?.form == .decimal {
      guard let level = ownLevel(candidate, shift) else { continue }
      levels[candidate.key, default: []].insert(level)
    }
    var found: [Int: Int] = [:]
    var current: [PDFHeadingRules.StyleKey: Int] = [:]
    for (index, candidate) in candidates.enumerated() {
      guard let known = levels[candidate.key], known.count > 1 || known.contains(where: { $0 - shift > 1 }) else {
        continue
      }
      if let level = ownLevel(candidate, shift) {
        current[candidate.key] = level
      } else if candidate.contentsLevel == nil, let level = current[candidate.key],
        !ofItsOwn.contains(PDFLine.plain(candidate.text))
      {
        found[index] = level + 1
      }
    }
    return found
  }

  /// The level that most numbered headings of a style have, or else those in the table of contents.
  private static func levelsOfStyles(_ candidates: [PDFHeadingRules.Candidate], _ shift: Int)
    -> [PDFHeadingRules.StyleKey: Int]
  {
    var votes: [PDFHeadingRules.StyleKey: [Int: Int]] = [:]
    for candidate in candidates where candidate.role == .first {
      if let level = ownLevel(candidate, shift) {
        votes[candidate.key, default: [:]][level, default: 0] += 3
      } else if let level = candidate.contentsLevel {
        votes[candidate.key, default: [:]][level + shift, default: 0] += 1
      }
    }
    var members: [PDFHeadingRules.StyleKey: Int] = [:]
    for candidate in candidates { members[candidate.key, default: 0] += 1 }
    return votes.reduce(into: [:]) { known, entry in
      let all = entry.value.reduce(0) { $0 + $1.value }
      guard let best = entry.value.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }), best.value >= 2,
        best.value * 2 > all, all * 4 >= members[entry.key, default: 0]
      else { return }
      known[entry.key] = best.key
    }
  }

  /// For styles without a level of their own: one below the next larger style. Sizes within 5 % are one.
  private static func ranksOfStyles(
    _ candidates: [PDFHeadingRules.Candidate], _ known: [PDFHeadingRules.StyleKey: Int]
  ) -> [PDFHeadingRules.StyleKey: Int] {
    // Of bold letters and small capitals of one size those that come first stand above.
    var first: [[Int]: Int] = [:]
    for (index, candidate) in candidates.enumerated() {
      let group = [candidate.key.size, candidate.key.isBold ? 1 : 0]
      first[group] = min(index, first[group] ?? index)
    }
    func place(_ key: PDFHeadingRules.StyleKey) -> Int { -first[[key.size, key.isBold ? 1 : 0], default: 0] }
    // What runs into its text stands below what has a line of its own.
    let keys = Set(candidates.map(\.key)).sorted {
      ($0.font < 0 ? 0 : 1, $0.size, place($0), $1.font) > ($1.font < 0 ? 0 : 1, $1.size, place($1), $0.font)
    }
    var ranks: [PDFHeadingRules.StyleKey: Int] = [:]
    var before: (size: Int, isBold: Bool, level: Int)?
    for (index, key) in keys.enumerated() {
      let level: Int
      if let own = known[key] {
        level = own
      } else if let before, Double(key.size) >= 0.95 * Double(before.size), key.isBold == before.isBold, key.font >= 0 {
        level = before.level
      } else {
        // Not below what the next style has; above it where that is smaller.
        let next = keys[index...].lazy.compactMap { other in
          known[other].map { Double(other.size) < 0.95 * Double(key.size) ? max(1, $0 - 1) : $0 }
        }.first
        level = max(1, min((before?.level ?? 0) + 1, key.font < 0 ? 6 : next ?? 6))
      }
      ranks[key] = level
      before = (key.size, key.isBold, level)
    }
    return ranks
  }

  private static func reason(
    _ candidate: PDFHeadingRules.Candidate, _ level: Int, _ style: PDFStyle, _ byNumber: Bool, _ byStyle: Bool
  ) -> String {
    var parts: [String] = []
    let weight = candidate.key.isBold ? "bold " : ""
    parts.append("\(weight)\(points(candidate.size)) before body \(points(style.bodySize))")
    if candidate.role == .runIn { parts = ["\(weight)beginning of a paragraph, set off from its text"] }
    if let number = candidate.number { parts.append("numbered \(number.label)") }
    if candidate.labelForm != nil { parts.append("under a line that numbers it") }
    if candidate.contentsLevel != nil { parts.append("in the table of contents") }
    if !byNumber {
      parts.append(byStyle ? "level of numbered headings of this style" : "level by size among the headings")
    }
    return parts.joined(separator: ", ")
  }

  private static func points(_ size: Double) -> String {
    let tenths = Int(clamping: (size * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10) pt" : "\(tenths / 10).\(tenths % 10) pt"
  }
}
