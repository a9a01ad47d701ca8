import Foundations

/// The result of a stage that reads what it made last, as later runs read it.
///
/// It is the last result of the line: a variant begins with production's, and goes on with its own.
package struct HistoryRecord: Sendable {
  /// Names the stored dataset.
  package var dataset: Digest
  /// Files beside the items, by name.
  package var files: [String: Digest]
  /// The type of the items.
  package var type: String
  /// The run that made it.
  package var run: Int

  package init(dataset: Digest, files: [String: Digest], type: String, run: Int) {
    self.dataset = dataset
    self.files = files
    self.type = type
    self.run = run
  }

  /// Of the dataset and of the files beside it.
  package var combinedDigest: Digest { StageRecord.combinedDigest(dataset, files) }
}
