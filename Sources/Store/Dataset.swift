import Foundations

/// A dataset: ids and digests of items, sorted by the bytes of the ids.
///
/// It is held in the very bytes in which it is stored, columns one after another, so that reading,
/// comparing and hashing 100,000 entries costs milliseconds and makes no strings:
/// `"SLD1"`, count (UInt32 LE), count + 1 offsets into the ids (UInt32 LE), count × 32 bytes of
/// digests, the ids. The digest of a dataset is the digest of these bytes.
package final class Dataset: Sendable {
  /// As they are stored.
  package let bytes: [UInt8]
  package let count: Int
  /// Of `bytes`: names the dataset.
  package let digest: Digest
  private let digestsStart: Int
  private let idsStart: Int

  private static let magic: [UInt8] = Array("SLD1".utf8)

  /// The dataset without entries.
  package static let empty = DatasetBuilder().build()

  init(trusted bytes: [UInt8], count: Int, digest known: Digest? = nil) {
    self.bytes = bytes
    self.count = count
    digestsStart = 8 + 4 * (count + 1)
    idsStart = digestsStart + Digest.byteCount * count
    digest = known ?? Digest(of: bytes)
  }

  /// Reads stored bytes; throws when they are not a dataset.
  /// - Parameter digest: that of the bytes, where it was just checked.
  package convenience init(reading bytes: [UInt8], digest: Digest? = nil) throws(SluiceError) {
    let count = bytes.withUnsafeBytes { raw -> Int? in
      guard raw.count >= 12, Array(raw[0..<4]) == Self.magic else { return nil }
      let count = Int(UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
      guard raw.count >= 8 + 4 * (count + 1) + 32 * count else { return nil }
      let total = Int(
        UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 8 + 4 * count, as: UInt32.self)))
      return raw.count == 8 + 4 * (count + 1) + 32 * count + total ? count : nil
    }
    guard let count else {
      throw SluiceError(.corrupt, "a stored dataset cannot be read", advice: "Run `sluice fsck`.")
    }
    self.init(trusted: bytes, count: count, digest: digest)
  }

  static func header(count: Int) -> [UInt8] {
    magic + withUnsafeBytes(of: UInt32(count).littleEndian) { Array($0) }
  }

  /// Calls `body` with fast access to all entries.
  package func withEntries<R>(_ body: (borrowing DatasetEntries) throws -> R) rethrows -> R {
    try bytes.withUnsafeBytes { raw in
      try body(
        DatasetEntries(raw: raw, count: count, digestsStart: digestsStart, idsStart: idsStart))
    }
  }

  /// Whether both have the very same ids, found by comparing two blocks of bytes.
  package func hasSameIDs(as other: Dataset) -> Bool {
    guard count == other.count, bytes.count == other.bytes.count else { return false }
    return bytes.withUnsafeBytes { a in
      other.bytes.withUnsafeBytes { b in
        RawBytes.areEqual(
          UnsafeRawBufferPointer(rebasing: a[..<digestsStart]), UnsafeRawBufferPointer(rebasing: b[..<digestsStart]))
          && RawBytes.areEqual(
            UnsafeRawBufferPointer(rebasing: a[idsStart...]), UnsafeRawBufferPointer(rebasing: b[idsStart...]))
      }
    }
  }

  /// The dataset with other digests at some positions.
  package func replacing(_ digests: [(position: Int, digest: Digest)]) -> Dataset {
    var patched = bytes
    patched.withUnsafeMutableBytes { raw in
      for (position, digest) in digests {
        let start = digestsStart + Digest.byteCount * position
        digest.withBytes {
          UnsafeMutableRawBufferPointer(rebasing: raw[start..<(start + Digest.byteCount)]).copyMemory(from: $0)
        }
      }
    }
    return Dataset(trusted: patched, count: count)
  }

  /// The id at a position.
  package func id(_ index: Int) -> String {
    withEntries { String(decoding: $0.id(index), as: UTF8.self) }
  }

  /// The digest at a position.
  package func digest(_ index: Int) -> Digest { withEntries { $0.digest(index) } }

  /// The position of an id, or `nil`.
  package func index(of id: String) -> Int? {
    var id = id
    return id.withUTF8 { wanted in withEntries { $0.index(of: UnsafeRawBufferPointer(wanted)) } }
  }
}

/// The entries of a dataset, without copies. Valid only inside `withEntries`.
package struct DatasetEntries: ~Copyable {
  let raw: UnsafeRawBufferPointer
  package let count: Int
  let digestsStart: Int
  let idsStart: Int

  private func offset(_ index: Int) -> Int {
    Int(UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 8 + 4 * index, as: UInt32.self)))
  }

  /// The bytes of the id at a position.
  package func id(_ index: Int) -> UnsafeRawBufferPointer {
    let start = offset(index)
    return UnsafeRawBufferPointer(
      rebasing: raw[(idsStart + start)..<(idsStart + offset(index + 1))])
  }

  /// The 32 bytes of the digest at a position.
  package func digestBytes(_ index: Int) -> UnsafeRawBufferPointer {
    let start = digestsStart + Digest.byteCount * index
    return UnsafeRawBufferPointer(rebasing: raw[start..<(start + Digest.byteCount)])
  }

  package func digest(_ index: Int) -> Digest { Digest(whole: digestBytes(index)) }

  /// The position of an id, or `nil`; binary search.
  package func index(of id: UnsafeRawBufferPointer) -> Int? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      let order = RawBytes.compare(self.id(middle), id)
      if order == 0 { return middle }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    return nil
  }
}
