import Foundations

/// What stands on a page as a coarse picture: a row of bits for each half line, a bit for each point of width. It tells
/// quickly that there is no gutter, as on most pages.
struct PDFPageRaster {
  private var bits: [UInt64]
  private let rows: Int
  /// Numbers that a row takes.
  private let stride: Int
  private let area: PageBox
  private let step: Double
  /// Whether the page is no larger than what is kept of it.
  private let isWhole: Bool
  private static let most = 20_000

  /// - Parameter step: the height of a row, in points.
  init(_ area: PageBox, step: Double) {
    self.area = area
    self.step = step
    rows = Int(clamping: (area.height / step).rounded(.up), to: 1...Self.most)
    stride = (Int(clamping: area.width.rounded(.up), to: 1...Self.most) + 63) / 64
    isWhole = area.height / step <= Double(Self.most) && area.width <= Double(Self.most)
    bits = [UInt64](repeating: 0, count: rows * stride)
  }

  /// Marks the rows whose middle something crosses.
  mutating func add(_ box: PageBox) {
    let top = Int(clamping: ((box.top - area.top) / step - 0.5).rounded(.up), to: 0...rows)
    let bottom = Int(clamping: ((box.bottom - area.top) / step - 0.5).rounded(.down), to: -1...(rows - 1))
    let first = Int(clamping: (box.left - area.left).rounded(.down), to: 0...(stride * 64 - 1))
    let last = Int(clamping: (box.right - area.left).rounded(.up) - 1, to: 0...(stride * 64 - 1))
    guard top <= bottom, first <= last else { return }
    for word in (first / 64)...(last / 64) {
      var mask = UInt64.max
      if word == first / 64 { mask &= UInt64.max << UInt64(first % 64) }
      if word == last / 64 { mask &= UInt64.max >> UInt64(63 - last % 64) }
      for row in top...bottom { bits[row * stride + word] |= mask }
    }
  }

  /// Whether so many rows below one another leave a strip of this width, in points, and what stands on either side of it
  /// begins so far away.
  func hasStrip(rows count: Int, width: Int, side: Int) -> Bool {
    guard isWhole else { return true }
    guard count > 0, rows >= count else { return false }
    var union = [UInt64](repeating: 0, count: stride)
    for first in 0...(rows - count) {
      for word in 0..<stride {
        var all: UInt64 = 0
        for row in first..<(first + count) { all |= bits[row * stride + word] }
        union[word] = all
      }
      if Self.hasGap(union, width, side) { return true }
    }
    return false
  }

  /// Whether so many zeros in a row stand between ones, the outermost of which are far away.
  private static func hasGap(_ words: [UInt64], _ width: Int, _ side: Int) -> Bool {
    guard let first = words.firstIndex(where: { $0 != 0 }), let last = words.lastIndex(where: { $0 != 0 }) else {
      return false
    }
    let begin = first * 64 + words[first].trailingZeroBitCount
    let end = last * 64 + 63 - words[last].leadingZeroBitCount
    var run = 0
    for index in first...last {
      var word = words[index]
      var left = 64
      while left > 0 {
        let zeros = min(left, word.trailingZeroBitCount)
        run += zeros
        left -= zeros
        guard left > 0 else { break }
        let place = index * 64 + 64 - left
        if run >= width, place - run - begin >= side, end - place >= side { return true }
        run = 0
        word >>= UInt64(zeros)
        let ones = min(left, (~word).trailingZeroBitCount)
        left -= ones
        word = ones < 64 ? word >> UInt64(ones) : 0
      }
    }
    return false
  }
}
