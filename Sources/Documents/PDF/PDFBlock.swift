import Foundations

/// Lines that belong together, before they become an element.
struct PDFBlock {
  enum Kind {
    case text, code
    case heading(level: Int)
    case table(DocumentTable)
  }

  var kind: Kind
  var lines: [PDFLine]
  var page: Int
  var box: PageBox
  /// Why it is what it is; only when explaining.
  var reason: String?

  init(_ kind: Kind, _ lines: [PDFLine], _ reason: String? = nil) {
    self.reason = reason
    self.kind = kind
    self.lines = lines
    page = lines[0].page
    box = lines.dropFirst().reduce(lines[0].box) {
      $1.page == lines[0].page ? $0.union($1.box) : $0
    }
  }

  init(_ found: PDFTables.Found) {
    kind = .table(found.table)
    lines = []
    page = found.page
    reason = found.reason
    box = found.box
  }
}

/// What is usual in a document: against it headings, code and footnotes stand out.
struct PDFStyle {
  let bodySize: Double
  let bodyIsBold: Bool
  let bodyIsMono: Bool
  /// The font of most of the text of that size.
  let bodyFont: Int

  init(_ pages: [[PDFLine]]) {
    // Programs may take up more room than the text that explains them, and are not what headings stand out from.
    var (text, code): ([Int: Int], [Int: Int]) = ([:], [:])
    var (all, bold, mono) = (0, 0, 0)
    for line in pages.joined() {
      let weight = line.text.utf8.count
      let size = Int(clamping: (line.size * 10).rounded())
      if line.isMono { code[size, default: 0] += weight } else { text[size, default: 0] += weight }
      all += weight
      if line.isBold { bold += weight }
      if line.isMono { mono += weight }
    }
    bodyIsMono = mono * 5 > all * 4
    let sizes = bodyIsMono ? code : mono * 2 > all ? text : text.merging(code) { $0 + $1 }
    let main = sizes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 100
    bodySize = Double(main) / 10
    bodyIsBold = bold * 2 > all
    var fonts: [Int: Int] = [:]
    for line in pages.joined() where Int(clamping: (line.size * 10).rounded()) == main {
      fonts[line.font, default: 0] += line.text.utf8.count
    }
    bodyFont = fonts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? -1
  }
}
