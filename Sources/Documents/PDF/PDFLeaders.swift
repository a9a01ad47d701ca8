import Foundations

/// Dots that lead from a label to its value, in price lists, menus and statements: the two are cells of one row.
enum PDFLeaders {
  /// Parts the lines at their leaders.
  static func split(_ lines: inout [PDFLine]) {
    guard lines.contains(where: { range($0.text) != nil }) else { return }
    lines = lines.flatMap { line -> [PDFLine] in
      guard let range = range(line.text) else { return [line] }
      let all = Array(line.text.unicodeScalars)
      let width = line.box.width / Double(max(1, all.count))
      var parts: [PDFLine] = []
      for (part, from) in [(all[..<range.lowerBound], 0), (all[range.upperBound...], range.upperBound)] {
        var piece = line
        piece.text = String(String.UnicodeScalarView(part)).split(separator: " ").joined(separator: " ")
        guard !piece.text.isEmpty else { continue }
        // Dots are narrow: the text before them reaches further than its share, that behind them less.
        if from == 0 {
          piece.box.right = min(line.box.right, line.box.left + 1.6 * width * Double(part.count))
          if range.upperBound == all.count, parts.isEmpty {
            piece.box.right = line.box.left + width * Double(part.count)
          }
        } else {
          piece.box.left = max(line.box.left, line.box.right - 1.6 * width * Double(part.count))
        }
        if piece.boldLead.map({ !piece.text.hasPrefix($0) || $0 == piece.text }) == true { piece.boldLead = nil }
        parts.append(piece)
      }
      return parts
    }
  }

  /// Whether what leads to numbers on a page are the words of an index: in the order of the alphabet, with numbers of pages
  /// that there are.
  static func isIndex(_ lines: [PDFLine], pages: Int) -> Bool {
    var labels: [String] = []
    var (entries, numbers) = (0, 0)
    for line in lines {
      guard let range = range(line.text) else { continue }
      let all = Array(line.text.unicodeScalars)
      entries += 1
      let values = String(String.UnicodeScalarView(all[range.upperBound...])).split { $0 == "," || $0 == " " }
      if !values.isEmpty, values.allSatisfy({ Int($0).map { (1...(pages + 40)).contains($0) } ?? false }) {
        numbers += 1
      }
      labels.append(PDFLine.plain(String(String.UnicodeScalarView(all[..<range.lowerBound]))))
    }
    guard entries >= 8, numbers * 10 >= entries * 9 else { return false }
    let rising = zip(labels, labels.dropFirst()).count { $0 <= $1 }
    return rising * 10 >= (entries - 1) * 7
  }

  /// Where the leader of a line is, counted in scalars: at least five dots, with or without spaces between them.
  private static func range(_ text: String) -> Range<Int>? {
    guard mayHaveLeader(text) else { return nil }
    var (start, end, count) = (0, 0, 0)
    for (index, scalar) in text.unicodeScalars.enumerated() {
      if isDot(scalar) {
        if count == 0 { start = index }
        count += scalar == "…" ? 3 : scalar == "‥" ? 2 : 1
        end = index + 1
      } else if scalar != " " || count > 0 && index - end >= 3 {
        if count >= 5 { break }
        count = 0
      }
    }
    guard count >= 5 else { return nil }
    return start..<end
  }

  private static func isDot(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case ".", "…", "·", "․", "‥", "_": true
    default: false
    }
  }

  /// Whether there are bytes for five dots at all: few lines have them.
  private static func mayHaveLeader(_ text: String) -> Bool {
    var count = 0
    for byte in text.utf8 {
      switch byte {
      case 0x2E, 0x5F, 0xC2: count += 1
      case 0xE2: count += 3
      default: continue
      }
      if count >= 5 { return true }
    }
    return false
  }
}
