import Foundations

/// A result that was made item by item: what was read, what came out, and which came from which.
package struct DerivedDataset: Sendable {
  /// What was read.
  package let input: Dataset
  /// What came out.
  package let output: Dataset
  /// Which came from which, and until when that holds.
  package let derivation: Derivation

  /// - Throws: `.corrupt` when the three do not belong together.
  package init(input: Dataset, output: Dataset, derivation: Derivation) throws(SluiceError) {
    guard derivation.input == input.digest, derivation.output == output.digest, derivation.inputCount == input.count,
      derivation.positions.allSatisfy({ Int($0) < output.count })
    else {
      throw SluiceError(
        .corrupt, "a stored derivation does not fit its datasets", advice: "Run `sluice fsck --repair`.")
    }
    self.input = input
    self.output = output
    self.derivation = derivation
  }

  /// Ids of what came from an input.
  package func outputs(ofInput position: Int) -> [String] {
    derivation.outputs(ofInput: position).map { output.id(Int($0)) }
  }
}
