import Foundations

/// Puts the segments of a page into reading order: recursive XY-cut, columns first.
enum PDFReadingOrder {
  /// The lines in order; what stands on one row of one column is one line.
  static func order(_ page: PDFPage) -> [PDFLine] {
    var ordered: [PDFLine] = []
    for (number, group) in page.groups.enumerated() {
      let first = ordered.count
      // Tesseract has cut its blocks already.
      if page.recognized != nil { ordered += group } else { cut(group, page.width, 0, &ordered) }
      for index in first..<ordered.count { ordered[index].column = number }
    }
    return ordered
  }

  private static func cut(
    _ lines: [PDFLine], _ width: Double, _ depth: Int, _ ordered: inout [PDFLine]
  ) {
    guard lines.count > 1, depth < 40 else { return ordered.append(contentsOf: rows(lines)) }
    if let (left, right) = columns(lines, width) {
      cut(left, width, depth + 1, &ordered)
      cut(right, width, depth + 1, &ordered)
    } else if let (upper, lower) = halves(lines) {
      cut(upper, width, depth + 1, &ordered)
      cut(lower, width, depth + 1, &ordered)
    } else {
      ordered.append(contentsOf: rows(lines))
    }
  }

  /// Two columns with a gap of at least 5 points through all lines, each wide and high enough to be
  /// one: a list's labels or a page number are none.
  private static func columns(_ lines: [PDFLine], _ width: Double) -> ([PDFLine], [PDFLine])? {
    guard lines.count >= 6 else { return nil }
    let sorted = lines.sorted { $0.box.left < $1.box.left }
    var right = sorted[0].box.right
    for index in 1..<sorted.count {
      if sorted[index].box.left - right >= 5 {
        let parts = (Array(sorted[..<index]), Array(sorted[index...]))
        if isColumn(parts.0, width) && isColumn(parts.1, width) { return parts }
      }
      right = max(right, sorted[index].box.right)
    }
    return nil
  }

  private static func isColumn(_ lines: [PDFLine], _ width: Double) -> Bool {
    guard lines.count >= 3, let first = lines.first else { return false }
    let box = lines.dropFirst().reduce(first.box) { $0.union($1.box) }
    let text = lines.reduce(0) { $0 + $1.text.utf8.count }
    return box.width > 0.2 * width && text > 20 * lines.count
  }

  /// The widest gap through all lines from side to side.
  private static func halves(_ lines: [PDFLine]) -> ([PDFLine], [PDFLine])? {
    let sorted = lines.sorted { $0.box.top < $1.box.top }
    var bottom = sorted[0].box.bottom
    var best: (gap: Double, index: Int)?
    for index in 1..<sorted.count {
      let gap = sorted[index].box.top - bottom
      if gap > 0, gap > best?.gap ?? 0 { best = (gap, index) }
      bottom = max(bottom, sorted[index].box.bottom)
    }
    guard let best else { return nil }
    return (Array(sorted[..<best.index]), Array(sorted[best.index...]))
  }

  /// Joins the segments of each row from left to right.
  static func rows(_ lines: [PDFLine]) -> [PDFLine] {
    var rows: [(box: PageBox, pieces: [PDFLine])] = []
    for line in lines.sorted(by: { ($0.box.top, $0.box.left) < ($1.box.top, $1.box.left) }) {
      if let last = rows.indices.last, overlaps(rows[last].box, line.box) {
        rows[last].box = rows[last].box.union(line.box)
        rows[last].pieces.append(line)
      } else {
        rows.append((line.box, [line]))
      }
    }
    // Pieces in another font stand a little higher or lower.
    return rows.map { row in
      let pieces = row.pieces.sorted { ($0.box.left, $0.box.top) < ($1.box.left, $1.box.top) }
      return pieces.dropFirst().reduce(pieces[0], joined)
    }
  }

  /// Whether both stand on one line of the page.
  private static func overlaps(_ one: PageBox, _ other: PageBox) -> Bool {
    min(one.bottom, other.bottom) - max(one.top, other.top) > 0.5 * min(one.height, other.height)
  }

  /// Two pieces of a row, the second right of the first.
  private static func joined(_ first: PDFLine, _ second: PDFLine) -> PDFLine {
    var joined = first.text.utf8.count >= second.text.utf8.count ? first : second
    let runsBack = first.runsBack || second.runsBack
    joined.runsBack = runsBack
    joined.text = runsBack ? second.text + " " + first.text : joinedText(first, second)
    joined.box = first.box.union(second.box)
    joined.pieces = first.pieces + second.pieces
    joined.isBold = first.isBold && second.isBold
    joined.boldLead = first.isBold && !second.isBold ? first.text : first.boldLead
    joined.boldLeadGap = first.isBold ? second.box.left - first.box.right : first.boldLeadGap
    joined.lead = first.lead
    // The number before a line of a program may be set in another font.
    joined.isMono = (first.isMono || Int(first.text) != nil) && second.isMono || first.isMono && isComment(second.text)
    return joined
  }

  /// What stands behind a line of a program may be in another font: a comment on it.
  private static func isComment(_ text: String) -> Bool {
    ["#", "//", "/*", "%", "--", "<--", "←", "!"].contains { text.hasPrefix($0 + " ") }
  }

  /// Programs keep the room between their pieces.
  private static func joinedText(_ first: PDFLine, _ second: PDFLine) -> String {
    guard first.isMono, second.isMono || isComment(second.text), first.pieces == 1 || first.text.contains("  ") else {
      return PDFRaised.join(first, second)
    }
    let room = (second.box.left - first.box.right) / max(2, first.characterWidth)
    return first.text + String(repeating: " ", count: max(1, min(80, Int(clamping: room.rounded())))) + second.text
  }
}
