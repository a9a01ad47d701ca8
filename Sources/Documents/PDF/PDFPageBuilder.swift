import CPoppler
import Foundations
import Glibc

extension PDFPage {
  init(number: Int, _ raw: cpoppler_page, rules: [PDFRule], _ known: inout PDFFonts) {
    var builder = PDFPageBuilder(number: number, raw, rules, &known)
    builder.readAll()
    self.init(number: number, width: raw.width, height: raw.height, lines: builder.lines, rules: rules)
    links = builder.links.all
    gaps = builder.gaps
  }
}

/// Puts the characters of a page, as poppler gives them, together to lines.
private struct PDFPageBuilder {
  /// A character and where it stands.
  private struct Glyph {
    var scalar: UInt32
    var bytes: Range<Int>
    var place: cpoppler_box
    var size: Double
    var isBold: Bool
  }

  private let number: Int
  private let runs: UnsafeBufferPointer<cpoppler_run>
  private let fonts: [PDFFonts.Font]
  private let boxes: UnsafeBufferPointer<cpoppler_box>
  private let bytes: UnsafeRawBufferPointer
  private let columns: PDFColumnRules
  private(set) var lines: [PDFLine] = []
  private(set) var links: PDFLinkTexts
  /// Wide gaps within lines.
  private(set) var gaps = 0
  private var segment = PDFSegment()
  private var run = 0

  init(number: Int, _ raw: cpoppler_page, _ rules: [PDFRule], _ known: inout PDFFonts) {
    self.number = number
    runs = UnsafeBufferPointer(start: raw.runs, count: Int(raw.run_count))
    fonts = runs.map { known[$0.font] }
    boxes = UnsafeBufferPointer(start: raw.boxes, count: Int(raw.box_count))
    bytes = UnsafeRawBufferPointer(start: raw.text, count: strlen(raw.text))
    columns = PDFColumnRules(rules)
    links = PDFLinkTexts(raw)
  }

  mutating func readAll() {
    var offset = 0
    var index = 0
    while offset < bytes.count {
      let (scalar, length) = Self.decode(bytes, offset)
      read(scalar, offset..<(offset + length), at: index)
      offset += length
      index += 1
    }
    end()
  }

  /// A character: the end of a line, white space, or one to be seen.
  private mutating func read(_ scalar: UInt32, _ range: Range<Int>, at index: Int) {
    while run + 1 < runs.count && Int(runs[run].end) < index { run += 1 }
    if scalar == 0x0A || index >= boxes.count { return end() }
    if scalar <= 0x20 || scalar == 0xA0 {
      segment.pendingSpace = true
      return
    }
    if scalar < 0xA0 && scalar >= 0x7F { return }
    let place = boxes[index]
    let hasRun = run < runs.count
    let size = max(4, hasRun ? runs[run].size : place.bottom - place.top)
    let isBold = hasRun && fonts[run].traits.isBold
    let glyph = Glyph(scalar: scalar, bytes: range, place: place, size: size, isBold: isBold)
    divide(before: glyph)
    add(glyph)
  }

  /// Ends the segment where the next character is no more of it.
  private mutating func divide(before glyph: Glyph) {
    let place = glyph.place
    if segment.count > 0, place.left - segment.box.right > 0.8 * glyph.size { gaps += 1 }
    if segment.count > 0, place.left > segment.box.right + 0.2, columns.separate(segment.box.right, place) { end() }
    if segment.count > 0,
      place.left - segment.box.right > 1.6 * glyph.size || place.left < segment.box.left - glyph.size
    {
      end()
    }
  }

  private mutating func add(_ glyph: Glyph) {
    segment.noteWeight(isBold: glyph.isBold, glyph.place)
    if segment.pendingSpace && segment.count > 0 { segment.text.append(0x20) }
    links.add(
      UnsafeRawBufferPointer(rebasing: bytes[glyph.bytes]), at: glyph.place,
      afterSpace: segment.pendingSpace || segment.count == 0)
    segment.pendingSpace = false
    if glyph.scalar >= 0xFB00 && glyph.scalar <= 0xFB06 {
      segment.text.append(contentsOf: ["ff", "fi", "fl", "ffi", "ffl", "st", "st"][Int(glyph.scalar - 0xFB00)].utf8)
    } else {
      segment.text.append(contentsOf: bytes[glyph.bytes])
    }
    // The bullets of symbol fonts are set off without a space.
    if segment.count == 0 && (0xF020...0xF0FF).contains(glyph.scalar) { segment.pendingSpace = true }
    segment.extend(to: glyph.place, run: run)
  }

  private mutating func end() {
    defer { segment = PDFSegment() }
    guard segment.count > 0 else { return }
    var main = segment.weights[0]
    var (bold, mono) = (0, 0)
    for weight in segment.weights {
      if weight.count > main.count { main = weight }
      guard fonts.indices.contains(weight.run) else { continue }
      if fonts[weight.run].traits.isBold { bold += weight.count }
      if fonts[weight.run].traits.isMono { mono += weight.count }
    }
    let hasFont = fonts.indices.contains(main.run)
    var line = PDFLine(
      text: String(decoding: segment.text, as: UTF8.self), box: segment.box, page: number,
      size: hasFont ? runs[main.run].size : segment.box.height, isBold: bold * 10 > segment.count * 9,
      isMono: mono * 10 > segment.count * 9, characterWidth: segment.box.width / Double(max(1, segment.count)),
      font: hasFont ? fonts[main.run].id : -1)
    if let boldEnd = segment.boldEnd, !line.isBold {
      line.boldLead = String(decoding: segment.text[..<boldEnd], as: UTF8.self)
      line.boldLeadGap = segment.boldGap
    }
    lines.append(line)
  }

  /// The scalar at `offset` of text that poppler made, which is valid UTF-8, and its length.
  private static func decode(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> (UInt32, Int) {
    let first = UInt32(bytes[offset])
    func tail(_ at: Int) -> UInt32 { offset + at < bytes.count ? UInt32(bytes[offset + at] & 0x3F) : 0 }
    switch first {
    case 0..<0x80: return (first, 1)
    case 0xC0..<0xE0: return ((first & 0x1F) << 6 | tail(1), min(2, bytes.count - offset))
    case 0xE0..<0xF0: return ((first & 0x0F) << 12 | tail(1) << 6 | tail(2), min(3, bytes.count - offset))
    case 0xF0...0xFF:
      return ((first & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), min(4, bytes.count - offset))
    default: return (0xFFFD, 1)
    }
  }
}
