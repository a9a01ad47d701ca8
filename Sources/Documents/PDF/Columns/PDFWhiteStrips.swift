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
    var crossers = [[(top: Double, bottom: Double)]](repeating: [], count: count)
    for thing in things {
      let first = Int(clamping: (thing.left - area.left).rounded(.down), to: 0...(count - 1))
      let last = Int(clamping: (thing.right - area.left).rounded(.up) - 1, to: 0...(count - 1))
      guard first <= last else { continue }
      for place in first...last { crossers[place].append((thing.top, thing.bottom)) }
    }
    var gaps = crossers.map { Self.gaps(between: $0, area, height) }
    var strips: [PDFGutter] = []
    while strips.count < limit, let strip = tallest(&gaps, height, width, area) { strips.append(strip) }
    return strips
  }

  private static func gaps(between crossers: [(top: Double, bottom: Double)], _ area: PageBox, _ height: Double)
    -> [Gap]
  {
    var gaps: [Gap] = []
    var bottom = area.top
    for crosser in crossers.sorted(by: { $0.top < $1.top }) {
      if crosser.top - bottom >= height { gaps.append(Gap(top: bottom, bottom: crosser.top)) }
      bottom = max(bottom, crosser.bottom)
    }
    if area.bottom - bottom >= height { gaps.append(Gap(top: bottom, bottom: area.bottom)) }
    return gaps
  }

  /// Takes the tallest strip that is wide enough out of the gaps; one that is not is taken out, too.
  private static func tallest(_ gaps: inout [[Gap]], _ height: Double, _ width: Double, _ area: PageBox) -> PDFGutter? {
    while true {
      var best: (place: Int, gap: Gap)?
      for (place, list) in gaps.enumerated() {
        for gap in list where gap.height > best?.gap.height ?? 0 { best = (place, gap) }
      }
      guard let best else { return nil }
      var core = best.gap
      var (first, last) = (best.place, best.place)
      // Some height is given up for the width that is asked for (leaders of a contents page reach into the gutter below
      // it), little for more than that.
      func widened(_ place: Int) -> Gap? {
        guard gaps.indices.contains(place) else { return nil }
        let share = Double(last - first + 1) < width ? 0.8 : 0.96
        return gaps[place].lazy.map {
          Gap(top: max($0.top, core.top), bottom: min($0.bottom, core.bottom))
        }.first { $0.height >= share * best.gap.height }
      }
      while true {
        let (before, after) = (widened(first - 1), widened(last + 1))
        guard let next = [before, after].compactMap({ $0 }).max(by: { $0.height < $1.height }) else { break }
        if let before, before.height == next.height { first -= 1 } else { last += 1 }
        core = next
      }
      for place in first...last {
        gaps[place] = gaps[place].flatMap { gap -> [Gap] in
          guard gap.bottom > best.gap.top, gap.top < best.gap.bottom else { return [gap] }
          return [Gap(top: gap.top, bottom: best.gap.top), Gap(top: best.gap.bottom, bottom: gap.bottom)].filter {
            $0.height >= height
          }
        }
      }
      let strip = PDFGutter(
        left: area.left + Double(first), right: area.left + Double(last + 1), at: area.left + Double(best.place) + 0.5,
        top: best.gap.top, bottom: best.gap.bottom)
      // The margins are empty as well.
      if first > 0, last < gaps.count - 1, strip.right - strip.left >= width { return strip }
    }
  }
}
