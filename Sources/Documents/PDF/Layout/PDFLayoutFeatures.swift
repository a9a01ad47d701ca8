import Foundations

/// What the layout model is told of a line: how it looks beside the body, its neighbours, its column and its style.
/// Whoever changes this trains the model again (`scripts/train-layout`).
struct PDFLayoutFeatures {
  static let names =
    ("size height bold mono other_font style_share style_lines style_mean length words upper capitals digits uncased signs first ending"
    + " number depth label label_value caption pieces bold_lead lead_gap gap_above gap_below left rest width centred"
    + " above_size above_font above_bold above_rest above_ending above_length above_left"
    + " below_size below_font below_bold below_first below_left below_length below_label table_above table_below top"
    + " body_bold body_mono pages").split(separator: " ").map(String.init)

  /// Lines of one look.
  struct Style: Hashable {
    let size: Int
    let font: Int
    let isBold: Bool

    init(_ line: PDFLine) {
      size = Int(clamping: (line.size * 2).rounded())
      font = line.font
      isBold = line.isBold
    }
  }

  private let pages: [[PDFLine]]
  private let style: PDFStyle
  private let tables: [[PageBox]]
  private let heights: [Double]
  private let sides: [[Int: (left: Double, right: Double)]]
  private let styles: [Style: (lines: Int, letters: Int)]
  private let letters: Int
  /// How high the box of a line of the body is.
  private let bodyHeight: Double
  /// By font: the height of the lowest line's box beside its size.
  private let lowest: [Int: Double]

  init(_ arranged: PDFArranged) {
    let style = arranged.style
    pages = arranged.lines
    self.style = style
    tables = arranged.tables.map { $0.map(\.box) }
    heights = arranged.pages.map(\.height)
    var styles: [Style: (lines: Int, letters: Int)] = [:]
    var letters = 0
    var bodyHeights: [Double] = []
    var lowest: [Int: Double] = [:]
    sides = pages.map { lines in
      var sides: [Int: (left: Double, right: Double)] = [:]
      for line in lines {
        let count = line.text.utf8.count
        let known = styles[Style(line)] ?? (0, 0)
        styles[Style(line)] = (known.lines + 1, known.letters + count)
        letters += count
        lowest[line.font] = min(lowest[line.font] ?? .infinity, line.box.height / max(1, line.size))
        if bodyHeights.count < 200, line.font == style.bodyFont, abs(line.size - style.bodySize) < 0.1 {
          bodyHeights.append(line.box.height)
        }
        let side = sides[line.column] ?? (.infinity, 0)
        sides[line.column] = (min(side.left, line.box.left), max(side.right, line.box.right))
      }
      return sides
    }
    self.styles = styles
    self.lowest = lowest
    self.letters = max(1, letters)
    bodyHeight = bodyHeights.isEmpty ? style.bodySize : max(1, bodyHeights.sorted()[bodyHeights.count / 2])
  }

  /// Whether a line surely goes on with running text: the model is not asked of it.
  func isPlain(_ page: Int, _ index: Int) -> Bool {
    let line = pages[page][index]
    guard index > 0, line.font == style.bodyFont, abs(line.size - style.bodySize) < 0.05 * style.bodySize,
      line.isBold == style.bodyIsBold, line.boldLead == nil
    else { return false }
    let above = pages[page][index - 1]
    let gap = line.box.top - above.box.bottom
    return above.font == line.font && above.isBold == line.isBold && above.column == line.column
      && abs(above.size - line.size) < 0.05 * line.size && gap < 0.4 * line.size && gap > -line.size
      && PDFParagraphs.label(line.text) == nil
  }

  /// The size that the capitals of a line have: most letters of small capitals may be smaller ones of the same font.
  func sizeOfCapitals(_ line: PDFLine) -> Double {
    // Where Tesseract read a page, boxes are as high as the letters in them, and no font is known.
    guard line.font >= 0, let lowest = lowest[line.font], lowest > 0 else { return line.size }
    let ratio = line.box.height / max(1, line.size) / lowest
    // Raised marks of notes make a line higher, too, but less so.
    let isCapital = !line.text.unicodeScalars.contains { $0.properties.isLowercase }
    return (isCapital ? 1.15 : 1.3) < ratio && ratio < (isCapital ? 2 : 1.6) ? line.size * ratio : line.size
  }

  /// Whether a line stands in the middle of its column, away from both of its sides.
  func isCentred(_ page: Int, _ index: Int) -> Bool {
    let line = pages[page][index]
    guard let side = sides[page][line.column] else { return false }
    let (left, rest) = (line.box.left - side.left, side.right - line.box.right)
    return left > 2 * line.size && abs(left - rest) < 1.5 * line.size
  }

  /// The values by `names`.
  func values(_ page: Int, _ index: Int) -> [Float] {
    let lines = pages[page]
    let line = lines[index]
    let body = max(1, style.bodySize)
    let traits = PDFTextTraits(line.text)
    let known = styles[Style(line)] ?? (1, traits.length)
    let side = sides[page][line.column] ?? (line.box.left, line.box.right)
    let above = index > 0 && lines[index - 1].column == line.column ? lines[index - 1] : nil
    let below = index + 1 < lines.count && lines[index + 1].column == line.column ? lines[index + 1] : nil
    let number = PDFNumbering(line.text)
    let (left, rest) = (line.box.left - side.left, side.right - line.box.right)
    var values: [Double] = [
      line.size / body, line.box.height / bodyHeight, line.isBold ? 1 : 0, line.isMono ? 1 : 0,
      line.font == style.bodyFont ? 0 : 1,
      Double(known.letters) / Double(letters), Double(known.lines), Double(known.letters) / Double(known.lines),
      Double(traits.length), Double(traits.words), share(traits.upper, traits.upper + traits.lower),
      share(traits.capitals, traits.words), share(traits.digits, traits.length),
      share(traits.uncased, traits.length),
      share(traits.signs, traits.length), Double(traits.first), Double(traits.ending),
    ]
    values += [form(number), Double(number?.depth ?? -1)] + label(line.text)
    values += [
      caption(line.text), Double(line.pieces), line.boldLead == nil ? 0 : 1, line.boldLeadGap / body,
      gap(above, line), gap(line, below), left / body, rest / body, line.box.width / max(1, side.right - side.left),
      abs(left - rest) / body,
    ]
    values += [
      above.map { $0.size / line.size } ?? 0, above.map { $0.font == line.font ? 1 : 0 } ?? -1,
      above.map { $0.isBold ? 1 : 0 } ?? -1, above.map { (side.right - $0.box.right) / body } ?? -1,
      above.map { Double(PDFTextTraits($0.text).ending) } ?? -1, above.map { Double($0.text.utf8.count) } ?? -1,
      above.map { ($0.box.left - line.box.left) / body } ?? 0,
    ]
    let belowTraits = below.map { PDFTextTraits($0.text) }
    values += [
      below.map { $0.size / line.size } ?? 0, below.map { $0.font == line.font ? 1 : 0 } ?? -1,
      below.map { $0.isBold ? 1 : 0 } ?? -1, belowTraits.map { Double($0.first) } ?? -1,
      below.map { ($0.box.left - line.box.left) / body } ?? 0, belowTraits.map { Double($0.length) } ?? -1,
      below.map { PDFParagraphs.label($0.text) == nil ? 0 : 1 } ?? -1,
    ]
    values += nearTables(page, line)
    values += [
      line.box.top / max(1, heights[page]), style.bodyIsBold ? 1 : 0, style.bodyIsMono ? 1 : 0,
      Double(min(pages.count, 50)),
    ]
    return values.map { Float($0) }
  }

  private func share(_ part: Int, _ whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }

  private func form(_ number: PDFNumbering?) -> Double {
    switch number?.form {
    case nil: 0
    case .decimal: 1
    case .appendix: 2
    case .roman: 3
    case .letter: 4
    case .chapter, .part: 5
    case .section: 6
    }
  }

  private func label(_ text: String) -> [Double] {
    switch PDFParagraphs.label(text) {
    // The model was made before capitals counted.
    case nil, .capital: [0, -1]
    case .bullet: [1, 0]
    case .number(let number): [2, Double(number)]
    case .letter(let number): [3, Double(number)]
    }
  }

  /// 0 no, 1 a word and a number, 2 with a sign behind the number, 3 a word that captions are known to begin with.
  private func caption(_ text: String) -> Double {
    if PDFCaptions.isCaption(text) { return 3 }
    let words = text.split(separator: " ", maxSplits: 2)
    guard words.count >= 2, words[0].first?.isLetter == true, words[1].first?.isNumber == true else { return 0 }
    return words[1].hasSuffix(":") || words[1].hasSuffix(".") ? 2 : 1
  }

  /// The room between two lines, in sizes of the body; 9 where there is none before or behind.
  private func gap(_ above: PDFLine?, _ below: PDFLine?) -> Double {
    guard let above, let below else { return 9 }
    return max(-3, min(6, (below.box.top - above.box.bottom) / max(1, style.bodySize)))
  }

  /// How far the nearest tables above and below are, in sizes of the body.
  private func nearTables(_ page: Int, _ line: PDFLine) -> [Double] {
    var (above, below) = (20.0, 20.0)
    for box in tables[page] where min(box.right, line.box.right) > max(box.left, line.box.left) {
      if box.bottom <= line.box.top + 2 { above = min(above, (line.box.top - box.bottom) / max(1, style.bodySize)) }
      if box.top >= line.box.bottom - 2 { below = min(below, (box.top - line.box.bottom) / max(1, style.bodySize)) }
    }
    return [above, below]
  }
}
