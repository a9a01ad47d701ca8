import CCodes
import Foundations
import Glibc
import Models

/// The file of the vectors, mapped: a row for each chunk number, holes for chunks that went or have none.
///
/// A page of header; for each row a record of codes (see CCodes) or, without codes, a byte that says whether it is
/// there; from the next page on float32, row after row. Nothing is read before it is asked for.
final class VectorFile: Sendable {
  static let page = 4096
  private static let magic: [UInt8] = Array("SLUICEV1".utf8)

  let path: String
  let layout: Layout
  /// Which database it belongs to (see `IndexInfo.token`).
  let token: Digest
  /// Only read.
  private let mapped: MappedFile
  private var base: UnsafeRawPointer { UnsafeRawPointer(mapped.bytes.start) }

  struct Layout: Equatable {
    let dimensions: Int
    let isCoded: Bool
    let rows: Int

    var stride: Int { isCoded ? codes_stride(dimensions) : 1 }
    var vectorBytes: Int { dimensions * MemoryLayout<Float>.size }
    var codesOffset: Int { VectorFile.page }
    var vectorsOffset: Int { codesOffset + (rows * stride + VectorFile.page - 1) / VectorFile.page * VectorFile.page }
    var size: Int { vectorsOffset + rows * vectorBytes }

    func header(_ token: Digest) -> [UInt8] {
      var bytes = VectorFile.magic
      for number in [UInt32(dimensions), isCoded ? 1 : 0] {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
      }
      withUnsafeBytes(of: UInt64(rows).littleEndian) { bytes.append(contentsOf: $0) }
      bytes.append(contentsOf: token.bytes)
      bytes.append(contentsOf: Digest(of: bytes).bytes)
      return bytes + [UInt8](repeating: 0, count: VectorFile.page - bytes.count)
    }
  }

  /// - Throws: `.vectorStoreError` when it is not there, or its header or length is not what it should be.
  init(path: String) throws(SluiceError) {
    self.path = path
    func damaged(_ what: String) -> SluiceError {
      SluiceError(
        .vectorStoreError, "the vectors of the index, \(path), \(what)",
        advice: "Run the pipeline again with `--from` its index stage.")
    }
    guard FileSystem.exists(path) else { throw damaged("are not there") }
    let file = try FileDescriptor(path: path, flags: O_RDONLY)
    guard let size = try FileSystem.status(path).map({ Int($0.size) }), size >= Self.page else {
      throw damaged("are cut off")
    }
    mapped = try MappedFile(file, path: path, size: size)
    let head = UnsafeRawBufferPointer(start: mapped.bytes.start, count: Self.page)
    let rows = Int(UInt64(littleEndian: head.loadUnaligned(fromByteOffset: 16, as: UInt64.self)) & 0xFFFF_FFFF)
    layout = Layout(
      dimensions: Int(UInt32(littleEndian: head.loadUnaligned(fromByteOffset: 8, as: UInt32.self)) & 0xFF_FFFF),
      isCoded: head[12] == 1, rows: rows)
    token = Digest(whole: UnsafeRawBufferPointer(rebasing: head[24..<56]))
    guard head.elementsEqual(layout.header(token)), size == layout.size else { throw damaged("are damaged") }
  }

  /// Codes, or bytes that say which rows are there.
  var codes: UnsafeRawPointer { base + layout.codesOffset }
  var vectors: UnsafePointer<Float> { (base + layout.vectorsOffset).assumingMemoryBound(to: Float.self) }

  func record(_ row: Int) -> UnsafeRawPointer { codes + row * layout.stride }
  func vector(_ row: Int) -> UnsafePointer<Float> { vectors + row * layout.dimensions }

  func isLive(_ row: Int) -> Bool {
    guard row < layout.rows else { return false }
    return layout.isCoded
      ? codes_is_live(record(row), layout.dimensions) == 1 : codes.load(fromByteOffset: row, as: UInt8.self) == 1
  }

  /// The `depth` nearest rows by dot product, exactly, and all that tie with the last; in no order.
  func nearest(_ query: [Float], depth: Int, among allowed: NumberSet?) throws(SluiceError) -> [(
    row: Int, score: Float
  )] {
    let count = layout.rows
    guard count > 0, depth > 0, query.count == layout.dimensions else { return [] }
    var bits = allowed?.words
    if bits != nil {
      let needed = (count + 63) / 64
      bits!.append(contentsOf: repeatElement(0, count: max(0, needed - bits!.count)))
    }
    var indices = [UInt32](repeating: 0, count: count)
    var scores = [Float](repeating: 0, count: count)
    let found =
      bits.map { bits in
        codes_nearest(
          query, layout.dimensions, layout.isCoded ? codes : nil, codes.assumingMemoryBound(to: UInt8.self), vectors,
          count, bits, depth, &indices, &scores)
      }
      ?? codes_nearest(
        query, layout.dimensions, layout.isCoded ? codes : nil, codes.assumingMemoryBound(to: UInt8.self), vectors,
        count, nil, depth, &indices, &scores)
    guard found >= 0 else { throw SluiceError(.system, "there is not enough memory to search \(path)") }
    return (0..<found).map { (Int(indices[$0]), scores[$0]) }
  }
}
