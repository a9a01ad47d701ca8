import Formats
import Foundations

/// What an item's text begins with, and how Markdown writes it.
struct MarkdownMarker {
  var written = "-"
  var number: (value: Int, mark: Character)?
  var text: String

  private static let bullets: Set<Character> = [
    "-", "*", "+", "•", "◦", "▪", "▫", "‣", "·", "●", "○", "■", "□", "–", "—", "\u{F0B7}", "\u{F0A7}", "o",
  ]

  init(_ item: String) {
    let digits = item.utf8.prefix { $0 >= 48 && $0 <= 57 }
    let rest = item.dropFirst(digits.count)
    if (1...9).contains(digits.count), let value = Int(String(item.prefix(digits.count))), let mark = rest.first,
      mark == "." || mark == ")", rest.dropFirst().first.map(\.isWhitespace) ?? true
    {
      (written, number) = ("\(item.prefix(digits.count))\(mark)", (value, mark))
      text = String(rest.dropFirst(2))
    } else if let first = item.first, Self.bullets.contains(first), item.dropFirst().first.map(\.isWhitespace) ?? true {
      text = String(item.dropFirst(2))
    } else {
      // One that Markdown does not know stands behind a dash.
      text = item
    }
  }
}
