import CFriBidi

/// Brings characters that stand on a page from left to right into the order in which they are read (UAX 9, backwards).
enum PDFBidi {
  static func mirror(_ scalar: UInt32) -> UInt32 { bidi_mirror(scalar) }

  /// The order of `scalars`, which stand from left to right on one line, as their indices; those that must be mirrored
  /// are in `mirrored`. `isRightToLeft` is the direction of their paragraph.
  static func order(_ scalars: [UInt32], isRightToLeft: Bool) -> (order: [Int], mirrored: Set<Int>) {
    let all = Array(scalars.indices)
    if isRightToLeft { return unmirrored(scalars, turned(all, scalars)) }
    guard let levels = levels(scalars, isRightToLeft: false) else { return (all, []) }
    var order: [Int] = []
    var mirrored: Set<Int> = []
    var index = 0
    while index < all.count {
      guard levels[index] > 0 else {
        order.append(index)
        index += 1
        continue
      }
      var end = index
      while end < all.count, levels[end] > 0 { end += 1 }
      let part = unmirrored(scalars, turned(Array(all[index..<end]), scalars))
      order += part.order
      mirrored.formUnion(part.mirrored)
      index = end
    }
    return (order, mirrored)
  }

  private static func levels(_ scalars: [UInt32], isRightToLeft: Bool) -> [Int8]? {
    var levels = [Int8](repeating: 0, count: scalars.count)
    guard bidi_levels(scalars, Int32(scalars.count), isRightToLeft ? 1 : 0, &levels) != 0 else { return nil }
    return levels
  }

  /// All turned round, but numbers and words that are written from the left.
  private static func turned(_ indices: [Int], _ scalars: [UInt32]) -> (order: [Int], isOdd: [Bool]) {
    let reversed = Array(indices.reversed())
    guard var levels = levels(reversed.map { scalars[$0] }, isRightToLeft: true) else {
      return (indices, indices.map { _ in false })
    }
    // `Figure 1` is one piece: a number behind a word from the left goes with it (rule W7), which is not seen backwards.
    func isDigit(_ place: Int) -> Bool { (0x30...0x39).contains(scalars[reversed[place]]) }
    for place in reversed.indices.dropFirst().dropLast()
    where levels[place] == 1 && scalars[reversed[place]] == 0x20 && levels[place - 1] >= 2 && levels[place + 1] >= 2
      && isDigit(place - 1) && !isDigit(place + 1)
    {
      levels[place] = 2
    }
    var order: [Int] = []
    var index = 0
    while index < reversed.count {
      var end = index + 1
      if levels[index] >= 2 {
        while end < reversed.count, levels[end] >= 2 { end += 1 }
        order += reversed[index..<end].reversed()
      } else {
        order.append(reversed[index])
      }
      index = end
    }
    // A run of even levels is turned as a whole, its levels are the same everywhere.
    return (order, levels.map { $0 % 2 == 1 })
  }

  /// Which brackets of text from the right are shown mirrored. Some programs write down the character, others its
  /// picture: what makes pairs is right.
  private static func unmirrored(_ scalars: [UInt32], _ part: (order: [Int], isOdd: [Bool])) -> (
    order: [Int], mirrored: Set<Int>
  ) {
    var candidates: Set<Int> = []
    for (place, index) in part.order.enumerated()
    where part.isOdd[place] && bidi_mirror(scalars[index]) != scalars[index] {
      candidates.insert(index)
    }
    guard !candidates.isEmpty else { return (part.order, []) }
    /// How many brackets close what none has opened, or stay open.
    func faults(_ mirrored: Bool) -> Int {
      var (open, faults) = (0, 0)
      for index in part.order {
        let scalar = mirrored && candidates.contains(index) ? bidi_mirror(scalars[index]) : scalars[index]
        switch scalar {
        case 0x28, 0x5B, 0x7B, 0xAB: open += 1
        case 0x29, 0x5D, 0x7D, 0xBB:
          if open > 0 { open -= 1 } else { faults += 1 }
        default: break
        }
      }
      return faults + open
    }
    return (part.order, faults(true) <= faults(false) ? candidates : [])
  }
}
