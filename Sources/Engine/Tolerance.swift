import Foundations
import Manifest

/// How many of a stage's items may fail or stay as they were without the stage failing.
struct Tolerance {
  private let failed: Double
  /// `nil`: any share.
  private let stale: Double?
  private let isDeclared: Bool

  /// Reads `tolerate` and, of a stage that has it, `max_stale`. A `tolerate` that somebody wrote down counts stale items
  /// like failed ones; the one that holds otherwise does not: a host that is down for a night is no reason to stop.
  init(_ declaration: StageDeclaration) {
    failed = declaration.tolerate ?? Pipeline.defaultTolerate
    isDeclared = declaration.tolerate != nil
    stale = declaration.parameters["max_stale"]?.double
  }

  func check(failed failures: Int, stale old: Int, of total: Int) throws(SluiceError) {
    if let stale, old > 0, Double(old) > stale * Double(total) {
      throw SluiceError(
        .badInput,
        "\(old) of \(Units.counted(total, "item")) could not be refreshed, more than max_stale allows (\(Units.decimal(stale * 100, 1)) %)",
        advice: "`sluice status` lists them with their reasons; what there was before is kept.")
    }
    let counted = failures + (isDeclared && stale == nil ? old : 0)
    guard counted > 0, Double(counted) > failed * Double(total) else { return }
    let what = old > 0 && counted > failures ? "failed or could not be refreshed" : "failed"
    throw SluiceError(
      .badInput,
      "\(counted) of \(Units.counted(total, "item")) \(what), more than tolerate allows (\(Units.decimal(failed * 100, 1)) %)",
      advice:
        "`sluice status` lists them with their reasons; what succeeded is kept, the failed ones are tried first in the next run."
    )
  }

  /// Of a stage that reads its whole input at once.
  func check(unusable entries: Int, of total: Int) throws(SluiceError) {
    guard entries > 0, Double(entries) > failed * Double(total) else { return }
    throw SluiceError(
      .badInput,
      "\(entries) of \(Units.counted(total, "entry")) cannot be used, more than tolerate allows (\(Units.decimal(failed * 100, 1)) %)",
      advice: "`sluice status` lists them with their reasons.")
  }
}
