import Formats
import Foundations

/// The lists of a Word document, and how far their numbers have come (ECMA-376, 17.9).
struct WordNumbering {
  struct Level {
    var format = "decimal"
    var start = 1
    /// `%1.%2` with the numbers of levels in their places.
    var text: String?
    /// Whether all numbers in it are shown as 1, 2, 3.
    var isLegal = false
    /// After which level, from 1, it begins anew; 0: never.
    var restart: Int?
    /// The paragraph style that has this level.
    var style: String?
  }

  private struct Abstract {
    var levels: [Int: Level] = [:]
    /// The list style that it takes its levels from.
    var link: String?
  }

  private struct List {
    var abstract: String
    /// What this list has in the place of its definition's levels.
    var levels: [Int: Level] = [:]
    var starts: [Int: Int] = [:]
  }

  private var abstracts: [String: Abstract] = [:]
  private var lists: [String: List] = [:]
  /// By definition: lists of one definition count on.
  private var counts: [String: [Int: Int]] = [:]
  /// Lists and their levels that have been used.
  private var begun: Set<String> = []

  init(_ archive: ZipArchive, _ part: String, _ styles: WordStyles) throws {
    var reading = Reading()
    try archive.events(part, .wordDocument) { reading.take($0) }
    abstracts = reading.abstracts
    lists = reading.lists
    // A definition that names a list style has that style's levels.
    for (id, abstract) in abstracts {
      guard let link = abstract.link, let list = styles.listNumbering(link), let target = lists[list]?.abstract,
        let levels = abstracts[target]?.levels, !levels.isEmpty
      else { continue }
      abstracts[id]?.levels = levels
    }
  }

  private struct Reading {
    var abstracts: [String: Abstract] = [:]
    var lists: [String: List] = [:]
    private var id = ""
    private var level = 0
    private var number: String?
    private var isInLevel = false
    private var skipped = 0

    mutating func take(_ event: XMLEvents.Event) {
      switch event {
      // What stands there for older programs only.
      case .opening("mc:Fallback", _): skipped += 1
      case .closing("mc:Fallback"): skipped -= 1
      case _ where skipped > 0: break
      case .opening("abstractNum", let attribute):
        id = attribute("w:abstractNumId") ?? ""
        abstracts[id] = Abstract()
      case .opening("numStyleLink", let attribute): abstracts[id]?.link = attribute("w:val")
      case .opening("num", let attribute): number = attribute("w:numId")
      case .closing("num"): number = nil
      case .opening("abstractNumId", let attribute):
        if let number, let target = attribute("w:val") { lists[number] = List(abstract: target) }
      case .opening("lvlOverride", let attribute): level = attribute("w:ilvl").flatMap { Int($0) } ?? 0
      case .opening("startOverride", let attribute):
        if let number { lists[number]?.starts[level] = attribute("w:val").flatMap { Int($0) } }
      case .opening("lvl", let attribute):
        level = attribute("w:ilvl").flatMap { Int($0) } ?? 0
        isInLevel = true
        change { $0 = Level() }
      case .closing("lvl"): isInLevel = false
      case .opening(let name, let attribute) where isInLevel: open(name, attribute)
      default: break
      }
    }

    private mutating func open(_ name: String, _ attribute: (String) -> String?) {
      switch name {
      case "numFmt":
        let format = attribute("w:val") ?? "decimal"
        let own = attribute("w:format")
        change { $0.format = format == "custom" ? own ?? "decimal" : format }
      case "start":
        let start = attribute("w:val").flatMap { Int($0) } ?? 0
        change { $0.start = start }
      case "lvlText":
        let text = attribute("w:val") ?? ""
        change { $0.text = text }
      case "isLgl":
        let isOn = !["0", "false", "off"].contains(attribute("w:val") ?? "1")
        change { $0.isLegal = isOn }
      case "lvlRestart":
        let restart = attribute("w:val").flatMap { Int($0) }
        change { $0.restart = restart }
      case "pStyle":
        let style = attribute("w:val")
        change { $0.style = style }
      default: break
      }
    }

    private mutating func change(_ body: (inout Level) -> Void) {
      if let number {
        body(&lists[number, default: List(abstract: "")].levels[level, default: Level()])
      } else {
        body(&abstracts[id, default: Abstract()].levels[level, default: Level()])
      }
    }
  }

  private func level(_ list: List, _ number: Int) -> Level? {
    list.levels[number] ?? abstracts[list.abstract]?.levels[number]
  }

  /// The level of a list that belongs to a paragraph style.
  func level(of list: String, style: String) -> Int? {
    guard let list = lists[list] else { return nil }
    return (0...8).first { level(list, $0)?.style == style }
  }

  /// What stands before the next paragraph of a list: `- ` or `3. `; empty where the list shows nothing.
  mutating func marker(_ id: String, _ number: Int) -> String {
    guard let list = lists[id] else { return "- " }
    let kind = level(list, number) ?? Level()
    guard kind.format != "bullet" else { return "- " }
    count(id, list, number, kind)
    let text = kind.text ?? "%\(number + 1)."
    let shown = self.text(text, list, kind).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return shown.isEmpty ? "" : shown + " "
  }

  private mutating func count(_ id: String, _ list: List, _ number: Int, _ kind: Level) {
    var counts = counts[list.abstract] ?? [:]
    // A list's own start counts where it comes to that level for the first time.
    if begun.insert("\(id) \(number)").inserted, let start = list.starts[number] { counts[number] = start - 1 }
    // Levels above that were left out stand at their starts.
    for above in 0..<max(0, number) where counts[above] == nil { counts[above] = level(list, above)?.start ?? 1 }
    counts[number] = counts[number].map { $0 &+ 1 } ?? kind.start
    for deeper in counts.keys where deeper > number {
      let restart = level(list, deeper)?.restart
      // A level begins anew after each one above it, or after the one that it names.
      if restart == 0 || restart.map({ number >= $0 }) == true { continue }
      counts[deeper] = nil
    }
    self.counts[list.abstract] = counts
  }

  private func text(_ text: String, _ list: List, _ kind: Level) -> String {
    var out = ""
    var rest = text[...]
    while let sign = rest.first {
      rest.removeFirst()
      guard sign == "%", let digit = rest.first, let place = digit.wholeNumberValue, (1...9).contains(place) else {
        out.append(sign)
        continue
      }
      rest.removeFirst()
      let other = level(list, place - 1) ?? Level()
      let value = counts[list.abstract]?[place - 1] ?? other.start
      out += WordNumberFormat.written(value, kind.isLegal ? "decimal" : other.format)
    }
    return out
  }
}
