import Foundations
import Glibc
import Models
import StageKit
import Store

/// Writes vectors as people load them: `vectors.npy` (NumPy's format 1.0, float32, a row for each chunk),
/// `ids.json` (the chunks' ids, row by row) and `space.json` (the model and all else that shaped them).
struct VectorsExporter: DatasetExporter {
  let version = 1

  func export(_ dataset: any DatasetReader, to directory: String) throws {
    let reader = VectorReader(get: dataset.body)
    let entries = dataset.entries
    let path = Path.join(directory, PublishedFile.vectors)
    let file = try FileDescriptor(path: path, flags: O_WRONLY | O_CREAT | O_EXCL)
    var space: VectorReader.Space?
    var dimensions = 0
    var buffer: [UInt8] = []
    func flush() throws {
      try buffer.withUnsafeBytes { try FileSystem.write($0, to: file.raw, path) }
      buffer.removeAll(keepingCapacity: true)
    }
    for (row, entry) in entries.enumerated() {
      let item = try dataset.item(entry)
      let record = try ChunkVector(item)
      if row == 0 { space = try reader.space(of: item) }
      guard let vector = try reader.vector(of: item, record, in: space) else {
        throw SluiceError(.corrupt, "the record of \(item.id) has no vector", advice: "Run `sluice fsck`.")
      }
      if row == 0 {
        dimensions = vector.count / MemoryLayout<Float>.size
        buffer = Self.header(rows: entries.count, columns: dimensions)
      }
      guard vector.count == dimensions * MemoryLayout<Float>.size else {
        throw SluiceError(.vectorStoreError, "the vector of \(item.id) is not as wide as the first one")
      }
      buffer.append(contentsOf: vector)
      if buffer.count > 1 << 20 { try flush() }
    }
    if entries.isEmpty { buffer = Self.header(rows: 0, columns: 0) }
    try flush()
    try write(Self.list(entries.map(\.id)), to: Path.join(directory, PublishedFile.vectorIDs))
    let passport = space?.passport.members ?? [:]
    try write(passport.canonicalBytes + [0x0A], to: Path.join(directory, PublishedFile.vectorSpace))
  }

  /// An array, one id a line.
  private static func list(_ ids: [String]) -> [UInt8] {
    var bytes = Array("[".utf8)
    for (row, id) in ids.enumerated() {
      bytes.append(contentsOf: row == 0 ? "\n".utf8 : ",\n".utf8)
      bytes.append(contentsOf: JSONValue.string(id).canonicalBytes)
    }
    bytes.append(contentsOf: "\n]\n".utf8)
    return bytes
  }

  /// The header of format 1.0, filled up so that the numbers begin at a multiple of 64 bytes.
  static func header(rows: Int, columns: Int) -> [UInt8] {
    var text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
    let frame = 10 + 1  // magic, version, length; the line feed at the end
    text += String(repeating: " ", count: (64 - (frame + text.utf8.count) % 64) % 64) + "\n"
    let length = text.utf8.count
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8)
  }

  private func write(_ bytes: [UInt8], to path: String) throws {
    let file = try FileDescriptor(path: path, flags: O_WRONLY | O_CREAT | O_EXCL)
    try bytes.withUnsafeBytes { try FileSystem.write($0, to: file.raw, path) }
  }
}
