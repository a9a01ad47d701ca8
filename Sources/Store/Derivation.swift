import Foundations

/// Which items of a stage's output dataset came from which item of its input dataset, and until when
/// each input's result may be taken for true.
///
/// Stored as `"SLV1"`, the digests of the input and the output dataset, the number of inputs (UInt32),
/// inputs + 1 starts into the positions (UInt32), a Double per input (valid until, seconds since 1970;
/// infinity for ever), and the positions in the output dataset (UInt32), all little-endian.
package struct Derivation: Sendable {
  /// The dataset that was worked on.
  package let input: Digest
  /// The dataset that was made.
  package let output: Digest
  /// Where the positions of each input begin, and where the last ones end.
  package let starts: [UInt32]
  /// Positions in the output dataset, input by input.
  package let positions: [UInt32]
  private let validUntil: [Double]

  /// An input without a result (it failed) is marked by this instead of a time.
  private static let failed = -Double.infinity

  package init(input: Digest, output: Digest, starts: [UInt32], positions: [UInt32], validities: Validities) {
    self.input = input
    self.output = output
    self.starts = starts
    self.positions = positions
    validUntil = validities.seconds
  }

  private init(input: Digest, output: Digest, starts: [UInt32], positions: [UInt32], validUntil: [Double]) {
    self.input = input
    self.output = output
    self.starts = starts
    self.positions = positions
    self.validUntil = validUntil
  }

  /// What is known of each input, in their order: until when its result holds, or that it has none.
  package struct Validities: Sendable {
    fileprivate(set) var seconds: [Double] = []

    package init(capacity: Int) { seconds.reserveCapacity(capacity) }
    fileprivate init(_ seconds: [Double]) { self.seconds = seconds }

    /// - Parameter validity: `nil` for an input that failed. An item is never provisional: only whole results are.
    package mutating func append(_ validity: Validity?) { seconds.append(Self.seconds(validity)) }
    /// What is known now of an input; `nil` that it failed.
    package mutating func replace(_ index: Int, _ validity: Validity?) { seconds[index] = Self.seconds(validity) }

    private static func seconds(_ validity: Validity?) -> Double {
      switch validity {
      case nil: Derivation.failed
      case .forever: .infinity
      case .until(let end): end.seconds
      case .provisional: preconditionFailure("an item's result is never provisional")
      }
    }
  }

  /// Until when the result of each input holds.
  package var validities: Validities { Validities(validUntil) }

  /// How many inputs there are.
  package var inputCount: Int { validUntil.count }

  /// Positions in the output dataset of what came from an input.
  package func outputs(ofInput index: Int) -> ArraySlice<UInt32> {
    positions[Int(starts[index])..<Int(starts[index + 1])]
  }

  /// Whether an input has no result.
  package func isFailed(_ index: Int) -> Bool { validUntil[index] == Self.failed }
  /// How many inputs have no result.
  package var failedCount: Int { validUntil.count { $0 == Self.failed } }

  /// Until when the result of an input holds; `nil` when it has none.
  package func validity(_ index: Int) -> Validity? { isFailed(index) ? nil : Validity(seconds: validUntil[index]) }

  /// Until when all results hold that there are.
  package var validity: Validity {
    Validity(seconds: validUntil.lazy.filter { $0 != Self.failed }.min())
  }

  /// The input that an output came from.
  package func input(ofOutput position: Int) -> Int? {
    for index in 0..<inputCount where outputs(ofInput: index).contains(UInt32(position)) {
      return index
    }
    return nil
  }

  /// As it is stored.
  package var bytes: [UInt8] {
    var bytes = Array("SLV1".utf8) + input.bytes + output.bytes
    withUnsafeBytes(of: UInt32(inputCount).littleEndian) { bytes.append(contentsOf: $0) }
    starts.withUnsafeBytes { bytes.append(contentsOf: $0) }
    validUntil.withUnsafeBytes { bytes.append(contentsOf: $0) }
    positions.withUnsafeBytes { bytes.append(contentsOf: $0) }
    return bytes
  }

  /// Reads stored bytes.
  /// - Throws: `.corrupt` when they are no derivation.
  package init(reading bytes: [UInt8]) throws(SluiceError) {
    let parsed = bytes.withUnsafeBytes { raw -> Derivation? in
      guard raw.count >= 76, Array(raw[0..<4]) == Array("SLV1".utf8),
        let input = Digest(bytes: UnsafeRawBufferPointer(rebasing: raw[4..<36])),
        let output = Digest(bytes: UnsafeRawBufferPointer(rebasing: raw[36..<68]))
      else { return nil }
      let count = Int(UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 68, as: UInt32.self)))
      let timesStart = 72 + 4 * (count + 1)
      let positionsStart = timesStart + 8 * count
      guard raw.count >= positionsStart, (raw.count - positionsStart) % 4 == 0 else { return nil }
      func column<T>(_ start: Int, _ number: Int, _ type: T.Type) -> [T] {
        [T](unsafeUninitializedCapacity: number) { buffer, filled in
          UnsafeMutableRawBufferPointer(buffer).copyMemory(
            from: UnsafeRawBufferPointer(
              rebasing: raw[start..<(start + number * MemoryLayout<T>.stride)]))
          filled = number
        }
      }
      let starts = column(72, count + 1, UInt32.self)
      let positions = column(positionsStart, (raw.count - positionsStart) / 4, UInt32.self)
      guard starts.last.map(Int.init) == positions.count else { return nil }
      return Derivation(
        input: input, output: output, starts: starts, positions: positions,
        validUntil: column(timesStart, count, Double.self))
    }
    guard let parsed else {
      throw SluiceError(
        .corrupt, "a stored derivation cannot be read", advice: "Run `sluice fsck`.")
    }
    self = parsed
  }
}
