import Foundations

/// Of which items a golden file holds the content itself, and not its digest alone.
enum GoldenHolding {
  /// For a new golden file: of so many, of all when `nil`.
  case some(Int?)
  /// For a comparison: of those that the golden file holds, and of those that it does not know.
  case like(held: Set<ExactText>, known: Set<ExactText>)

  /// For a comparison with a golden file.
  /// - Parameter member: the member that holds the content.
  init(_ golden: GoldenRecording, member: String) {
    self = .like(
      held: Set(golden.entries.lazy.filter { $0.value[member] != nil }.map { ExactText($0.id) }),
      known: Set(golden.entries.map { ExactText($0.id) }))
  }

  /// The choice among ids: those with the smallest digests, so that the same ones are held from one time to the next,
  /// whatever comes and goes beside them.
  func chosen(among ids: [String]) -> (String) -> Bool {
    switch self {
    case .some(nil): return { _ in true }
    case .some(let count?):
      if count >= ids.count { return { _ in true } }
      let held = Set(
        ids.map { (Digest(of: $0), $0) }.sorted { $0.0 < $1.0 }.prefix(count).map { ExactText($0.1) })
      return { held.contains(ExactText($0)) }
    case .like(let held, let known): return { held.contains(ExactText($0)) || !known.contains(ExactText($0)) }
    }
  }
}
