import Foundations

/// How much lines below one another are like running text: full lines of several words that go on in the next one.
struct PDFProse {
  let rowCount: Int
  /// How many rows have only one piece.
  private let single: Int
  /// How many are nearly as wide as the widest.
  private let full: Int
  /// How many rows go on with the sentence of the row above.
  private let running: Int
  private let words: Double
  private let digits: Double
  /// How many rows are labels of a list.
  private let labels: Int
  /// Each row's middle, and whether it goes on with the sentence of the row above.
  private let places: [(middle: Double, goesOn: Bool)]
  /// Where each row stands.
  let boxes: [PageBox]

  init(_ lines: [PDFLine]) {
    let rows = Self.rows(lines)
    rowCount = rows.count
    boxes = rows.map { row in row.dropFirst().reduce(row[0].box) { $0.union($1.box) } }
    single = rows.count { $0.count == 1 }
    let widths = rows.map { row in (row.map(\.box.right).max() ?? 0) - (row.map(\.box.left).min() ?? 0) }
    let widest = widths.max() ?? 0
    full = widths.count { $0 > 0.7 * widest }
    var going = 0
    var places = rows.map { (middle: ($0[0].box.top + $0[0].box.bottom) / 2, goesOn: false) }
    for (index, (upper, lower)) in zip(rows, rows.dropFirst()).enumerated() {
      guard let last = upper.last, let first = lower.first, lower[0].box.top - upper[0].box.bottom < 1.2 * first.size
      else { continue }
      let initial = first.text.unicodeScalars.first
      let isWide = initial.map { PDFScripts.isWide($0.value) } ?? false
      if initial?.properties.isLowercase == true
        || (isWide || initial?.properties.isAlphabetic == true && initial?.properties.isUppercase == false)
          && !PDFParagraphs.endsSentence(last.text)
        || last.text.hasSuffix("-")
      {
        going += 1
        places[index + 1].goesOn = true
      }
    }
    running = going
    // Rows of a table have more room between them than the lines of a cell.
    let steps = zip(places, places.dropFirst()).map { $1.middle - $0.middle }
    let usual = steps.sorted().dropFirst(steps.count / 2).first ?? 0
    for (index, step) in steps.enumerated() where step > 1.15 * usual { places[index + 1].goesOn = false }
    self.places = places
    let texts = lines.map(\.text)
    labels = texts.count { PDFParagraphs.label($0 + " x") != nil || $0.utf8.count <= 2 }
    let letters = texts.reduce(0) { $0 + $1.utf8.count }
    words =
      Double(
        texts.reduce(0) { sum, text in
          sum
            + (text.unicodeScalars.first.map { PDFScripts.isWide($0.value) } == true
              ? text.unicodeScalars.count / 2 : text.split(separator: " ").count)
        }) / Double(max(1, rows.count))
    digits = Double(texts.reduce(0) { $0 + $1.utf8.count { $0 >= 48 && $0 <= 57 } }) / Double(max(1, letters))
  }

  /// Surely a column of text.
  var isText: Bool {
    rowCount >= 4 && single * 10 >= rowCount * 8 && words >= 3 && digits < 0.15 && full * 2 >= rowCount
      && running * 10 >= (rowCount - 1) * 4
  }

  /// It can be one, beside another that surely is.
  var mayBeText: Bool {
    rowCount >= 3 && single * 10 >= rowCount * 7 && words >= 2 && digits < 0.2 && running * 10 >= (rowCount - 1) * 3
  }

  /// Whether sentences go on here from row to row of what stands beside: no cells of a table do.
  func runsPast(_ other: PDFProse) -> Bool {
    guard rowCount >= 5, other.rowCount >= 3, other.labels * 2 < other.rowCount else { return false }
    var (past, all) = (0, 0)
    for (upper, lower) in zip(other.places, other.places.dropFirst()) {
      let between = places.filter { $0.middle > upper.middle + 2 && $0.middle <= lower.middle + 2 }
      guard !between.isEmpty else { continue }
      all += 1
      if between.allSatisfy(\.goesOn) { past += 1 }
    }
    return all >= 2 && past * 10 >= all * 6
  }

  static func rows(_ lines: [PDFLine]) -> [[PDFLine]] {
    var rows: [[PDFLine]] = []
    for line in lines.sorted(by: { $0.box.top < $1.box.top }) {
      if let last = rows.last?.first, last.sharesRow(with: line) {
        rows[rows.count - 1].append(line)
      } else {
        rows.append([line])
      }
    }
    return rows.map { $0.sorted { $0.box.left < $1.box.left } }
  }
}
