import Foundations
import Manifest
import StageKit
import Store

/// One stage's result as golden comparators read it.
struct GoldenStage {
  let name: String
  let pipeline: String
  let result: StoredDataset
  /// What of it is published; `nil` when nothing is.
  let folder: String?
  /// The project that the pipeline belongs to.
  let project: String

  var type: String { result.type }

  /// The bytes of a file beside the items; `nil` when there is none of that name.
  func bytes(ofFile name: String) throws -> [UInt8]? { try result.files[name].map { try result.store.get($0) } }

  /// What cannot be compared, and what to do about it.
  func refusal(_ what: String, advice: String) -> SluiceError {
    SluiceError(.usage, "the stage '\(name)' cannot be held against a golden file: \(what)", advice: advice)
  }
}
