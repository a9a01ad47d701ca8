import Foundations
import Glibc

/// Reads many objects out of packs: in the order in which they lie there, in pieces, on all processors.
struct PackReading: Sendable {
  /// What a place in a pack holds.
  enum Content {
    case whole([UInt8])
    /// Why it cannot be read, as the end of a sentence that begins with the object.
    case damaged(String)
    /// The disk did not give it: nothing is known of what it holds.
    case failed(SluiceError)
  }

  /// So much of a pack is read at once.
  private static let pieceBytes = 1 << 20
  /// Of so many objects at most, so that the processors share the work.
  private static let pieceObjects = 2048

  let table: ObjectTable
  let layout: ArtifactLayout

  /// Calls `body` with the content of every object named, on several threads at once.
  /// - Parameter positions: ascending.
  func forEach(_ positions: [UInt32], _ body: @escaping @Sendable (_ position: Int, Content) throws -> Void) throws {
    let pieces = pieces(positions)
    try Parallel.forEach(count: pieces.count, threads: Parallel.processors, grain: 1) { piece in
      try read(positions[pieces[piece]], body)
    }
  }

  /// Ranges of `positions` that lie near one another in one pack.
  private func pieces(_ positions: [UInt32]) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    var start = 0
    while start < positions.count {
      let first = table.places[Int(positions[start])]
      var end = start + 1
      while end < positions.count, end - start < Self.pieceObjects {
        let next = table.places[Int(positions[end])]
        guard first.isPlausible, next.isPlausible, next.pack == first.pack,
          next.start - first.start < Self.pieceBytes
        else { break }
        end += 1
      }
      pieces.append(start..<end)
      start = end
    }
    return pieces
  }

  private func read(_ positions: ArraySlice<UInt32>, _ body: (Int, Content) throws -> Void) throws {
    guard let first = positions.first.map(Int.init) else { return }
    let path = layout.pack(table.places[first].pack)
    guard let pack = try Self.open(path) else {
      for position in positions { try body(Int(position), .damaged("is missing: there is no \(path)")) }
      return
    }
    // One read for the piece; what lies between its objects costs less than to ask for each.
    let places = positions.lazy.map { table.places[Int($0)] }.filter(\.isPlausible)
    guard let start = places.map(\.start).min(), let end = places.map({ $0.start + $0.length }).max() else {
      for position in positions { try body(Int(position), .damaged("has a place in the ledger that cannot be")) }
      return
    }
    let bytes: [UInt8]
    do throws(SluiceError) { bytes = try Self.read(pack, path, start, end - start) } catch {
      // One bad block is not the loss of its neighbours.
      guard positions.count > 1 else { return try body(first, .failed(error)) }
      for position in positions.indices { try read(positions[position...position], body) }
      return
    }
    try bytes.withUnsafeBytes { raw in
      for position in positions { try body(Int(position), content(Int(position), raw, from: start, path)) }
    }
  }

  private func content(_ position: Int, _ raw: UnsafeRawBufferPointer, from start: Int, _ path: String) -> Content {
    let place = table.places[position]
    guard place.isPlausible else { return .damaged("has a place in the ledger that cannot be") }
    let offset = place.start - start
    guard offset >= 0, offset + place.length <= raw.count else { return .damaged("is cut short in \(path)") }
    let stored = UnsafeRawBufferPointer(rebasing: raw[offset..<(offset + place.length)])
    let bytes: [UInt8]
    if place.length == place.size {
      bytes = Array(stored)
    } else {
      guard let decompressed = Zstd.decompress(stored, size: place.size) else {
        return .damaged("cannot be decompressed")
      }
      bytes = decompressed
    }
    var hasher = DigestHasher()
    bytes.withUnsafeBytes { hasher.update($0) }
    return hasher.finalize() == table.digests[position]
      ? .whole(bytes) : .damaged("has other bytes than its name says")
  }

  /// `nil` when there is no such file.
  private static func open(_ path: String) throws(SluiceError) -> FileDescriptor? {
    do throws(SluiceError) { return try FileDescriptor(path: path, flags: O_RDONLY) } catch {
      // What cannot be opened for another reason is there, and must not be taken for lost.
      guard try FileSystem.status(path) == nil else { throw error }
      return nil
    }
  }

  /// Fewer bytes where the file ends before.
  static func read(_ file: FileDescriptor, _ path: String, _ start: Int, _ length: Int) throws(SluiceError) -> [UInt8] {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: max(length, 1)) { buffer, count in
      count = 0
      while count < length {
        let got = pread(file.raw, buffer.baseAddress! + count, length - count, off_t(start + count))
        if got < 0 && errno == EINTR { continue }
        if got < 0 { failure = errno }
        if got <= 0 { break }
        count += got
      }
    }
    if failure != 0 { throw FileSystem.systemError("read", path, failure) }
    return bytes
  }
}
