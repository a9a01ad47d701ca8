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

  init(_ pages: [[PDFLine]]) {
    var sizes: [Int: Int] = [:]
    var (all, bold, mono) = (0, 0, 0)
    for line in pages.joined() {
      let weight = line.text.utf8.count
      sizes[Int(clamping: (line.size * 10).rounded()), default: 0] += weight
      all += weight
      if line.isBold { bold += weight }
      if line.isMono { mono += weight }
    }
    let main = sizes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 100
    bodySize = Double(main) / 10
    bodyIsBold = bold * 2 > all
    bodyIsMono = mono * 2 > all
  }
}
