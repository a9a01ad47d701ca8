import Foundations
import Manifest
import Planning
import StageKit
import Store

/// A site that is down is not a site that is empty: a run that would lose more than a set share of a
/// dataset stops there and asks. It is held against every stage, whatever its kind.
enum Guard {
  static func check(
    _ session: RunSession, stage: String, vanishing: Int, of total: Int, what: String
  ) throws {
    guard vanishing > 0, total > 0, exceeds(session, vanishing, of: total) else { return }
    let rule = session.prepared.pipeline.vanishGuard
    throw SluiceError(
      .guarded,
      "\(stage): \(vanishing) of \(total) \(what), more than guard.max_vanish allows (\(Units.decimal(rule.maxVanish * 100, 1)) %); nothing was removed",
      advice: "`sluice plan` lists what would leave. If it is meant, run again with --allow-vanish."
    )
  }

  private static func exceeds(_ session: RunSession, _ count: Int, of total: Int) -> Bool {
    !session.options.allowsVanishing && session.prepared.pipeline.vanishGuard.forbids(count, of: total)
  }

  /// Holds a new result against the last one.
  ///
  /// What somebody changed by hand (a parameter, a prompt, here or above) may turn into other items, but not into
  /// nothing: that is how a filter looks in which a word is misspelt.
  /// - Parameters:
  ///   - failed: ids of the last dataset that are missing because their origin is in quarantine; those are counted
  ///     by `tolerate`.
  ///   - countsOnly: whether ids say nothing, because each run gives new ones.
  static func check(
    _ session: RunSession, stage index: Int, from before: Dataset, to after: Dataset, record: StageRecord?,
    failed: Int = 0, countsOnly: Bool = false
  ) throws {
    guard let record, before.digest != after.digest, before.count > 0 else { return }
    let name = session.prepared.graph.stages[index].name
    let lost =
      countsOnly
      ? before.count - after.count : DatasetDifference(from: before, to: after).removed.count - failed
    // Most runs lose little, and need not know by which recipe it was made.
    guard exceeds(session, lost, of: before.count) else { return }
    if after.count == 0 && lost == before.count {
      return try check(
        session, stage: name, vanishing: lost, of: before.count, what: "items would leave: nothing is left")
    }
    guard record.recipe == session.prepared.recipe(index) else { return }
    try check(session, stage: name, vanishing: lost, of: before.count, what: "items would leave")
  }

  /// Many items that had content of their own and now have all the same, or nearly none: a log-in wall, an error page,
  /// a template that lost its text.
  static func checkCollapse(
    _ session: RunSession, stage index: Int, from before: Dataset, to after: Dataset, record: StageRecord?
  ) throws {
    guard let record, before.digest != after.digest else { return }
    var changed: [(old: Int, new: Int)] = []
    DatasetDifference.merge(before, after) { old, new, isEqual in
      if let old, let new, !isEqual { changed.append((old, new)) }
    }
    guard exceeds(session, changed.count, of: before.count), record.recipe == session.prepared.recipe(index) else {
      return
    }
    var former: [Digest: Set<Digest>] = [:]
    var shrunk = 0
    for (old, new) in changed {
      guard let old = try content(session, before.digest(old)), let new = try content(session, after.digest(new)) else {
        continue
      }
      if old.digest != new.digest { former[new.digest, default: []].insert(old.digest) }
      if new.size == 0 && old.size > 0 || old.size >= leastSize && new.size * 10 < old.size { shrunk += 1 }
    }
    let name = session.prepared.graph.stages[index].name
    // By the number of contents that were told apart before and are not now.
    let worst = former.values.map(\.count).max() ?? 0
    try check(
      session, stage: name, vanishing: worst > 1 ? worst : 0, of: before.count,
      what: "items that had content of their own now have all the same")
    try check(
      session, stage: name, vanishing: shrunk, of: before.count, what: "items lost nearly all that they said")
  }

  /// Content that is shorter says little by its length.
  private static let leastSize = 200

  private static func content(_ session: RunSession, _ digest: Digest) throws -> (digest: Digest, size: Int)? {
    try Record(bytes: session.store.get(digest)).content()
  }
}
