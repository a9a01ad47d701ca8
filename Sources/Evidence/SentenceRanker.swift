import Clustering
import Glibc

/// Ranks sentences by LexRank (Erkan and Radev 2004): central is what is like many others that are central.
package struct SentenceRanker {
  /// How central each sentence is; they sum to 1.
  package let scores: [Double]
  private let vectors: [[(term: Int, weight: Double)]]

  private static let damping = 0.85
  private static let rounds = 60

  package init(_ sentences: [EvidenceSentence]) {
    vectors = Self.vectors(sentences)
    let count = sentences.count
    guard count > 0 else {
      scores = []
      return
    }
    var likeness = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    for a in 0..<count {
      for b in a..<count {
        let value = Self.cosine(vectors[a], vectors[b])
        likeness[a][b] = value
        likeness[b][a] = value
      }
    }
    let sums = likeness.map { max(1e-12, $0.reduce(0, +)) }
    var scores = [Double](repeating: 1 / Double(count), count: count)
    for _ in 0..<Self.rounds {
      var next = [Double](repeating: (1 - Self.damping) / Double(count), count: count)
      for from in 0..<count {
        let share = Self.damping * scores[from] / sums[from]
        for to in 0..<count { next[to] += share * likeness[from][to] }
      }
      scores = next
    }
    self.scores = scores
  }

  /// The best `limit` of `candidates` by maximal marginal relevance (Carbonell and Goldstein 1998): central,
  /// and unlike those already taken. Ties go to the first.
  package func diverse(_ candidates: [Int], limit: Int, taken: [Int] = []) -> [Int] {
    let top = scores.max() ?? 1
    var chosen: [Int] = []
    var left = candidates
    while chosen.count < limit, !left.isEmpty {
      var best = (place: 0, value: -Double.infinity)
      for (place, candidate) in left.enumerated() {
        let near = (taken + chosen).map { Self.cosine(vectors[candidate], vectors[$0]) }.max() ?? 0
        let value = near > 0.8 ? -Double.infinity : 0.7 * scores[candidate] / top - 0.3 * near
        if value > best.value { best = (place, value) }
      }
      if best.value == -.infinity { break }
      chosen.append(left.remove(at: best.place))
    }
    return chosen
  }

  /// TF-IDF over the sentences' words, of length 1, in the order of terms.
  private static func vectors(_ sentences: [EvidenceSentence]) -> [[(term: Int, weight: Double)]] {
    let words = sentences.map { sentence in Terms.extract(sentence.text).filter { !$0.contains(" ") } }
    var numbers: [String: Int] = [:]
    var frequency: [Int] = []
    for list in words {
      for word in Set(list).sorted() {
        if let number = numbers[word] {
          frequency[number] += 1
        } else {
          numbers[word] = frequency.count
          frequency.append(1)
        }
      }
    }
    return words.map { list in
      var counts: [Int: Int] = [:]
      for word in list { counts[numbers[word]!, default: 0] += 1 }
      var vector = counts.sorted { $0.key < $1.key }.map { term, count in
        (term: term, weight: Double(count) * log(1 + Double(words.count) / Double(frequency[term])))
      }
      let length = vector.reduce(0) { $0 + $1.weight * $1.weight }.squareRoot()
      if length > 0 { for index in vector.indices { vector[index].weight /= length } }
      return vector
    }
  }

  private static func cosine(_ a: [(term: Int, weight: Double)], _ b: [(term: Int, weight: Double)]) -> Double {
    var sum = 0.0
    var i = 0
    var j = 0
    while i < a.count && j < b.count {
      if a[i].term == b[j].term {
        sum += a[i].weight * b[j].weight
        i += 1
        j += 1
      } else if a[i].term < b[j].term {
        i += 1
      } else {
        j += 1
      }
    }
    return sum
  }
}
