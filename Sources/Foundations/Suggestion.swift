/// "Did you mean": the nearest of the words that would have been right.
package enum Suggestion {
  /// The candidate nearest to `word` by optimal string alignment (Damerau-Levenshtein without
  /// overlapping edits), if it is near enough to be a slip; ties go to the first in order.
  package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    let limit = max(1, word.count / 3)
    var best: (distance: Int, candidate: String)?
    for candidate in candidates where candidate != word {
      guard abs(candidate.count - word.count) <= limit else { continue }
      let distance = distance(Array(word.lowercased()), Array(candidate.lowercased()))
      if distance <= limit && distance < best?.distance ?? .max { best = (distance, candidate) }
    }
    return best?.candidate
  }

  /// For a word that is unknown: what was probably meant, or `otherwise`.
  package static func hint(
    _ word: String, among candidates: some Sequence<String>, otherwise: @autoclosure () -> String = ""
  ) -> String {
    nearest(to: word, among: candidates).map { "Did you mean '\($0)'?" } ?? otherwise()
  }

  static func distance(_ a: [Character], _ b: [Character]) -> Int {
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var before: [Int] = []
    var previous = Array(0...b.count)
    for i in 1...a.count {
      var current = [i] + Array(repeating: 0, count: b.count)
      for j in 1...b.count {
        let cost = a[i - 1] == b[j - 1] ? 0 : 1
        current[j] = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          current[j] = min(current[j], before[j - 2] + 1)
        }
      }
      before = previous
      previous = current
    }
    return previous[b.count]
  }
}
