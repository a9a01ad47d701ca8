import Foundations

/// Titles with a line of signs below them, perhaps one above them, too (reStructuredText, setext). Which signs mean
/// which level, the text says by using them in this order.
struct TitleLines {
  private struct Style: Hashable {
    let sign: UInt8
    let isOver: Bool
  }

  private var styles: [Style] = []

  /// Takes a title from the start of a block.
  mutating func title(_ lines: inout ArraySlice<ArraySlice<UInt8>>) -> DocumentElement? {
    let first = lines.startIndex
    if lines.count >= 3, let over = sign(lines[first]), let under = sign(lines[first + 2]), over == under,
      sign(lines[first + 1]) == nil,
      fits(lines[first + 1], lines[first + 2])
    {
      let title = DocumentElement(.title, text(lines[first + 1]), level: level(Style(sign: over, isOver: true)))
      lines.removeFirst(3)
      return title
    }
    guard lines.count >= 2, lines[first].count <= 200, sign(lines[first]) == nil, let under = sign(lines[first + 1]),
      fits(lines[first], lines[first + 1])
    else { return nil }
    let title = DocumentElement(.title, text(lines[first]), level: level(Style(sign: under, isOver: false)))
    lines.removeFirst(2)
    return title
  }

  private func text(_ line: ArraySlice<UInt8>) -> String { TextLine.string(TextLine.trimmed(line)) }

  private mutating func level(_ style: Style) -> Int {
    if let place = styles.firstIndex(of: style) { return min(6, place + 1) }
    // A dash below the first title of a text without others above it is no chapter's sign.
    if styles.isEmpty, !style.isOver, style.sign == UInt8(ascii: "-") || style.sign == UInt8(ascii: "~") {
      styles.append(Style(sign: UInt8(ascii: "="), isOver: false))
    }
    styles.append(style)
    return min(6, styles.count)
  }

  /// The sign of a line that consists of nothing else.
  private func sign(_ line: ArraySlice<UInt8>) -> UInt8? {
    let line = TextLine.trimmed(line)
    guard line.count >= 3, let first = line.first, Self.signs.contains(first), line.allSatisfy({ $0 == first }) else {
      return nil
    }
    return first
  }

  private static let signs = Set("=-`:'\"~^_*+#<>.!$%&,/;?@".utf8)
  /// Signs that people underline with as they please.
  private static let usual = Set("=-~*#".utf8)

  private func fits(_ title: ArraySlice<UInt8>, _ line: ArraySlice<UInt8>) -> Bool {
    let sign = TextLine.trimmed(line)
    guard let first = sign.first else { return false }
    let title = String(decoding: TextLine.trimmed(title), as: UTF8.self)
    return Self.usual.contains(first) ? title.utf8.count <= 120 : sign.count >= title.count
  }
}
