import CPoppler
import Foundations
import Glibc

extension PDFPage {
  /// Collects the characters of a segment.
  private struct Segment {
    var text: [UInt8] = []
    var box = PageBox(left: 0, top: 0, right: 0, bottom: 0)
    /// How many characters of which run, in order.
    var weights: [(run: Int, count: Int)] = []
    var count = 0
    var pendingSpace = false
    /// The end of the bold beginning in `text`, and how far behind it the text goes on.
    var boldEnd: Int?
    var boldGap = 0.0
    var boldRight = 0.0
    var isBoldSoFar = true
  }

  init(number: Int, _ raw: cpoppler_page, rules: [PDFRule], _ known: inout PDFFonts) {
    let runs = UnsafeBufferPointer(start: raw.runs, count: Int(raw.run_count))
    let fonts = runs.map { known[$0.font] }
    let boxes = UnsafeBufferPointer(start: raw.boxes, count: Int(raw.box_count))
    let bytes = UnsafeRawBufferPointer(start: raw.text, count: strlen(raw.text))
    var lines: [PDFLine] = []
    var segment = Segment()
    var run = 0
    var gaps = 0

    func end() {
      guard segment.count > 0 else {
        segment = Segment()
        return
      }
      var main = segment.weights[0]
      var (bold, mono) = (0, 0)
      for weight in segment.weights {
        if weight.count > main.count { main = weight }
        guard fonts.indices.contains(weight.run) else { continue }
        if fonts[weight.run].traits.isBold { bold += weight.count }
        if fonts[weight.run].traits.isMono { mono += weight.count }
      }
      let hasFont = fonts.indices.contains(main.run)
      let text = String(decoding: segment.text, as: UTF8.self)
      var line = PDFLine(
        text: text, box: segment.box, page: number, size: hasFont ? runs[main.run].size : segment.box.height,
        isBold: bold * 10 > segment.count * 9, isMono: mono * 10 > segment.count * 9,
        characterWidth: segment.box.width / Double(max(1, segment.count)), font: hasFont ? fonts[main.run].id : -1)
      if let boldEnd = segment.boldEnd, !line.isBold {
        line.boldLead = String(decoding: segment.text[..<boldEnd], as: UTF8.self)
        line.boldLeadGap = segment.boldGap
      }
      lines.append(line)
      segment = Segment()
      segment.text.reserveCapacity(96)
    }

    // Text on either side of a line belongs to two cells.
    let upright = rules.filter { !$0.isLevel && $0.length > 8 }.sorted { $0.at < $1.at }
    func separates(_ left: Double, _ place: cpoppler_box) -> Bool {
      var low = 0
      var high = upright.count
      while low < high {
        let middle = (low + high) / 2
        if upright[middle].at < left - 0.5 { low = middle + 1 } else { high = middle }
      }
      let y = (place.top + place.bottom) / 2
      while low < upright.count, upright[low].at <= place.left + 0.5 {
        if upright[low].from <= y && upright[low].to >= y { return true }
        low += 1
      }
      return false
    }

    var links = UnsafeBufferPointer(start: raw.links, count: Int(raw.link_count)).map { link in
      PDFLink(
        box: PageBox(left: link.box.left, top: link.box.top, right: link.box.right, bottom: link.box.bottom),
        url: String(cString: link.uri), text: "")
    }
    /// Puts a character to the links that it lies under.
    func link(_ place: cpoppler_box, _ range: Range<Int>, afterSpace: Bool) {
      let (x, y) = ((place.left + place.right) / 2, (place.top + place.bottom) / 2)
      for index in links.indices
      where x > links[index].box.left && x < links[index].box.right && y > links[index].box.top
        && y < links[index].box.bottom
      {
        if afterSpace && !links[index].text.isEmpty { links[index].text += " " }
        links[index].text += String(decoding: bytes[range], as: UTF8.self)
      }
    }

    var offset = 0
    var index = 0
    while offset < bytes.count {
      let (scalar, length) = Self.decode(bytes, offset)
      defer {
        offset += length
        index += 1
      }
      while run + 1 < runs.count && Int(runs[run].end) < index { run += 1 }
      if scalar == 0x0A || index >= boxes.count {
        end()
        continue
      }
      if scalar <= 0x20 || scalar == 0xA0 {
        segment.pendingSpace = true
        continue
      }
      if scalar < 0xA0 && scalar >= 0x7F { continue }
      let place = boxes[index]
      let hasRun = run < runs.count
      let size = max(4, hasRun ? runs[run].size : place.bottom - place.top)
      if segment.count > 0, place.left - segment.box.right > 0.8 * size { gaps += 1 }
      if segment.count > 0, !upright.isEmpty, place.left > segment.box.right + 0.2,
        separates(segment.box.right, place)
      {
        end()
      }
      if segment.count > 0, place.left - segment.box.right > 1.6 * size || place.left < segment.box.left - size {
        end()
      }
      let isBold = hasRun && fonts[run].traits.isBold
      if segment.isBoldSoFar && !isBold {
        segment.isBoldSoFar = false
        if segment.count > 0 {
          segment.boldEnd = segment.text.count
          segment.boldGap = place.left - segment.boldRight
        }
      }
      if isBold && segment.isBoldSoFar { segment.boldRight = place.right }
      if segment.pendingSpace && segment.count > 0 { segment.text.append(0x20) }
      if !links.isEmpty {
        link(place, offset..<(offset + length), afterSpace: segment.pendingSpace || segment.count == 0)
      }
      segment.pendingSpace = false
      if scalar >= 0xFB00 && scalar <= 0xFB06 {
        segment.text.append(contentsOf: ["ff", "fi", "fl", "ffi", "ffl", "st", "st"][Int(scalar - 0xFB00)].utf8)
      } else {
        for at in offset..<(offset + length) { segment.text.append(bytes[at]) }
      }
      // The bullets of symbol fonts are set off without a space.
      if segment.count == 0 && (0xF020...0xF0FF).contains(scalar) { segment.pendingSpace = true }
      if segment.count == 0 {
        segment.box = PageBox(left: place.left, top: place.top, right: place.right, bottom: place.bottom)
      } else {
        segment.box.left = min(segment.box.left, place.left)
        segment.box.top = min(segment.box.top, place.top)
        segment.box.right = max(segment.box.right, place.right)
        segment.box.bottom = max(segment.box.bottom, place.bottom)
      }
      if let last = segment.weights.last, last.run == run {
        segment.weights[segment.weights.count - 1].count += 1
      } else {
        segment.weights.append((run, 1))
      }
      segment.count += 1
    }
    end()
    self.init(number: number, width: raw.width, height: raw.height, lines: lines, rules: rules)
    self.links = links
    self.gaps = gaps
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
