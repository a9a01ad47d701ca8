import CCodes
import Foundations
import Glibc

/// Writes the file of the vectors, anew or from a former one.
final class VectorFileWriter {
  let path: String
  private var layout: VectorFile.Layout
  private var base: UnsafeMutableRawPointer

  /// - Parameters:
  ///   - rows: how many rows there will be, as far as that is known; more may come.
  ///   - former: the file to start from, of the same dimensions; its codes are kept or made as `isCoded` says.
  init(path: String, dimensions: Int, isCoded: Bool, rows: Int, former: VectorFile?) throws(SluiceError) {
    self.path = path
    let room = Self.rounded(max(rows, 1))
    layout = VectorFile.Layout(
      dimensions: dimensions, isCoded: isCoded,
      // What was a little too large stays so: then nothing has to be moved.
      rows: former.map {
        $0.layout.rows >= rows && $0.layout.rows * 3 <= room * 4 ? $0.layout.rows : max(room, $0.layout.rows)
      }
        ?? room)
    if let former, former.layout == layout {
      try FileSystem.copy(former.path, to: path)
      base = try Self.map(path, layout)
      return
    }
    base = try Self.make(path, layout)
    guard let former else { return }
    let rows = former.layout.rows
    memcpy(base + layout.vectorsOffset, former.vectors, rows * layout.vectorBytes)
    if former.layout.isCoded == isCoded {
      memcpy(base + layout.codesOffset, former.codes, rows * layout.stride)
    } else {
      for row in 0..<rows where former.isLive(row) { encode(row) }
    }
  }

  deinit { munmap(base, layout.size) }

  private static func make(_ path: String, _ layout: VectorFile.Layout) throws(SluiceError) -> UnsafeMutableRawPointer {
    let file = try FileDescriptor(path: path, flags: O_RDWR | O_CREAT | O_EXCL)
    // Really taken from the disk: a full one must not show as a signal later.
    let status = posix_fallocate(file.raw, 0, layout.size)
    guard status == 0 else { throw FileSystem.systemError("make room for", path, status) }
    return try map(path, layout)
  }

  private static func map(_ path: String, _ layout: VectorFile.Layout) throws(SluiceError) -> UnsafeMutableRawPointer {
    let file = try FileDescriptor(path: path, flags: O_RDWR)
    guard let mapped = mmap(nil, layout.size, PROT_READ | PROT_WRITE, MAP_SHARED, file.raw, 0), mapped != MAP_FAILED
    else { throw FileSystem.systemError("map", path) }
    return mapped
  }

  /// Some rows more, by at most an eighth, so that an index that grows a little keeps its layout.
  private static func rounded(_ rows: Int) -> Int {
    var step = 16
    while step * 16 < rows { step *= 2 }
    return (rows + step - 1) / step * step
  }

  /// Makes room for twice as many rows.
  private func grow(to rows: Int) throws(SluiceError) {
    let larger = VectorFile.Layout(
      dimensions: layout.dimensions, isCoded: layout.isCoded, rows: max(rows, layout.rows * 2, 1024))
    let temporary = path + ".growing"
    let next = try Self.make(temporary, larger)
    memcpy(next + larger.codesOffset, base + layout.codesOffset, layout.rows * layout.stride)
    memcpy(next + larger.vectorsOffset, base + layout.vectorsOffset, layout.rows * layout.vectorBytes)
    munmap(base, layout.size)
    base = next
    layout = larger
    guard rename(temporary, path) == 0 else { throw FileSystem.systemError("rename", temporary) }
  }

  func put(_ row: Int, _ vector: [UInt8]) throws(SluiceError) {
    if row >= layout.rows { try grow(to: row + 1) }
    vector.withUnsafeBytes {
      (base + layout.vectorsOffset + row * layout.vectorBytes).copyMemory(
        from: $0.baseAddress!, byteCount: layout.vectorBytes)
    }
    encode(row)
  }

  private func encode(_ row: Int) {
    let record = base + layout.codesOffset + row * layout.stride
    guard layout.isCoded else { return record.storeBytes(of: 1, as: UInt8.self) }
    codes_encode(
      (base + layout.vectorsOffset + row * layout.vectorBytes).assumingMemoryBound(to: Float.self), layout.dimensions,
      record)
  }

  /// Nothing of the row is left.
  func clear(_ row: Int) {
    guard row < layout.rows else { return }
    memset(base + layout.codesOffset + row * layout.stride, 0, layout.stride)
    memset(base + layout.vectorsOffset + row * layout.vectorBytes, 0, layout.vectorBytes)
  }

  /// Cuts the file to `rows` rows, names what it belongs to and makes it durable.
  func finish(rows: Int, token: Digest) throws(SluiceError) {
    var final = VectorFile.Layout(
      dimensions: layout.dimensions, isCoded: layout.isCoded, rows: Self.rounded(max(rows, 1)))
    // Rows that are too many stay as holes when moving all others would cost more than they take.
    if final.rows * 4 >= layout.rows * 3 {
      final = layout
    } else {
      memmove(base + final.vectorsOffset, base + layout.vectorsOffset, final.rows * final.vectorBytes)
    }
    let header = final.header(token)
    header.withUnsafeBytes { base.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
    guard msync(base, layout.size, MS_SYNC) == 0, truncate(path, final.size) == 0 else {
      throw FileSystem.systemError("write", path)
    }
    let file = try FileDescriptor(path: path, flags: O_RDONLY)
    guard fsync(file.raw) == 0 else { throw FileSystem.systemError("make durable", path) }
  }
}
