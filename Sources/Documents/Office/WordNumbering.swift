import Formats
import Foundations

/// The lists of a Word document, and how far their numbers have come.
struct WordNumbering {
  private struct Level {
    var format = "bullet"
    var start = 1
  }

  /// Of each list, its levels.
  private var lists: [String: [Int: Level]] = [:]
  private var counts: [String: [Int: Int]] = [:]

  init(_ archive: ZipArchive) throws {
    var abstract: [String: [Int: Level]] = [:]
    var found: [String: [Int: Level]] = [:]
    var id = ""
    var level = 0
    var number: String?
    try archive.events("word/numbering.xml") { event in
      switch event {
      case .opening("abstractNum", let attribute): id = attribute("w:abstractNumId") ?? ""
      case .opening("lvl", let attribute):
        level = attribute("w:ilvl").flatMap { Int($0) } ?? 0
        if number == nil { abstract[id, default: [:]][level] = Level() }
      case .opening("numFmt", let attribute) where number == nil:
        abstract[id, default: [:]][level, default: Level()].format = attribute("w:val") ?? "bullet"
      case .opening("start", let attribute) where number == nil:
        abstract[id, default: [:]][level, default: Level()].start = attribute("w:val").flatMap { Int($0) } ?? 1
      case .opening("num", let attribute): number = attribute("w:numId")
      case .opening("abstractNumId", let attribute):
        if let number, let target = attribute("w:val") { found[number] = abstract[target] }
      case .closing("num"): number = nil
      default: break
      }
    }
    lists = found
  }

  /// What stands before the next item of a list: `- ` or `3. `.
  mutating func marker(_ list: String, _ level: Int) -> String {
    let kind = lists[list]?[level] ?? Level()
    if kind.format == "bullet" || kind.format == "none" { return "- " }
    let number = counts[list]?[level].map { $0 &+ 1 } ?? kind.start
    counts[list, default: [:]][level] = number
    for deeper in (counts[list] ?? [:]).keys where deeper > level { counts[list]?[deeper] = nil }
    return "\(Self.written(number, kind.format)). "
  }

  private static func written(_ number: Int, _ format: String) -> String {
    switch format {
    case "lowerLetter", "upperLetter":
      guard (1...26).contains(number), let scalar = Unicode.Scalar(UInt32(96 + number)) else { return "\(number)" }
      return format == "lowerLetter" ? String(scalar) : String(scalar).uppercased()
    case "lowerRoman": return roman(number).lowercased()
    case "upperRoman": return roman(number)
    default: return "\(number)"
    }
  }

  private static func roman(_ number: Int) -> String {
    guard (1...3999).contains(number) else { return "\(number)" }
    var rest = number
    var text = ""
    let signs = [
      (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
      (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ]
    for (value, sign) in signs {
      while rest >= value {
        text += sign
        rest -= value
      }
    }
    return text
  }
}
