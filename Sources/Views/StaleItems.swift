import Foundations
import Store

/// Which items in quarantine still have a result: the last good one is kept, and stale.
package struct StaleItems {
  private let byStage: [String: (input: Dataset, derivation: Derivation)]

  /// - Parameter object: gives the bytes of an object; one that is not there says nothing.
  package init(_ records: [String: StageRecord], of stages: Set<String>, object: (Digest) throws -> [UInt8]) {
    var found: [String: (input: Dataset, derivation: Derivation)] = [:]
    for stage in stages {
      guard let origin = records[stage]?.result.origin, let items = try? Dataset(reading: object(origin.input)),
        let made = try? Derivation(reading: object(origin.derivation))
      else { continue }
      found[stage] = (items, made)
    }
    byStage = found
  }

  /// Whether the last good result of an item in quarantine still stands.
  package func contains(_ entry: QuarantineEntry) -> Bool {
    guard let (input, derivation) = byStage[entry.stage], let index = input.index(of: entry.item) else { return false }
    return !derivation.outputs(ofInput: index).isEmpty
  }
}
