import Foundations
import Manifest
import Store

/// Which generations are kept: the newest ones, and those that are young enough.
struct Retention {
  private let policy: KeepPolicy
  /// Candidates that were passed, and withdrawn ones.
  private static let mostOthers = 3

  init(_ policy: KeepPolicy) { self.policy = policy }

  /// The numbers of those that are kept no longer. The current one, the one that was current before it, and
  /// the newest candidate stay in any case.
  /// - Parameter generations: the newest first.
  func dying(_ generations: [GenerationRecord], at now: Timestamp) -> [Int] {
    let current = generations.first { $0.state == .current }
    // What readers had until this moment, and what waits for somebody to publish it.
    let before = generations.first { $0.state == .current && $0.number != current?.number }
    let candidate = generations.first { $0.state == .candidate }
    let needed = Set([current, before, candidate].compactMap { $0?.number })
    // Bad nights must not push good generations out: what nobody reads counts apart.
    let good = generations.filter { $0.state == .current || $0.state == .superseded }
    let others = generations.filter { $0.state == .candidate || $0.state == .withdrawn }
    let newest = Set((good.prefix(policy.generations) + others.prefix(Self.mostOthers)).map(\.number))
    return generations.filter { generation in
      let isYoung = policy.seconds.map { now.seconds - generation.created.seconds <= $0 } ?? false
      return !needed.contains(generation.number) && !newest.contains(generation.number) && !isYoung
    }.map(\.number)
  }
}
