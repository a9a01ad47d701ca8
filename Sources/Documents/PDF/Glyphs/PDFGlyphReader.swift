import CPoppler
import Glibc

/// The words of a page and their characters, each with its box.
///
/// poppler gives the text of a page and boxes, but not one for each character of it: words are in the order in which they
/// stand on the page, and where a word, or a part of it, is written from the right, its characters are turned round
/// and marks that steer the direction (U+202A to U+202C) are put about them, which have no box. Here both are undone, so
/// that characters and boxes meet again.
struct PDFGlyphReader {
  private(set) var glyphs: [PDFGlyph] = []
  private(set) var words: [PDFGlyphWord] = []

  private let boxes: UnsafeBufferPointer<cpoppler_box>
  private let runs: UnsafeBufferPointer<cpoppler_run>
  private var run = 0
  /// The next box.
  private var place = 0

  init(_ raw: cpoppler_page) {
    boxes = UnsafeBufferPointer(start: raw.boxes, count: Int(raw.box_count))
    runs = UnsafeBufferPointer(start: raw.runs, count: Int(raw.run_count))
    glyphs.reserveCapacity(boxes.count)
    let bytes = UnsafeRawBufferPointer(start: raw.text, count: strlen(raw.text))
    var offset = 0
    var word: [UInt32] = []
    while offset < bytes.count {
      let (scalar, length) = Self.decode(bytes, offset)
      offset += length
      if scalar == 0x0A || scalar == 0x20 {
        end(&word, endsLine: scalar == 0x0A)
      } else {
        word.append(scalar)
      }
    }
    end(&word, endsLine: true)
  }

  private static let embedding: ClosedRange<UInt32> = 0x202A...0x202C

  /// A word, and the box of the space or line end behind it.
  private mutating func end(_ word: inout [UInt32], endsLine: Bool) {
    defer {
      word.removeAll(keepingCapacity: true)
      place += 1
    }
    if word.contains(where: { Self.embedding.contains($0) }) { word = Self.asItStands(word) }
    var first = glyphs.count
    for scalar in word {
      guard place < boxes.count else { break }
      while run + 1 < runs.count && Int(runs[run].end) < place { run += 1 }
      if glyphs.count > first, let last = glyphs.last, !Self.touch(last.place, boxes[place].ordered) {
        words.append(PDFGlyphWord(glyphs: first..<glyphs.count))
        first = glyphs.count
      }
      glyphs.append(PDFGlyph(scalar: scalar, place: boxAtPlace, run: run))
      place += 1
    }
    if glyphs.count > first {
      words.append(PDFGlyphWord(glyphs: first..<glyphs.count, endsLine: endsLine))
    } else if endsLine, let last = words.indices.last {
      words[last].endsLine = true
    }
  }

  /// The box of the next character. Some fonts, most of them Chinese and Japanese, say that they reach far over and under
  /// their line: then their lines would lie in one another.
  private var boxAtPlace: cpoppler_box {
    var box = boxes[place].ordered
    guard runs.indices.contains(run), runs[run].size > 1, box.height > 1.6 * runs[run].size else { return box }
    let middle = (box.top + box.bottom) / 2
    box.top = middle - 0.6 * runs[run].size
    box.bottom = middle + 0.6 * runs[run].size
    return box
  }

  /// Whether one character begins where the other ends, as in poppler's words: it forgets the space between some words
  /// that are written from the right.
  private static func touch(_ one: cpoppler_box, _ next: cpoppler_box) -> Bool {
    abs(next.left - one.right) < 0.01 || abs(next.right - one.left) < 0.01 || abs(next.top - one.bottom) < 0.01
      || abs(next.bottom - one.top) < 0.01
  }

  /// The characters of a word from left to right, without the marks.
  private static func asItStands(_ word: [UInt32]) -> [UInt32] {
    var result: [UInt32] = []
    var index = 0
    while index < word.count {
      guard embedding.contains(word[index]) else {
        result.append(word[index])
        index += 1
        continue
      }
      let end = closes(word, from: index)
      result += turned(word[(index + 1)..<max(index + 1, end)])
      index = end + 1
    }
    return result
  }

  /// What stands between two marks turned round, but for what is marked in it.
  private static func turned(_ part: ArraySlice<UInt32>) -> [UInt32] {
    var result: [UInt32] = []
    var inner: [UInt32] = []
    var isInside = false
    for scalar in part {
      if embedding.contains(scalar) {
        result += inner.reversed()
        inner = []
        isInside = scalar != 0x202C
      } else if isInside {
        inner.append(scalar)
      } else {
        result.append(scalar)
      }
    }
    return (result + inner.reversed()).reversed()
  }

  /// Where the mark at `start` is closed; the end of the word where it is not.
  private static func closes(_ word: [UInt32], from start: Int) -> Int {
    var depth = 0
    for index in start..<word.count where embedding.contains(word[index]) {
      depth += word[index] == 0x202C ? -1 : 1
      if depth <= 0 { return index }
    }
    return word.count
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
