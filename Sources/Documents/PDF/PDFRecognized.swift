import Foundations

/// What Tesseract says of a picture, as its table has it (TSV).
struct PDFRecognized {
  /// The lines of each block, in its order.
  private(set) var blocks: [[PDFLine]] = []
  /// The mean of the confidence in its words, 0 to 100.
  private(set) var confidence = 0.0
  /// Whether some words are marked as uncertain.
  private(set) var isUncertain = false

  /// Words below this are marked: of those hardly half are right.
  private static let sure = 30.0

  /// `scale` is that of the picture, in pixels a point.
  init(_ table: String, scale: Double, page: Int) {
    var key: [Substring] = []
    var (sum, words) = (0.0, 0)
    for row in table.split(separator: "\n").dropFirst() {
      let fields = row.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count >= 12, fields[0] == "5", let left = Double(fields[6]), let top = Double(fields[7]),
        let width = Double(fields[8]), let height = Double(fields[9]), let confidence = Double(fields[10])
      else { continue }
      var text = fields[11...].joined(separator: " ")
      let isWord = text.unicodeScalars.contains { $0.properties.isAlphabetic || $0.properties.numericType != nil }
      // Specks and lines are read as signs, but nobody would believe it.
      guard text.utf8.contains(where: { $0 > 0x20 }), isWord || confidence >= 20 else { continue }
      if isWord {
        sum += confidence
        words += 1
        if confidence < Self.sure {
          text += "[?]"
          isUncertain = true
        }
      }
      let box = PageBox(
        left: left / scale, top: top / scale, right: (left + width) / scale, bottom: (top + height) / scale)
      add(text, box, Array(fields[2...4]), &key, page)
    }
    if words > 0 { confidence = sum / Double(words) }
    measure()
  }

  /// A word: `place` are its block, paragraph and line.
  private mutating func add(_ text: String, _ box: PageBox, _ place: [Substring], _ key: inout [Substring], _ page: Int)
  {
    let isSameBlock = key.first == place.first && !blocks.isEmpty
    if isSameBlock, key == place, let last = blocks[blocks.count - 1].indices.last,
      box.left - blocks[blocks.count - 1][last].box.right < 2.5 * blocks[blocks.count - 1][last].box.height
    {
      blocks[blocks.count - 1][last].text += " " + text
      blocks[blocks.count - 1][last].box = blocks[blocks.count - 1][last].box.union(box)
      return
    }
    let line = PDFLine(
      text: text, box: box, page: page, size: box.height, isBold: false, isMono: false, characterWidth: 0)
    if isSameBlock { blocks[blocks.count - 1].append(line) } else { blocks.append([line]) }
    key = place
  }

  /// Heights of boxes depend on the letters: lines that are nearly as high as most have one size.
  private mutating func measure() {
    let heights = blocks.joined().map(\.box.height).sorted()
    let usual = heights.isEmpty ? 10 : heights[heights.count / 2]
    for block in blocks.indices {
      for index in blocks[block].indices {
        let height = blocks[block][index].box.height
        blocks[block][index].size = height < usual * 1.3 && height > usual * 0.6 ? usual : height
        blocks[block][index].characterWidth =
          blocks[block][index].box.width / Double(max(1, blocks[block][index].text.count))
      }
    }
  }

  /// The blocks without the lines that are no longer on the page, as running heads. Where a block has lines side by side
  /// it may be a table.
  static func groups(_ blocks: [[PDFLine]], of lines: [PDFLine]) -> [[PDFLine]] {
    blocks.map { block in
      block.filter { line in lines.contains { $0.text == line.text && $0.box == line.box } }
    }.filter { !$0.isEmpty }
  }
}
