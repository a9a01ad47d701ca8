import Foundations
import Manifest
import Store

/// Which generations are kept: the newest ones, and those that are young enough.
struct Retention {
  private let policy: KeepPolicy

  init(_ policy: KeepPolicy) { self.policy = policy }

  /// The numbers of those that are kept no longer. The current one and the newest candidate stay in any case.
  /// - Parameter generations: the newest first.
  func dying(_ generations: [GenerationRecord], at now: Timestamp) -> [Int] {
    let current = generations.first { $0.state == .current }
    let candidate = generations.first { $0.state == .candidate }
    let needed = Set([current, candidate].compactMap { $0?.number })
    var seen: Set<Int> = []
    return generations.enumerated().filter { index, generation in
      guard seen.insert(generation.number).inserted, !needed.contains(generation.number) else { return false }
      let isNew = index < policy.generations
      let isYoung = policy.seconds.map { now.seconds - generation.created.seconds <= $0 } ?? false
      return !isNew && !isYoung
    }.map(\.element.number)
  }
}
