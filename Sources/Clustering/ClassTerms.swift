import Glibc

/// Names for clusters by class-based TF-IDF (Grootendorst 2022): a term's share of a cluster's terms times
/// log(1 + terms in a cluster on average / the term's count everywhere); chosen by maximal marginal relevance
/// (Carbonell and Goldstein 1998), so that they do not say one thing several times.
package struct ClassTerms: Sendable {
  private var numbers: [String: Int] = [:]
  private var names: [String] = []
  /// Terms of each class with their counts.
  private var classes: [[Int: Int]]
  private var everywhere: [Int] = []
  private var total = 0

  /// How much the relevance of a term counts against its likeness to those chosen.
  private static let relevance = 0.7
  /// So many of the best terms take part in the choice.
  private static let pool = 60

  package init(classes: Int) { self.classes = Array(repeating: [:], count: classes) }

  /// Counts the terms of one text; `nil` for a text of no cluster, which only says what is common.
  package mutating func add(_ text: String, to cluster: Int?) {
    for term in Terms.extract(text) {
      let number: Int
      if let known = numbers[term] {
        number = known
      } else {
        number = names.count
        numbers[term] = number
        names.append(term)
        everywhere.append(0)
      }
      everywhere[number] += 1
      total += 1
      if let cluster { classes[cluster][number, default: 0] += 1 }
    }
  }

  /// The `limit` best terms of a cluster, none of which only repeats words of a better one; ties in the order of the
  /// alphabet.
  package func best(of cluster: Int, limit: Int) -> [String] {
    let counts = classes[cluster]
    let size = Double(max(1, counts.values.reduce(0, +)))
    let average = Double(total) / Double(max(1, classes.count))
    let scored = counts.map { term, count in
      (term: names[term], score: Double(count) / size * log(1 + average / Double(everywhere[term])))
    }.sorted { $0.score != $1.score ? $0.score > $1.score : $0.term < $1.term }.prefix(Self.pool)
    guard let most = scored.first?.score, most > 0 else { return [] }
    var left = scored.map { (term: $0.term, score: $0.score / most, stems: Terms.stems($0.term)) }
    var chosen: [(term: String, stems: Set<String>)] = []
    while chosen.count < limit {
      left.removeAll { candidate in
        chosen.contains { candidate.stems.isSubset(of: $0.stems) || $0.stems.isSubset(of: candidate.stems) }
      }
      var best: (at: Int, worth: Double)?
      for (at, candidate) in left.enumerated() {
        let likeness = chosen.map { Self.likeness(candidate.stems, $0.stems) }.max() ?? 0
        let worth = Self.relevance * candidate.score - (1 - Self.relevance) * likeness
        if worth > best?.worth ?? -.infinity { best = (at, worth) }
      }
      guard let best else { break }
      chosen.append((left[best.at].term, left[best.at].stems))
      left.remove(at: best.at)
    }
    return chosen.map(\.term)
  }

  /// The share of stems in common.
  private static func likeness(_ a: Set<String>, _ b: Set<String>) -> Double {
    let common = a.intersection(b).count
    return Double(common) / Double(a.count + b.count - common)
  }
}
