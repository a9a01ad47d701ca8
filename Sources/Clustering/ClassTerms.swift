import Glibc

/// Names for clusters by class-based TF-IDF (Grootendorst 2022): a term's share of a cluster's terms times
/// log(1 + terms in a cluster on average / the term's count everywhere).
package struct ClassTerms: Sendable {
  /// Terms of each class with their counts.
  private var classes: [[String: Int]]
  private var everywhere: [String: Int] = [:]
  private var total = 0

  package init(classes: Int) { self.classes = Array(repeating: [:], count: classes) }

  /// Counts the terms of one text; `nil` for a text of no cluster, which only says what is common.
  package mutating func add(_ text: String, to cluster: Int?) {
    for term in Terms.extract(text) {
      everywhere[term, default: 0] += 1
      total += 1
      if let cluster { classes[cluster][term, default: 0] += 1 }
    }
  }

  /// The `limit` best terms of a cluster, none of which is part of a better one; ties in the order of the
  /// alphabet.
  package func best(of cluster: Int, limit: Int) -> [String] {
    let counts = classes[cluster]
    let size = Double(max(1, counts.values.reduce(0, +)))
    let average = Double(total) / Double(max(1, classes.count))
    let scored = counts.map { term, count in
      (term: term, score: Double(count) / size * log(1 + average / Double(everywhere[term] ?? count)))
    }.sorted { $0.score != $1.score ? $0.score > $1.score : $0.term < $1.term }
    var chosen: [String] = []
    for (term, _) in scored {
      if chosen.count == limit { break }
      let words = term.split(separator: " ")
      let repeats = chosen.contains { other in
        let others = other.split(separator: " ")
        return words.allSatisfy(others.contains) || others.allSatisfy(words.contains)
      }
      if !repeats { chosen.append(term) }
    }
    return chosen
  }
}
