import Glibc

/// How hot a topic is: large, dense, spoken of by many documents, engaged with, fresh, and growing.
///
/// hot = ln(1 + Σ (1 + eᵢ) · gᵢ) · cohesion · (1 + documents / size) / 2 · (1 + burst)
///
/// eᵢ: a member's engagement, the sum of ln(1 + x) over the fields named. gᵢ: its freshness, Hacker News' gravity
/// ((age in days + 2) / 2)^-gravity; 1 without dates. cohesion: the mean cosine to the centroid. burst: 0, or the
/// score of an outburst of arrivals (`Burst`) as a share of 10, at most 1.
package enum HotScore {
  /// What a chunk adds to its topic's heat.
  package struct Member: Sendable {
    package let engagement: Double
    /// In days; `nil` when unknown: as if it were new.
    package let age: Double?

    package init(engagement: Double = 0, age: Double? = nil) {
      self.engagement = engagement
      self.age = age
    }
  }

  package static func engagement(_ numbers: [Double]) -> Double { numbers.reduce(0) { $0 + log(1 + max(0, $1)) } }

  package static func freshness(age: Double?, gravity: Double) -> Double {
    age.map { pow((max(0, $0) + 2) / 2, -gravity) } ?? 1
  }

  package static func of(
    _ members: [Member], documents: Int, cohesion: Double, burst: Burst?, gravity: Double
  ) -> Double {
    let heat = members.reduce(0) { $0 + (1 + $1.engagement) * freshness(age: $1.age, gravity: gravity) }
    let spread = (1 + Double(documents) / Double(max(1, members.count))) / 2
    let outburst = burst.map { $0.isBurst ? min(1, $0.score / 10) : 0 } ?? 0
    return log(1 + heat) * cohesion * spread * (1 + outburst)
  }
}
