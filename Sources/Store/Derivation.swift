import Foundations

/// Which items of a stage's output dataset came from which item of its input dataset, and until when
/// each input's result may be taken for true.
///
/// Stored as `"SLV1"`, the digests of the input and the output dataset, the number of inputs (UInt32),
/// inputs + 1 starts into the positions (UInt32), a Double per input (valid until, seconds since 1970;
/// infinity for ever), and the positions in the output dataset (UInt32), all little-endian.
package struct Derivation: Sendable {
  package let input: Digest
  package let output: Digest
  package private(set) var starts: [UInt32]
  package private(set) var positions: [UInt32]
  package private(set) var validUntil: [Double]

  /// An input without a result (it failed) is marked by this instead of a time.
  package static let failed = -Double.infinity

  package init(
    input: Digest, output: Digest, starts: [UInt32], positions: [UInt32], validUntil: [Double]
  ) {
    self.input = input
    self.output = output
    self.starts = starts
    self.positions = positions
    self.validUntil = validUntil
  }

  package var inputCount: Int { validUntil.count }

  /// Positions in the output dataset of what came from an input.
  package func outputs(ofInput index: Int) -> ArraySlice<UInt32> {
    positions[Int(starts[index])..<Int(starts[index + 1])]
  }

  package func isFailed(_ index: Int) -> Bool { validUntil[index] == Self.failed }

  /// The input that an output came from.
  package func input(ofOutput position: Int) -> Int? {
    for index in 0..<inputCount where outputs(ofInput: index).contains(UInt32(position)) {
      return index
    }
    return nil
  }

  package var bytes: [UInt8] {
    var bytes = Array("SLV1".utf8) + input.bytes + output.bytes
    withUnsafeBytes(of: UInt32(inputCount).littleEndian) { bytes.append(contentsOf: $0) }
    starts.withUnsafeBytes { bytes.append(contentsOf: $0) }
    validUntil.withUnsafeBytes { bytes.append(contentsOf: $0) }
    positions.withUnsafeBytes { bytes.append(contentsOf: $0) }
    return bytes
  }

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
