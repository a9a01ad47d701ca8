import Glibc

/// Whether a number stands out from its own history.
package struct Burst: Sendable, Hashable {
  /// How a history is summed up.
  package enum Method: String, Sendable, CaseIterable {
    /// Median and median absolute deviation (× 1.4826); an outburst is 3.5 of them away (Iglewicz and Hoaglin 1993).
    case mad
    /// Mean and standard deviation; an outburst is 2 of them away.
    case sigma

    var threshold: Double { self == .mad ? 3.5 : 2 }
  }

  /// How many deviations the number lies above what is usual; 0 without enough history.
  package let score: Double
  /// Whether that is more than the method's threshold.
  package let isBurst: Bool

  /// The fewest nights that make a history.
  package static let leastHistory = 4

  /// - Parameters:
  ///   - history: the numbers before, oldest first. Those that stood out themselves are left out: else one outburst
  ///     would widen the deviation until the next goes unseen.
  ///   - now: today's number.
  package init(_ now: Double, history: [Double], method: Method) {
    var usual: [Double] = []
    for number in history {
      if usual.count < Self.leastHistory || Self.score(number, usual, method) <= method.threshold {
        usual.append(number)
      }
    }
    score = usual.count < Self.leastHistory ? 0 : Self.score(now, usual, method)
    isBurst = score > method.threshold
  }

  private static func score(_ number: Double, _ usual: [Double], _ method: Method) -> Double {
    let middle: Double
    let spread: Double
    switch method {
    case .mad:
      middle = median(usual)
      spread = 1.4826 * median(usual.map { abs($0 - middle) })
    case .sigma:
      middle = usual.reduce(0, +) / Double(usual.count)
      spread = (usual.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / Double(usual.count)).squareRoot()
    }
    // Counts scatter by their root even when a short history does not show it (Poisson).
    return (number - middle) / max(spread, max(middle, 1).squareRoot())
  }

  static func median(_ numbers: [Double]) -> Double {
    let sorted = numbers.sorted()
    guard let last = sorted.last else { return 0 }
    let half = sorted.count / 2
    return sorted.count == 1 ? last : sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
  }
}
