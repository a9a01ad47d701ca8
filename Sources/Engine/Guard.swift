import Foundations
import Manifest
import Planning
import StageKit
import Store

/// A site that is down is not a site that is empty: a run that would lose more than a set share of a
/// dataset stops there and asks.
enum Guard {
  static func check(
    _ session: RunSession, stage: String, vanishing: Int, of total: Int, what: String
  ) throws {
    let rule = session.prepared.pipeline.vanishGuard
    guard vanishing > 0, total > 0, vanishing >= rule.minimum, !session.options.allowsVanishing,
      Double(vanishing) > rule.maxVanish * Double(total)
    else { return }
    throw SluiceError(
      .guarded,
      "\(vanishing) of \(total) \(what), more than guard.max_vanish allows (\(Units.decimal(rule.maxVanish * 100, 1)) %); nothing was removed",
      advice: "`sluice plan` lists what would leave. If it is meant, run again with --allow-vanish."
    )
  }
}
