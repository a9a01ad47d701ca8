import Foundations

/// Finds upright strips of a page in which nothing stands: the tallest first, each as wide as it stays empty.
///
/// The idea is Breuel's (Two Geometric Algorithms for Layout Analysis, 2002): what parts columns is seen by what is
/// empty. Strips are enough, since columns are upright.
struct PDFWhiteStrips {
  /// The part of one point's width that is free between two things that cross it.
  private struct Gap {
    var top: Double
    var bottom: Double
    var height: Double { bottom - top }
  }

  /// - Parameters:
  ///   - things: what stands on the page.
  ///   - area: where something stands at all.
  ///   - height: how tall a strip is at least, and `width` how wide.
  ///   - limit: so many are found at most.
  static func find(_ things: [PageBox], in area: PageBox, height: Double, width: Double, limit: Int = 48)
    -> [PDFGutter]
  {
    let count = max(0, min(20_000, Int(clamping: area.width.rounded(.up))))
    guard count > 2 else { return [] }
    var gaps = [[Gap]](repeating: [], count: count)
    // From top to bottom: where the last thing that crossed each place ended.
    var bottoms = [Double](repeating: area.top, count: count)
    for thing in things.sorted(by: { $0.top < $1.top }) {
      let first = Int(clamping: (thing.left - area.left).rounded(.down), to: 0...(count - 1))
      let last = Int(clamping: (thing.right - area.left).rounded(.up) - 1, to: 0...(count - 1))
      guard first <= last else { continue }
      for place in first...last {
        if thing.top - bottoms[place] >= height { gaps[place].append(Gap(top: bottoms[place], bottom: thing.top)) }
        if thing.bottom > bottoms[place] { bottoms[place] = thing.bottom }
      }
    }
    for place in bottoms.indices where area.bottom - bottoms[place] >= height {
      gaps[place].append(Gap(top: bottoms[place], bottom: area.bottom))
    }
    var finder = PDFWhiteStrips(gaps, height, width, area)
    var strips: [PDFGutter] = []
    while strips.count < limit, let strip = finder.tallest() { strips.append(strip) }
    return strips
  }

  /// By point of width, from the left.
  private var gaps: [[Gap]]
  /// All of them, the tallest last; those that were taken meanwhile are passed over.
  private var queue: [(place: Int, gap: Gap)]
  private let height: Double
  private let width: Double
  private let area: PageBox

  private init(_ gaps: [[Gap]], _ height: Double, _ width: Double, _ area: PageBox) {
    (self.gaps, self.height, self.width, self.area) = (gaps, height, width, area)
    queue = gaps.enumerated().flatMap { place, list in list.map { (place, $0) } }
    // Of two that are alike the left one comes first.
    queue.sort { ($0.gap.height, $1.place) < ($1.gap.height, $0.place) }
  }

  /// Takes the tallest strip that is wide enough out of the gaps; one that is not is taken out, too.
  private mutating func tallest() -> PDFGutter? {
    while let best = queue.popLast() {
      guard gaps[best.place].contains(where: { $0.top == best.gap.top && $0.bottom == best.gap.bottom }) else {
        continue
      }
      var core = best.gap
      var (first, last) = (best.place, best.place)
      // Some height is given up for the width that is asked for (leaders of a contents page reach into the gutter below
      // it), little for more than that.
      func widened(_ place: Int) -> Gap? {
        guard gaps.indices.contains(place) else { return nil }
        let least = (Double(last - first + 1) < width ? 0.8 : 0.96) * best.gap.height
        for gap in gaps[place] {
          let common = Gap(top: max(gap.top, core.top), bottom: min(gap.bottom, core.bottom))
          if common.height >= least { return common }
        }
        return nil
      }
      while true {
        let (before, after) = (widened(first - 1), widened(last + 1))
        if let before, before.height >= after?.height ?? 0 {
          first -= 1
          core = before
        } else if let after {
          last += 1
          core = after
        } else {
          break
        }
      }
      for place in first...last { take(best.gap, from: place) }
      // The margins are empty as well.
      guard first > 0, last < gaps.count - 1, Double(last + 1 - first) >= width else { continue }
      return PDFGutter(
        left: area.left + Double(first), right: area.left + Double(last + 1), at: area.left + Double(best.place) + 0.5,
        top: best.gap.top, bottom: best.gap.bottom)
    }
    return nil
  }

  /// Leaves of the gaps of one place what lies above and below another.
  private mutating func take(_ taken: Gap, from place: Int) {
    guard gaps[place].contains(where: { $0.bottom > taken.top && $0.top < taken.bottom }) else { return }
    var left: [Gap] = []
    for gap in gaps[place] {
      guard gap.bottom > taken.top, gap.top < taken.bottom else {
        left.append(gap)
        continue
      }
      for part in [Gap(top: gap.top, bottom: taken.top), Gap(top: taken.bottom, bottom: gap.bottom)]
      where part.height >= height {
        left.append(part)
        queue.insert((place, part), at: index(of: part.height))
      }
    }
    gaps[place] = left
  }

  /// Where a gap belongs in the queue.
  private func index(of height: Double) -> Int {
    var (low, high) = (0, queue.count)
    while low < high {
      let middle = (low + high) / 2
      if queue[middle].gap.height > height { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
