import CPoppler
import Foundations

extension PDFPage {
  init(number: Int, _ raw: cpoppler_page, rules: [PDFRule], _ known: inout PDFFonts) {
    var builder = PDFPageBuilder(number: number, raw, rules, &known)
    builder.readAll()
    let swaps = builder.turn.swapsSides
    self.init(
      number: number, width: swaps ? raw.height : raw.width, height: swaps ? raw.width : raw.height,
      lines: builder.lines, rules: rules)
    turn = builder.turn
    links = builder.links.all
    gaps = builder.gaps
    gutters = builder.gutters
    cellAreas = builder.cellAreas
    known.keep(gutters, page: number, width: raw.width, height: raw.height)
    turned = builder.turned
    if builder.isRightToLeft { mirror() }
  }

  private mutating func mirror() {
    isMirrored = true
    for index in lines.indices {
      lines[index].box = mirrored(lines[index].box)
      lines[index].runsBack.toggle()
    }
    for index in turned.indices { turned[index].box = mirrored(turned[index].box) }
    for index in links.indices { links[index].box = mirrored(links[index].box) }
    gutters = gutters.map { $0.mirrored(width) }
    cellAreas = cellAreas.map { $0.mirrored(width) }
  }
}

/// Puts the characters of a page together to lines.
private struct PDFPageBuilder {
  private let number: Int
  private let runs: UnsafeBufferPointer<cpoppler_run>
  private let fonts: [PDFFonts.Font]
  /// By run.
  private let sizes: [Double]
  private var columns = PDFColumnRules([])
  private let rules: [PDFRule]
  private var glyphs: [PDFGlyph]
  private var words: [PDFGlyphWord]
  private let width: Double
  private let height: Double
  /// How most of the page's text is turned: its lines and boxes are those of the page turned back.
  private(set) var turn = PDFTurn.upright
  private(set) var isRightToLeft = false
  private(set) var lines: [PDFLine] = []
  /// Lines that run in another direction than most.
  private(set) var turned: [PDFLine] = []
  private(set) var links: PDFLinkTexts
  /// The strips between columns of prose.
  private(set) var gutters: [PDFGutter] = []
  /// Tables whose cells have many lines.
  private(set) var cellAreas: [PDFCellArea] = []
  /// Those of the pages before.
  private let others: [PDFGutter]
  /// Wide gaps within lines.
  private(set) var gaps = 0
  private var segment = PDFSegment()
  private var isAside = false
  private var hasRightToLeft = false
  /// Whether poppler's lines are none.
  private let hasMixedLines: Bool

  init(number: Int, _ raw: cpoppler_page, _ rules: [PDFRule], _ known: inout PDFFonts) {
    self.number = number
    runs = UnsafeBufferPointer(start: raw.runs, count: Int(raw.run_count))
    fonts = runs.map { known[$0.font] }
    sizes = runs.map { max(1, $0.size) }
    self.rules = rules
    var reader = PDFGlyphReader(raw)
    // A page that is gone through again is mended already.
    if PDFTypeThree.mend(raw, reader.glyphs) {
      known.pagesWithMixedLines.insert(number)
      reader = PDFGlyphReader(raw)
    }
    hasMixedLines = known.pagesWithMixedLines.contains(number)
    others = known.gutters(before: number, width: raw.width, height: raw.height)
    (glyphs, words) = (reader.glyphs, reader.words)
    (width, height) = (raw.width, raw.height)
    links = PDFLinkTexts(raw)
  }

  private func size(_ run: Int) -> Double {
    runs.indices.contains(run) ? max(1, min(runs[run].size.isFinite ? runs[run].size : 10, 5000)) : 10
  }

  mutating func readAll() {
    PDFTurnedText.mark(&words, glyphs) { sizes.indices.contains($0.run) ? sizes[$0.run] : 10 }
    let (right, left) = glyphs.reduce(into: (0, 0)) { counts, glyph in
      if PDFScripts.isRightToLeft(glyph.scalar) {
        counts.0 += 1
      } else if glyph.scalar > 0x40, PDFScripts.isLeftToRight(glyph.scalar) {
        counts.1 += 1
      }
    }
    isRightToLeft = right > left
    hasRightToLeft = right > 0
    turnPage()
    let boxes = PDFPrintedEdges.inner(
      words.filter { $0.turn == .upright }.map(gutterWord), height: turn.swapsSides ? width : height)
    gutters = PDFGutters.find(boxes, rules, others)
    func meet(_ area: PDFCellArea, _ gutter: PDFGutter) -> Bool {
      gutter.top < area.box.bottom && gutter.bottom > area.box.top
    }
    // Columns of prose go on above or below; a strip that is no taller than such a table is its own.
    var strips = PDFCellStrips.find(boxes, gutters)
    cellAreas = PDFCellAreas.find(boxes, rules).filter { area in
      !gutters.contains { meet(area, $0) && $0.bottom - $0.top > 1.4 * area.box.height }
        // Where more columns of short cells are, they are found row by row.
        && strips.count { meet(area, $0) && $0.bottom - $0.top > 0.5 * area.box.height } <= area.edges.count
    }
    strips += PDFNumberColumns.find(boxes)
    gutters.removeAll { gutter in cellAreas.contains { meet($0, gutter) } }
    strips.removeAll { strip in cellAreas.contains { meet($0, strip) } }
    columns = PDFColumnRules(
      rules + PDFNarrowGaps(words, glyphs, size).rules, gutters + strips + cellAreas.flatMap(\.strips))
    let hasTurned = words.contains { $0.turn != .upright }
    if turn == .upright, isRightToLeft {
      // poppler takes such lines apart.
      for row in rows(words.filter { $0.turn == .upright }) { readByPlace(row) }
    } else if turn == .upright, !hasMixedLines {
      readLines()
    } else {
      for row in rows(words.filter { $0.turn == .upright }) { read(row) }
    }
    if hasTurned { readTurned() }
  }

  private func gutterWord(_ word: PDFGlyphWord) -> PDFGutters.Word {
    let all = glyphs[word.glyphs]
    var letters = 0
    var isUnspaced = false
    var isDots = true
    var hasDigit = false
    for glyph in all {
      hasDigit = hasDigit || glyph.scalar >= 0x30 && glyph.scalar <= 0x39
      isDots = isDots && (glyph.scalar == 0x2E || glyph.scalar == 0xB7 || glyph.scalar == 0x2026)
      if glyph.scalar < 0x80 {
        if glyph.scalar | 0x20 >= 0x61, glyph.scalar | 0x20 <= 0x7A { letters += 1 }
      } else {
        if Unicode.Scalar(glyph.scalar)?.properties.isAlphabetic ?? false { letters += 1 }
        isUnspaced = isUnspaced || PDFScripts.isWide(glyph.scalar)
      }
    }
    return PDFGutters.Word(
      box: box(word), size: size(all[word.glyphs.lowerBound].run), letters: letters, others: all.count - letters,
      isUnspaced: isUnspaced, isDots: isDots,
      isValue: hasDigit
        ? letters <= 1 : all.count == 1 && [0x2D, 0x2212, 0x2013, 0x2014].contains(all[all.startIndex].scalar))
  }

  /// The lines as poppler has them.
  private mutating func readLines() {
    var line: [PDFGlyphWord] = []
    for word in words {
      if word.turn == .upright { line.append(word) }
      guard word.endsLine else { continue }
      if hasRightToLeft, line.contains(where: { glyphs[$0.glyphs].contains { PDFScripts.isRightToLeft($0.scalar) } }) {
        readByPlace(line)
      } else {
        for word in line {
          if touches(word) { segment.pendingSpace = false }
          read(word, endsLine: false)
        }
        end()
      }
      line.removeAll(keepingCapacity: true)
    }
  }

  /// Whether a word begins where the last one ends, in another font or size: poppler parts words there, but small capitals
  /// that are set in two sizes are one word.
  private func touches(_ word: PDFGlyphWord) -> Bool {
    guard let last = segment.entries.last?.glyph, let first = glyphs[word.glyphs].first, first.run != last.run else {
      return false
    }
    let gap = first.place.left - last.place.right
    let em = min(size(first.run), size(last.run))
    // TeX leaves a little room behind what is raised.
    let isClosing =
      first.scalar < 0x7F && ".,;:)]".unicodeScalars.contains { $0.value == first.scalar }
      // Leaders of an index begin close to its words.
      && (first.scalar != 0x2E || word.glyphs.count > 1 || size(last.run) < 0.85 * size(first.run))
    // Where capitals of two sizes of one font stand for small capitals, their letters are spaced a little.
    let isSmallCapital =
      fonts[first.run].id == fonts[last.run].id && isCapital(last.scalar) && (isCapital(first.scalar) || isClosing)
      && em > 0.6 * max(size(first.run), size(last.run))
    return gap < (isSmallCapital ? 0.17 : isClosing ? 0.12 : 0.06) * em && gap > -0.3 * em
  }

  private func isCapital(_ scalar: UInt32) -> Bool { Unicode.Scalar(scalar)?.properties.isUppercase ?? false }

  /// A line with letters that are written from the right: poppler's words do not come from left to right then, and it
  /// forgets spaces between them.
  private mutating func readByPlace(_ line: [PDFGlyphWord]) {
    let all = line.flatMap { glyphs[$0.glyphs] }
    var marks: [Int: [UInt32]] = [:]
    let bases = all.filter { !PDFScripts.isMark($0.scalar) }.sorted {
      ($0.place.left, $0.place.right) < ($1.place.left, $1.place.right)
    }
    for mark in all where PDFScripts.isMark(mark.scalar) {
      let middle = (mark.place.left + mark.place.right) / 2
      let base = bases.indices.min {
        abs(bases[$0].place.left + bases[$0].place.right - 2 * middle)
          < abs(bases[$1].place.left + bases[$1].place.right - 2 * middle)
      }
      if let base { marks[base, default: []].append(mark.scalar) }
    }
    // Vowel signs take up room beside their letters, too.
    var (right, next) = (-Double.infinity, 0)
    let byLeft = all.sorted { $0.place.left < $1.place.left }
    for (index, glyph) in bases.enumerated() where glyph.scalar > 0x20 && glyph.scalar != 0xA0 {
      while next < byLeft.count, byLeft[next].place.left < glyph.place.left {
        if byLeft[next].scalar > 0x20, byLeft[next].scalar != 0xA0 { right = max(right, byLeft[next].place.right) }
        next += 1
      }
      right = max(right, segment.last?.right ?? right)
      segment.pendingSpace = glyph.place.left - right > 0.1 * size(glyph.run)
      divide(before: glyph)
      segment.append(glyph, marks: marks[index] ?? [])
    }
    end()
  }

  /// Turns the page so that most of its text is upright.
  private mutating func turnPage() {
    guard words.contains(where: { $0.turn != .upright }) else { return }
    var counts: [Int: Int] = [:]
    for word in words { counts[word.turn.rawValue, default: 0] += word.glyphs.count }
    guard let most = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })?.key,
      let turn = PDFTurn(rawValue: most),
      turn != .upright
    else { return }
    self.turn = turn
    for index in glyphs.indices {
      glyphs[index].place = turn.upright(glyphs[index].place, width: width, height: height)
    }
    for index in words.indices {
      words[index].turn = PDFTurn(rawValue: (words[index].turn.rawValue - most + 4) % 4) ?? .upright
    }
    links.turn(turn, width: width, height: height)
  }

  /// Lines in other directions, each read as if the page were turned.
  private mutating func readTurned() {
    let (width, height) = turn.swapsSides ? (self.height, self.width) : (self.width, self.height)
    let kept = glyphs
    defer { glyphs = kept }
    isAside = true
    columns = PDFColumnRules([])
    for other in PDFTurn.allCases where other != .upright {
      let part = words.filter { $0.turn == other }
      guard !part.isEmpty else { continue }
      for word in part {
        for index in word.glyphs {
          glyphs[index].place = other.upright(kept[index].place, width: width, height: height)
        }
      }
      let first = turned.count
      let straight = PDFSlantedText.straighten(part, &glyphs, size)
      for row in rows(straight) { read(row) }
      let (w, h) = other.swapsSides ? (height, width) : (width, height)
      for index in first..<turned.count {
        turned[index].box = other.inverse.upright(turned[index].box, width: w, height: h)
        turned[index].turn = other
      }
    }
  }

  private func place(_ word: PDFGlyphWord) -> cpoppler_box {
    let all = glyphs[word.glyphs]
    var box = all[word.glyphs.lowerBound].place
    for glyph in all {
      box.left = min(box.left, glyph.place.left)
      box.top = min(box.top, glyph.place.top)
      box.bottom = max(box.bottom, glyph.place.bottom)
      box.right = max(box.right, glyph.place.right)
    }
    return box
  }

  private func box(_ word: PDFGlyphWord) -> PageBox {
    let place = place(word)
    return PageBox(left: place.left, top: place.top, right: place.right, bottom: place.bottom)
  }

  /// The rows that words make, from top to bottom, each from left to right.
  private func rows(_ words: [PDFGlyphWord]) -> [[PDFGlyphWord]] {
    let placed = words.map { (word: $0, box: place($0)) }.sorted {
      ($0.box.top + $0.box.bottom, $0.box.left) < ($1.box.top + $1.box.bottom, $1.box.left)
    }
    var rows: [[(word: PDFGlyphWord, box: cpoppler_box)]] = []
    for item in placed {
      if let last = rows.last?.last?.box,
        min(last.bottom, item.box.bottom) - max(last.top, item.box.top) > 0.5 * min(last.height, item.box.height)
      {
        rows[rows.count - 1].append(item)
      } else {
        rows.append([item])
      }
    }
    return rows.map { $0.sorted { $0.box.left < $1.box.left }.map(\.word) }
  }

  private mutating func read(_ row: [PDFGlyphWord]) {
    for word in row {
      // What stands there by itself is a word only with some distance: slanted words come letter by letter.
      if let last = segment.last, let first = glyphs[word.glyphs].first {
        segment.pendingSpace = first.place.left - last.right > 0.1 * size(first.run)
      }
      read(word, endsLine: false)
    }
    end()
  }

  private mutating func read(_ word: PDFGlyphWord, endsLine: Bool) {
    for index in word.glyphs {
      let glyph = glyphs[index]
      if glyph.scalar <= 0x20 || glyph.scalar == 0xA0 {
        segment.pendingSpace = true
      } else if glyph.scalar >= 0xA0 || glyph.scalar < 0x7F {
        divide(before: glyph)
        segment.append(glyph)
      }
    }
    if endsLine { end() } else { segment.pendingSpace = true }
  }

  /// Ends the segment where the next character is no more of it.
  private mutating func divide(before glyph: PDFGlyph) {
    guard let last = segment.last else { return }
    let place = glyph.place
    let size = max(4, self.size(glyph.run))
    let gap = place.left - segment.box.right
    if gap > 0.8 * size { gaps += 1 }
    // Cells that stand below one another may come as one line.
    let step = max(place.top - last.bottom, last.top - place.bottom)
    let isElsewhere =
      step > 0.5 * size || gap < -0.5 * size && step > -0.25 * size
      // A cell in the middle of its row, beside one of two lines: of one size, what is raised is smaller.
      || gap > 0.3 * size && abs(place.bottom - last.bottom) > 0.4 * size
        && segment.entries.last.map({ self.size($0.glyph.run) == self.size(glyph.run) }) ?? false
    if gap > 1.6 * size || place.left < segment.box.left - size || isElsewhere
      || gap > 0.2 && columns.separate(segment.box.right, place)
    {
      return end()
    }
    // Characters of scripts without spaces stand apart where lines are filled.
    if segment.pendingSpace, let before = segment.entries.last?.glyph.scalar, PDFScripts.isWide(before),
      PDFScripts.isWide(glyph.scalar), place.left - last.right < 0.5 * size
    {
      segment.pendingSpace = false
    }
  }

  /// The direction of a line with letters of both kinds: that of most of them, and, on a page that is written from the
  /// right, from the right unless far more are of the other kind.
  private func runsFromRight(_ segment: PDFSegment) -> Bool {
    let letters = segment.entries.map(\.glyph.scalar)
    let right = letters.count { PDFScripts.isRightToLeft($0) }
    let left = letters.count { PDFScripts.isLeftToRight($0) }
    return isRightToLeft ? right * 2 >= left : right > left
  }

  /// How many characters are bold, and how many are of a font that says of itself that it is a typewriter's.
  private func weights(_ segment: PDFSegment) -> (bold: Int, mono: Int) {
    var (bold, mono) = (0, 0)
    for weight in segment.weights where fonts.indices.contains(weight.run) {
      if fonts[weight.run].traits.isBold { bold += weight.count }
      if fonts[weight.run].traits.isMono { mono += weight.count }
    }
    return (bold, mono)
  }

  /// The size of the capitals of a line in small capitals that are capitals of a smaller size; `nil` for other lines.
  private func capitalSize(_ segment: PDFSegment) -> Double? {
    guard segment.weights.count > 1 else { return nil }
    var largest = 0.0
    for entry in segment.entries {
      guard let scalar = Unicode.Scalar(entry.glyph.scalar) else { return nil }
      if scalar.properties.isLowercase { return nil }
      if scalar.properties.isUppercase { largest = max(largest, size(entry.glyph.run)) }
    }
    return largest > 0 ? largest : nil
  }

  private mutating func end() {
    defer { segment = PDFSegment() }
    guard !segment.isEmpty else { return }
    let main = segment.mainRun
    let hasFont = fonts.indices.contains(main)
    let (fonts, sizes) = (fonts, sizes)
    func isBold(_ run: Int) -> Bool { fonts.indices.contains(run) && fonts[run].traits.isBold }
    let isFromRight = segment.hasRightToLeft && runsFromRight(segment)
    let (bold, mono) = weights(segment)
    // A short piece in the font of a typewriter may have too few letters to show it.
    let typed = segment.advance ?? (mono * 10 > segment.count * 9 ? segment.entries[0].glyph.place.width : nil)
    let isMono = typed != nil && (mono * 10 > segment.count * 9 || segment.count >= 8)
    var lead =
      segment.weights.count > 1 && !segment.hasRightToLeft && !isMono
      ? PDFLead(segment.entries, font: { fonts.indices.contains($0) ? fonts[$0].id : -1 }, isBold: isBold) : nil
    let text = PDFSegmentText(
      segment, isRightToLeft: isFromRight, advance: isMono ? typed : nil, main: main, lead: lead?.count,
      { sizes.indices.contains($0) ? sizes[$0] : 10 }, isBold,
      { [fonts] in fonts.indices.contains($0) && fonts[$0].traits.isMath }, &links)
    var line = PDFLine(
      text: String(decoding: text.text, as: UTF8.self), box: segment.box, page: number,
      size: hasFont ? max(runs[main].size, capitalSize(segment) ?? 0) : segment.box.height,
      isBold: bold * 10 > segment.count * 9,
      isMono: isMono, characterWidth: isMono ? typed ?? 5 : segment.box.width / Double(max(1, segment.count)),
      font: hasFont ? fonts[main].id : -1)
    line.runsBack = isFromRight
    if let boldEnd = text.boldEnd, !line.isBold, !isFromRight {
      line.boldLead = String(decoding: text.text[..<boldEnd], as: UTF8.self)
      line.boldLeadGap = text.boldGap
    }
    if let end = text.leadEnd {
      lead?.text = String(decoding: text.text[..<end], as: UTF8.self)
      line.lead = lead
      // A long one may leave room for no more than a word of its text.
      if lead?.isSetOff == true, lead?.text.hasSuffix(".") == true { line.isBold = false }
    }
    if isAside { turned.append(line) } else { lines.append(line) }
  }
}
