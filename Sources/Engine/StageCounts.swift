/// The numbers of a stage run.
package struct StageCounts: Sendable, Equatable {
  /// Items worked on in this run.
  package var done = 0
  /// Items whose former results were used.
  package var cached = 0
  /// Items put into quarantine.
  package var failed = 0
  /// Items that keep a former result because they could not be refreshed.
  package var stale = 0
  /// Items on their way.
  package var queued = 0
  /// Tries that will be repeated.
  package var retried = 0
  /// Items of the former dataset that left.
  package var removed = 0
  /// Items of the new dataset.
  package var outputs = 0
  /// Seconds in the stage's own code, summed over threads.
  package var workSeconds = 0.0
  /// Of a collection stage: units done, of how many.
  package var progress = Progress()

  /// How far a stage is that reads whole datasets, in units of its own.
  package struct Progress: Sendable, Equatable {
    package var done = 0
    package var total = 0
  }
}
