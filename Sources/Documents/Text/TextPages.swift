import Foundations

/// The pages of a text that was made for a printer: their heads and feet leave, what runs over a page goes on.
struct TextPages {
  typealias Line = ArraySlice<UInt8>

  /// The lines without the heads and feet.
  var lines: [Line] = []
  /// A copy of each head and foot.
  private(set) var running: [String] = []

  init(_ text: [UInt8]) {
    let all = ByteSearch.lines(text)
    var pages = Self.byFormFeeds(all) ?? Self.byPageNumbers(all)
    guard pages.count > 1 else {
      lines = all
      return
    }
    for isHead in [true, false] {
      for _ in 0..<2 { takeRunning(&pages, isHead) }
    }
    for page in pages { append(page) }
  }

  private static func byFormFeeds(_ all: [Line]) -> [[Line]]? {
    guard all.contains(where: { $0.contains(0x0C) }) else { return nil }
    var pages: [[Line]] = [[]]
    for line in all {
      let parts = line.split(separator: 0x0C, omittingEmptySubsequences: false)
      for (index, part) in parts.enumerated() {
        if index > 0 { pages.append([]) }
        if index == 0 || index < parts.count - 1 || !part.isEmpty { pages[pages.count - 1].append(part) }
      }
    }
    return pages
  }

  /// Where the form feeds were lost, `[Page 7]` ends a page.
  private static func byPageNumbers(_ all: [Line]) -> [[Line]] {
    var pages: [[Line]] = [[]]
    for line in all {
      pages[pages.count - 1].append(line)
      if line.last == UInt8(ascii: "]"), shape(line).hasSuffix("[page #]") { pages.append([]) }
    }
    return pages.count > 2 ? pages : [all]
  }

  /// Takes the first or last line of each page where others have the same, but for its numbers.
  private mutating func takeRunning(_ pages: inout [[Line]], _ isHead: Bool) {
    func edge(_ page: [Line]) -> Int? {
      isHead ? page.firstIndex { !Self.isBlank($0) } : page.lastIndex { !Self.isBlank($0) }
    }
    let shapes = pages.map { page in edge(page).map { Self.shape(page[$0]) } }
    var counts: [String: Int] = [:]
    for case let shape? in shapes { counts[shape, default: 0] += 1 }
    for (index, shape) in shapes.enumerated() {
      guard let shape, let place = edge(pages[index]), let count = counts[shape], count > 1, count * 3 >= pages.count,
        pages[index].count(where: { !Self.isBlank($0) }) > 1
      else { continue }
      let text = TextLine.string(TextLine.trimmed(pages[index][place]))
      let words = text.split(separator: " ").joined(separator: " ")
      if !running.contains(where: { Self.shape(Array($0.utf8)[...]) == shape }) {
        running.append(words)
      }
      pages[index].remove(at: place)
    }
  }

  /// A line in small letters, its numbers and the width of its gaps left out.
  private static func shape(_ line: Line) -> String {
    var shape: [UInt8] = []
    for byte in TextLine.trimmed(line).prefix(200) {
      let sign = byte >= 48 && byte <= 57 ? UInt8(ascii: "#") : byte >= 65 && byte <= 90 ? byte | 0x20 : max(byte, 0x20)
      if sign == shape.last, sign == 0x20 || sign == UInt8(ascii: "#") { continue }
      shape.append(sign)
    }
    return String(decoding: shape, as: UTF8.self)
  }

  private static func isBlank(_ line: Line) -> Bool { line.allSatisfy { $0 <= 0x20 } }

  /// Puts a page behind the others: in the midst of a sentence nothing ends.
  private mutating func append(_ page: [Line]) {
    while let last = lines.last, Self.isBlank(last) { lines.removeLast() }
    let page = page.drop { Self.isBlank($0) }
    guard let first = page.first else { return }
    if let last = lines.last, !Self.goesOn(last, first) { lines.append([]) }
    lines += page
  }

  private static func goesOn(_ line: Line, _ next: Line) -> Bool {
    guard let end = TextLine.trimmed(line).last, !".:!?".utf8.contains(end) else { return false }
    guard let start = TextLine.trimmed(next).first else { return false }
    return start >= 97 && start <= 122 && TextLine.indent(line) == TextLine.indent(next)
  }
}
