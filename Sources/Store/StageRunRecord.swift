/// One stage of one run.
package struct StageRunRecord: Sendable {
  package var run: Int
  package var stage: String
  /// How it ended.
  package var outcome: StageOutcome
  /// Why it ran, as JSON.
  package var reasons: String
  /// Items worked on.
  package var done: Int
  /// Items whose former results were used.
  package var cached: Int
  /// Items put into quarantine.
  package var failed: Int
  /// Items of the former dataset that left.
  package var removed: Int
  /// Items of the new dataset.
  package var outputs: Int
  /// How long it took.
  package var seconds: Double
  /// Time spent inside the stage's own code, summed over threads.
  package var workSeconds: Double
  /// Why it did not succeed; empty when it did.
  package var message: String

  package init(
    run: Int, stage: String, outcome: StageOutcome, reasons: String, done: Int = 0, cached: Int = 0,
    failed: Int = 0,
    removed: Int = 0, outputs: Int = 0, seconds: Double = 0, workSeconds: Double = 0,
    message: String = ""
  ) {
    self.run = run
    self.stage = stage
    self.outcome = outcome
    self.reasons = reasons
    self.done = done
    self.cached = cached
    self.failed = failed
    self.removed = removed
    self.outputs = outputs
    self.seconds = seconds
    self.workSeconds = workSeconds
    self.message = message
  }
}
