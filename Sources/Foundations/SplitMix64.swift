/// A small generator of random numbers (Steele, Lea and Flood 2014): the same from the same seed.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64
  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// From 0 to below 1.
  package mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

  /// So many different ones of these.
  package mutating func sample(_ number: Int, of all: [Int]) -> [Int] {
    var left = all
    for place in 0..<min(number, all.count) { left.swapAt(place, Int.random(in: place..<left.count, using: &self)) }
    return Array(left.prefix(number))
  }
}
