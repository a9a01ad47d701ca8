import Foundations
import Planning
import Store

/// Puts what was made anew of single items and what was made of the others before together.
struct ResultAssembly {
  /// What one input turned into.
  struct Made: Sendable {
    var outputs: [(id: String, digest: Digest)]
    /// `nil` when it failed, and has no result.
    var validity: Validity?

    static let failed = Made(outputs: [], validity: nil)
  }

  let stage: String
  let input: Dataset
  let former: DerivedDataset?
  /// By position in `input`, so that the walk over all entries makes no strings; `nil`: as before.
  let made: [Made?]

  /// - Throws: when an input has no result, or two outputs have one id.
  func assemble() throws -> DerivedDataset { try patch() ?? build() }

  /// The new result as the former one with some digests replaced, where the ids of inputs and outputs are
  /// what they were: one changed page of very many costs two copies of bytes, not a walk over all entries.
  private func patch() throws -> DerivedDataset? {
    guard let former, input.hasSameIDs(as: former.input) else { return nil }
    var replaced: [(position: Int, digest: Digest)] = []
    var validities = former.derivation.validities
    var fits = true
    DatasetDifference.merge(former.input, input) { old, _, isEqual in
      guard fits, let old else { return }
      guard let made = made[old] else {
        // What neither is the same nor has a result is an error that `build` reports.
        if !isEqual { fits = false }
        return
      }
      let outputs = former.derivation.outputs(ofInput: old)
      guard outputs.count == made.outputs.count else {
        fits = false
        return
      }
      for (position, output) in zip(outputs, made.outputs) {
        // By bytes: texts that only look alike are different ids.
        if !former.output.id(Int(position)).utf8.elementsEqual(output.id.utf8) { fits = false }
        replaced.append((Int(position), output.digest))
      }
      validities.replace(old, made.validity)
    }
    guard fits else { return nil }
    let output = former.output.replacing(replaced)
    return try derived(output, starts: former.derivation.starts, former.derivation.positions, validities)
  }

  private func build() throws -> DerivedDataset {
    var builder = DatasetBuilder(capacity: max(former?.output.count ?? 0, input.count))
    var starts: [UInt32] = [0]
    starts.reserveCapacity(input.count + 1)
    var validities = Derivation.Validities(capacity: input.count)
    var missing: Int?
    let oldInput = former?.input ?? .empty
    let oldOutput = former?.output ?? .empty
    oldOutput.withEntries { outputs in
      DatasetDifference.merge(oldInput, input) { old, new, isEqual in
        guard let new else { return }
        if let made = made[new] {
          for output in made.outputs { builder.append(id: output.id, digest: output.digest) }
          validities.append(made.validity)
        } else if let old, isEqual, let derivation = former?.derivation {
          for position in derivation.outputs(ofInput: old) {
            builder.append(id: outputs.id(Int(position)), digest: outputs.digestBytes(Int(position)))
          }
          validities.append(derivation.validity(old))
        } else {
          missing = missing ?? new
        }
        starts.append(UInt32(builder.count))
      }
    }
    if let missing {
      throw SluiceError(
        .corrupt, "\(stage): the item '\(input.id(missing))' came out of the stage without a result",
        advice: "This is a mistake in the stage or in Sluice: run again with --verbose and report it.")
    }
    let (output, positions) = builder.buildWithPositions()
    if output.count != builder.count { throw collision(output, starts, positions) }
    return try derived(output, starts: starts, positions, validities)
  }

  private func derived(
    _ output: Dataset, starts: [UInt32], _ positions: [UInt32], _ validities: Derivation.Validities
  ) throws -> DerivedDataset {
    try DerivedDataset(
      input: input, output: output,
      derivation: Derivation(
        input: input.digest, output: output.digest, starts: starts, positions: positions, validities: validities))
  }

  /// Two inputs that made one id.
  private func collision(_ output: Dataset, _ starts: [UInt32], _ positions: [UInt32]) -> SluiceError {
    var owners: [UInt32: Int] = [:]
    for owner in 0..<input.count {
      for position in positions[Int(starts[owner])..<Int(starts[owner + 1])] {
        guard let other = owners.updateValue(owner, forKey: position) else { continue }
        return SluiceError(
          .badInput,
          "\(stage): '\(input.id(other))' and '\(input.id(owner))' both made an item '\(output.id(Int(position)))'",
          advice: "Ids must be unique in a dataset.")
      }
    }
    preconditionFailure("a dataset has fewer entries than were put in, and no two of them have one id")
  }
}
