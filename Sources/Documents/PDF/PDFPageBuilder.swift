import CPoppler
import Foundations

extension PDFPage {
  private struct Font {
    let size: Double
    let traits: PDFFontTraits
    var isBold: Bool { traits.isBold }
    var isMono: Bool { traits.isMono }
  }

  /// Collects the characters of a segment.
  private struct Segment {
    var scalars = String.UnicodeScalarView()
    var box: PageBox?
    var weights: [Int: Int] = [:]
    var count = 0
    var pendingSpace = false

    mutating func append(_ scalar: Unicode.Scalar, _ at: PageBox, font: Int) {
      if pendingSpace && !scalars.isEmpty { scalars.append(" ") }
      pendingSpace = false
      switch scalar.value {
      case 0xFB00...0xFB06:
        for part in ["ff", "fi", "fl", "ffi", "ffl", "st", "st"][Int(scalar.value - 0xFB00)]
          .unicodeScalars
        {
          scalars.append(part)
        }
      default: scalars.append(scalar)
      }
      box = box?.union(at) ?? at
      weights[font, default: 0] += 1
      count += 1
    }
  }

  init(number: Int, _ raw: cpoppler_page, _ names: inout [String: PDFFontTraits]) {
    let fonts = UnsafeBufferPointer(start: raw.runs, count: Int(raw.run_count)).map { run in
      let name = String(cString: run.font)
      if let known = names[name] { return Font(size: run.size, traits: known) }
      let traits = PDFFontTraits(name: name)
      names[name] = traits
      return Font(size: run.size, traits: traits)
    }
    let runs = UnsafeBufferPointer(start: raw.runs, count: Int(raw.run_count))
    let boxes = UnsafeBufferPointer(start: raw.boxes, count: Int(raw.box_count))
    var lines: [PDFLine] = []
    var segment = Segment()
    var run = 0

    func end() {
      if let box = segment.box, !segment.scalars.isEmpty {
        let main = segment.weights.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
        let font = fonts.indices.contains(main) ? fonts[main] : nil
        let bold = segment.weights.reduce(0) {
          $0 + (fonts.indices.contains($1.key) && fonts[$1.key].isBold ? $1.value : 0)
        }
        let mono = segment.weights.reduce(0) {
          $0 + (fonts.indices.contains($1.key) && fonts[$1.key].isMono ? $1.value : 0)
        }
        lines.append(
          PDFLine(
            text: String(segment.scalars), box: box, page: number, size: font?.size ?? box.height,
            isBold: bold * 10 > segment.count * 9, isMono: mono * 10 > segment.count * 9,
            characterWidth: box.width / Double(max(1, segment.scalars.count))))
      }
      segment = Segment()
    }

    for (index, scalar) in String(cString: raw.text).unicodeScalars.enumerated() {
      while run + 1 < runs.count && Int(runs[run].end) < index { run += 1 }
      if scalar == "\n" || index >= boxes.count {
        end()
        continue
      }
      if scalar.value <= 0x20 || scalar.value == 0xA0 {
        segment.pendingSpace = true
        continue
      }
      if scalar.value < 0xA0 && scalar.value >= 0x7F { continue }
      let place = boxes[index]
      let box = PageBox(left: place.left, top: place.top, right: place.right, bottom: place.bottom)
      if let last = segment.box {
        let size = max(4, fonts.indices.contains(run) ? fonts[run].size : box.height)
        if box.left - last.right > 1.6 * size || box.left < last.left - size { end() }
      }
      segment.append(scalar, box, font: run)
    }
    end()
    self.init(number: number, width: raw.width, height: raw.height, lines: lines)
  }
}
