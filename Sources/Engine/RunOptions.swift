import Manifest

/// How a run is to be carried out.
package struct RunOptions: Sendable {
  /// The stages to bring up to date.
  package var selection: Set<StageID>
  /// Stages whose results are not taken from the memo.
  package var forced: Set<StageID> = []
  /// How many things may keep a processor busy at once.
  package var jobs: Int
  /// No network: a miss is an error.
  package var isFrozen = false
  /// Whether a failed stage leaves independent branches running.
  package var keepsGoing = true
  /// Whether a run may lose more than the guard allows.
  package var allowsVanishing = false
  /// The command line, for the ledger.
  package var arguments = ""

  package init(selection: Set<StageID>, jobs: Int) {
    self.selection = selection
    self.jobs = jobs
  }
}
