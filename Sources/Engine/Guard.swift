import Foundations
import Manifest
import Planning
import StageKit
import Store

/// A site that is down is not a site that is empty: a run that would lose more than a set share of a
/// dataset stops there and asks. It is held against every stage, whatever its kind.
struct Guard {
  private let scope: StageScope

  init(_ scope: StageScope) { self.scope = scope }

  private var rule: VanishGuard { scope.session.prepared.pipeline.vanishGuard }

  /// So many of what would leave are named.
  private static let mostNames = 20

  /// - Parameter names: ids of what would leave, as far as there are some.
  /// - Throws: `.guarded` when so many vanish.
  func check(vanishing: Int, of total: Int, what: String, names: @autoclosure () -> [String] = []) throws(SluiceError) {
    guard vanishing > 0, total > 0, exceeds(vanishing, of: total) else { return }
    throw SluiceError(
      .guarded,
      "\(scope.name): \(vanishing) of \(total) \(what), more than guard.max_vanish allows (\(Units.decimal(rule.maxVanish * 100, 1)) %); nothing was removed"
        + Self.list(names()),
      advice:
        "`sluice plan` lists what would leave, `sluice plan --json` all of it. If it is meant, run again with --allow-vanish."
    )
  }

  private static func list(_ names: [String]) -> String {
    if names.isEmpty { return "" }
    let more = names.count > mostNames ? "\n  … and \(Units.show(names.count - mostNames)) more" : ""
    return ". These would leave:\n  " + names.prefix(mostNames).joined(separator: "\n  ") + more
  }

  private func exceeds(_ count: Int, of total: Int) -> Bool {
    !scope.session.options.allowsVanishing && rule.forbids(count, of: total)
  }

  /// Whether the last result was made by the recipe of today: only then the world is to blame for what is other.
  private func isOfThisRecipe(_ last: StageRecord) -> Bool { last.recipe == scope.recipe }

  /// Holds a new result against the last one.
  ///
  /// What somebody changed by hand (a parameter, a prompt, here or above) may turn into other items, but not into
  /// nothing: that is how a filter looks in which a word is misspelt.
  /// - Parameters:
  ///   - failed: ids of the last dataset that are missing because their origin is in quarantine; those are counted
  ///     by `tolerate`.
  ///   - countsOnly: whether ids say nothing, because each run gives new ones.
  func check(from before: Dataset, to after: Dataset, failed: Int = 0, countsOnly: Bool = false) throws {
    guard let last = scope.last, before.digest != after.digest, before.count > 0 else { return }
    let lost =
      countsOnly ? before.count - after.count : DatasetDifference.removedCount(from: before, to: after) - failed
    func gone() -> [String] {
      countsOnly ? [] : DatasetDifference(from: before, to: after).removed.map { before.id($0) }
    }
    // Most runs lose little, and need not know by which recipe it was made.
    guard exceeds(lost, of: before.count) else { return }
    if after.count == 0 && lost == before.count {
      return try check(vanishing: lost, of: before.count, what: "items would leave: nothing is left", names: gone())
    }
    guard isOfThisRecipe(last) else { return }
    try check(vanishing: lost, of: before.count, what: "items would leave", names: gone())
  }
}
