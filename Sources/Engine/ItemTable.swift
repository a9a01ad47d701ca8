import Foundations
import StageKit
import Store
import Synchronization

/// What is known of the items of one stage run while it goes on: which are being worked on, which wait for the same work,
/// and what they turned into.
final class ItemTable: Sendable {
  typealias Made = ResultAssembly.Made

  /// An item that is being worked on.
  struct Open: Sendable {
    let memoKey: Digest
    let reason: ItemRunRecord.Reason
    let before: Digest?
  }

  /// Finished work that several items may ask for.
  struct Answer: Sendable {
    /// As the memo keeps them: there may be as many answers as items.
    let outputs: [UInt8]
    let validity: Validity
  }

  /// Where an item stands whose work does not depend on its id.
  enum Turn: Sendable {
    /// Nobody asked for this work before: it is to be done.
    case first
    /// It is being done for another; the item gets the same result.
    case waits
    case answered(Answer)
  }

  private struct State: Sendable {
    var made: [ExactText: Made] = [:]
    /// In this run, by memo key: the items that wait for the same work, or its answer.
    var followers: [Digest: [Item]] = [:]
    var answers: [Digest: Answer] = [:]
    var open: [Int: Open] = [:]
    var nextToken = 0
    var gone = 0
  }

  private let state = Mutex(State())

  /// What all items turned into that were looked at, by their ids.
  var made: [ExactText: Made] { state.withLock { $0.made } }
  /// Items that left the outside world in this run.
  var goneCount: Int { state.withLock { $0.gone } }
  func countGone() { state.withLock { $0.gone += 1 } }

  func set(_ made: Made, for item: Item) { state.withLock { $0.made[ExactText(item.id)] = made } }

  // MARK: Work

  /// Begins work on an item and returns its token.
  func begin(_ open: Open) -> Int {
    state.withLock { state in
      state.nextToken += 1
      state.open[state.nextToken] = open
      return state.nextToken
    }
  }

  /// - Throws: when the item is not being worked on.
  func open(_ work: WorkItem) throws -> Open {
    try state.withLock { state in
      guard let open = state.open[work.token] else { throw Self.reportedTwice(work) }
      return open
    }
  }

  /// - Throws: when the item is not being worked on (any more).
  func end(_ work: WorkItem) throws -> Open {
    try state.withLock { state in
      guard let open = state.open.removeValue(forKey: work.token) else { throw Self.reportedTwice(work) }
      return open
    }
  }

  private static func reportedTwice(_ work: WorkItem) -> SluiceError {
    SluiceError(
      .corrupt, "'\(work.item.id)' was reported, but is not being worked on",
      advice: "This is a mistake in the stage: it must report each item just once.")
  }

  // MARK: The same work

  /// Work that does not depend on the id is done once for all items that ask for it.
  func turn(_ memoKey: Digest, _ item: Item) -> Turn {
    state.withLock { state in
      if let answer = state.answers[memoKey] { return .answered(answer) }
      if state.followers[memoKey] != nil {
        state.followers[memoKey]?.append(item)
        return .waits
      }
      state.followers[memoKey] = []
      return .first
    }
  }

  /// The work is done; returns who waited for it.
  func answer(_ memoKey: Digest, _ answer: Answer) -> [Item] {
    state.withLock { state in
      state.answers[memoKey] = answer
      return state.followers.removeValue(forKey: memoKey) ?? []
    }
  }

  /// The work failed, or its object is gone; returns who waited for it.
  func abandon(_ memoKey: Digest) -> [Item] { state.withLock { $0.followers.removeValue(forKey: memoKey) ?? [] } }
}
