import Foundations

/// Collects entries in any order and makes a dataset of them.
package struct DatasetBuilder {
  private var offsets: [UInt32] = [0]
  private var digests: [UInt8] = []
  private var ids: [UInt8] = []
  private var isSorted = true
  private var lastStart = 0

  package init() {}

  package init(capacity: Int) {
    offsets.reserveCapacity(capacity + 1)
    digests.reserveCapacity(capacity * Digest.byteCount)
    ids.reserveCapacity(capacity * 24)
  }

  /// How many entries were appended.
  package var count: Int { offsets.count - 1 }

  /// Appends an entry: the bytes of its id, and the 32 of its digest.
  package mutating func append(id: UnsafeRawBufferPointer, digest: UnsafeRawBufferPointer) {
    if isSorted, offsets.count > 1 {
      let inOrder = ids.withUnsafeBytes { raw in
        RawBytes.compare(UnsafeRawBufferPointer(rebasing: raw[lastStart...]), id) < 0
      }
      if !inOrder { isSorted = false }
    }
    lastStart = ids.count
    ids.append(contentsOf: id)
    digests.append(contentsOf: digest)
    offsets.append(UInt32(ids.count))
  }

  /// Appends an entry.
  package mutating func append(id: String, digest: Digest) {
    var id = id
    id.withUTF8 { bytes in
      digest.withBytes { append(id: UnsafeRawBufferPointer(bytes), digest: $0) }
    }
  }

  /// The dataset; where an id was added twice the last digest wins.
  package func build() -> Dataset { buildWithPositions().dataset }

  /// The dataset, and where in it each entry came to stand, by the order of `append`.
  package func buildWithPositions() -> (dataset: Dataset, positions: [UInt32]) {
    if isSorted {
      return (Self.assemble(offsets, digests, ids), Array(0..<UInt32(count)))
    }
    return ids.withUnsafeBytes { raw in
      func id(_ index: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: raw[Int(offsets[index])..<Int(offsets[index + 1])])
      }
      let sorted = (0..<count).sorted { a, b in
        let order = RawBytes.compare(id(a), id(b))
        return order == 0 ? a < b : order < 0
      }
      var positions = [UInt32](repeating: 0, count: count)
      var newOffsets: [UInt32] = [0]
      var newDigests: [UInt8] = []
      var newIDs: [UInt8] = []
      newOffsets.reserveCapacity(count + 1)
      newDigests.reserveCapacity(digests.count)
      newIDs.reserveCapacity(ids.count)
      for (place, index) in sorted.enumerated() {
        let isRepeated = place > 0 && RawBytes.areEqual(id(sorted[place - 1]), id(index))
        let digest = digests[(index * Digest.byteCount)..<((index + 1) * Digest.byteCount)]
        if isRepeated {
          newDigests.replaceSubrange((newDigests.count - Digest.byteCount)..., with: digest)
        } else {
          newIDs.append(contentsOf: id(index))
          newDigests.append(contentsOf: digest)
          newOffsets.append(UInt32(newIDs.count))
        }
        positions[index] = UInt32(newOffsets.count - 2)
      }
      return (Self.assemble(newOffsets, newDigests, newIDs), positions)
    }
  }

  private static func assemble(_ offsets: [UInt32], _ digests: [UInt8], _ ids: [UInt8]) -> Dataset {
    var bytes = Dataset.header(count: offsets.count - 1)
    bytes.reserveCapacity(8 + 4 * offsets.count + digests.count + ids.count)
    offsets.withUnsafeBytes { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: digests)
    bytes.append(contentsOf: ids)
    return Dataset(trusted: bytes, count: offsets.count - 1)
  }
}
