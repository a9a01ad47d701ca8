import Foundations

/// A piece of a line of text on a page.
struct PDFLine {
  var text: String
  var box: PageBox
  let page: Int
  /// The size of most of its characters, in points.
  var size: Double
  var isBold, isMono: Bool
  /// The average width of a character, in points.
  var characterWidth: Double
  /// Which font most of its characters have; -1 when unknown.
  var font = -1
  /// How many segments stand side by side in it.
  var pieces = 1
  /// The bold text that the line begins with, when it goes on in another weight.
  var boldLead: String?
  /// The space behind `boldLead`, in points.
  var boldLeadGap = 0.0
  /// Whether it runs against the direction of most of its page, as a line of Hebrew on an English page.
  var runsBack = false
  /// Which of the page's columns it stands in: lines of one part of the page have one number.
  var column = 0
  /// In which direction it runs on a page most of whose text is upright.
  var turn = PDFTurn.upright

  /// The text with single spaces: that of a typewriter's font has as many as there is room for.
  var words: String {
    isMono && text.contains("  ") ? text.split(separator: " ").joined(separator: " ") : text
  }

  /// Whether both stand on one line of the page.
  func sharesRow(with other: PDFLine) -> Bool {
    let overlap = min(box.bottom, other.box.bottom) - max(box.top, other.box.top)
    return overlap > 0.5 * min(box.height, other.box.height)
  }

  /// The bold beginning and the text behind it.
  func splitAtBoldLead() -> (lead: PDFLine, rest: PDFLine)? {
    guard let boldLead, text.hasPrefix(boldLead) else { return nil }
    let tail = text.unicodeScalars.dropFirst(boldLead.unicodeScalars.count).drop { $0 == " " }
    guard !tail.isEmpty else { return nil }
    var (lead, rest) = (self, self)
    lead.text = boldLead
    lead.isBold = true
    lead.box.right = box.left + Double(boldLead.unicodeScalars.count) * characterWidth
    rest.text = String(tail)
    rest.box.left = lead.box.right
    lead.boldLead = nil
    rest.boldLead = nil
    return (lead, rest)
  }

  /// Letters and digits in lower case: what stays of a heading wherever it is printed.
  var plain: String { PDFLine.plain(text) }

  static func plain(_ text: String) -> String {
    var result: [UInt8] = []
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x30...0x39, 0x61...0x7A: result.append(UInt8(scalar.value))
      case 0x41...0x5A: result.append(UInt8(scalar.value + 32))
      case 0...0x7F: break
      default:
        if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
          result.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
        }
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}

/// A page as segments of lines: what stands together without a wide gap.
struct PDFPage {
  let number: Int
  let width: Double
  let height: Double
  var lines: [PDFLine]
  /// What is drawn on it.
  var rules: [PDFRule] = []
  /// Where slanted lines and curves are drawn.
  var strokes: [(x: Double, y: Double)] = []
  var links: [PDFLink] = []
  /// Whether something is shown on it besides text.
  var hasPicture = false
  /// Whether it is, or may be, a page of a table of contents.
  var isContents = false
  /// The strips between its columns of prose.
  var gutters: [PDFGutter] = []
  /// Tables whose cells have many lines, and no lines drawn between them.
  var cellAreas: [PDFCellArea] = []
  /// How many gaps in its lines are wider than between words.
  var gaps = 0
  /// Whether most of its text is written from the right: then it was mirrored, so that lines, columns and cells follow
  /// each other from the left.
  var isMirrored = false
  /// How it was turned so that most of its text is upright: all places on it are those of the turned page.
  var turn = PDFTurn.upright
  /// Lines that run in another direction than most: stamps in the margin, upright heads of columns.
  var turned: [PDFLine] = []
  /// Its lines in groups that are read one after the other: columns, and what stands above and below them.
  var groups: [[PDFLine]] = []
  /// Where its text was read from its picture: the lines of each block, in the order in which Tesseract reads them.
  var recognized: [[PDFLine]]?
  /// Rows of its upper and lower edge that are no part of its text, but said nowhere else.
  var edges: [(lines: [PDFLine], isTop: Bool)] = []

  /// The place of a box on the page as it is shown.
  func shown(_ box: PageBox) -> PageBox {
    turn.inverse.upright(isMirrored ? mirrored(box) : box, width: width, height: height)
  }

  func mirrored(_ box: PageBox) -> PageBox {
    PageBox(left: width - box.right, top: box.top, right: width - box.left, bottom: box.bottom)
  }

  /// What is drawn on the page as it is shown, `drawn`, in the places of the page as it is read.
  func read(_ drawn: PDFDrawing, width: Double, height: Double) -> (rules: [PDFRule], strokes: [(x: Double, y: Double)])
  {
    func place(_ box: PageBox) -> PageBox {
      let turned = turn.upright(box, width: width, height: height)
      return isMirrored ? mirrored(turned) : turned
    }
    guard turn != .upright || isMirrored else { return (drawn.rules, drawn.strokes) }
    let rules = drawn.rules.map { rule in
      let box = place(
        rule.isLevel
          ? PageBox(left: rule.from, top: rule.at, right: rule.to, bottom: rule.at)
          : PageBox(left: rule.at, top: rule.from, right: rule.at, bottom: rule.to))
      let isLevel = turn.swapsSides ? !rule.isLevel : rule.isLevel
      return PDFRule(
        isLevel: isLevel, at: isLevel ? box.top : box.left, from: isLevel ? box.left : box.top,
        to: isLevel ? box.right : box.bottom, isEdge: rule.isEdge)
    }
    let strokes = drawn.strokes.map { stroke in
      let box = place(PageBox(left: stroke.x, top: stroke.y, right: stroke.x, bottom: stroke.y))
      return (x: box.left, y: box.top)
    }
    return (rules, strokes)
  }

  /// Whether several lines that begin in one place are indented, as items of a list are.
  var mayHaveItems: Bool {
    guard let outermost = lines.map(\.box.left).min() else { return false }
    var places: [Int: Int] = [:]
    for line in lines where line.box.left > outermost + 8 {
      places[Int(clamping: line.box.left.rounded()), default: 0] += 1
    }
    return places.values.contains { $0 >= 2 }
  }

  /// Whether texts stand side by side in at least two places.
  var mayHaveTable: Bool {
    var places = gaps
    let sorted = lines.sorted { $0.box.top < $1.box.top }
    for (upper, lower) in zip(sorted, sorted.dropFirst()) where places < 2 && upper.sharesRow(with: lower) {
      places += 1
    }
    return places >= 2
  }
}
