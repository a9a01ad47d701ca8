import Foundations

/// The file behind `FileDigestCache`, looked up in the very bytes in which it is stored: making
/// ten thousand strings to find one would cost more than the look at the files.
///
/// `"SLF2"`, the digest of what follows, the number of entries (UInt32), their offsets (UInt32), the
/// entries in the order of their paths: size, mtime, ctime (Int64), inode (UInt64), mode (UInt32),
/// 32 bytes of digest, length of the path (UInt32), the path; all little-endian.
struct StoredFileDigests: Sendable {
  private static let magic = Array("SLF2".utf8)
  private static let header = 36
  private static let fixedSize = 72

  private let bytes: [UInt8]
  let count: Int

  /// What is stored at `path`; nothing when it is not there or damaged.
  init(path: String) {
    guard let bytes = try? FileSystem.read(path), bytes.count >= Self.header + 4, Array(bytes[0..<4]) == Self.magic
    else {
      (self.bytes, count) = ([], 0)
      return
    }
    let isWhole = bytes.withUnsafeBytes { raw in
      Digest(bytes: UnsafeRawBufferPointer(rebasing: raw[4..<Self.header])) == Digest(of: raw[Self.header...])
    }
    self.bytes = isWhole ? bytes : []
    count =
      isWhole
      ? Int(
        bytes.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: Self.header, as: UInt32.self)) })
      : 0
  }

  func find(_ path: String) -> FileDigestCache.Known? {
    var path = path
    return path.withUTF8 { wanted in
      let wanted = UnsafeRawBufferPointer(wanted)
      return bytes.withUnsafeBytes { raw -> FileDigestCache.Known? in
        var low = 0
        var high = count
        while low < high {
          let middle = (low + high) / 2
          let order = RawBytes.compare(Self.path(raw, middle), wanted)
          if order == 0 { return Self.known(raw, middle) }
          if order < 0 { low = middle + 1 } else { high = middle }
        }
        return nil
      }
    }
  }

  private static func start(_ raw: UnsafeRawBufferPointer, _ index: Int) -> Int {
    Int(UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: header + 4 + 4 * index, as: UInt32.self)))
  }

  private static func path(_ raw: UnsafeRawBufferPointer, _ index: Int) -> UnsafeRawBufferPointer {
    let place = start(raw, index) + fixedSize - 4
    let length = Int(UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
    return UnsafeRawBufferPointer(rebasing: raw[(place + 4)..<(place + 4 + length)])
  }

  private static func known(_ raw: UnsafeRawBufferPointer, _ index: Int) -> FileDigestCache.Known? {
    let place = start(raw, index)
    func read<T: FixedWidthInteger>(_ offset: Int, _ type: T.Type) -> T {
      T(littleEndian: raw.loadUnaligned(fromByteOffset: place + offset, as: T.self))
    }
    guard let digest = Digest(bytes: UnsafeRawBufferPointer(rebasing: raw[(place + 36)..<(place + 68)])) else {
      return nil
    }
    return FileDigestCache.Known(
      status: FileSystem.Status(
        size: read(0, Int64.self), modified: read(8, Int64.self), changed: read(16, Int64.self),
        inode: read(24, UInt64.self),
        mode: read(32, UInt32.self)), digest: digest)
  }

  /// The bytes to store with new entries put in.
  func merged(with fresh: [String: FileDigestCache.Known]) -> [UInt8] {
    var offsets: [UInt32] = []
    var entries: [UInt8] = []
    var total = 0
    let added = fresh.map { (path: Array($0.key.utf8), known: $0.value) }.sorted { a, b in
      a.path.withUnsafeBytes { first in b.path.withUnsafeBytes { RawBytes.compare(first, $0) < 0 } }
    }
    func append<T: FixedWidthInteger>(_ value: T) {
      withUnsafeBytes(of: value.littleEndian) { entries.append(contentsOf: $0) }
    }
    func append(_ path: UnsafeRawBufferPointer, _ known: FileDigestCache.Known) {
      offsets.append(UInt32(entries.count))
      append(known.status.size)
      append(known.status.modified)
      append(known.status.changed)
      append(known.status.inode)
      append(known.status.mode)
      known.digest.withBytes { entries.append(contentsOf: $0) }
      append(UInt32(path.count))
      entries.append(contentsOf: path)
      total += 1
    }
    bytes.withUnsafeBytes { raw in
      var old = 0
      for (path, known) in added {
        path.withUnsafeBytes { wanted in
          while old < count {
            let order = RawBytes.compare(Self.path(raw, old), wanted)
            if order > 0 { break }
            if order < 0, let kept = Self.known(raw, old) { append(Self.path(raw, old), kept) }
            old += 1
          }
          append(wanted, known)
        }
      }
      while old < count {
        if let kept = Self.known(raw, old) { append(Self.path(raw, old), kept) }
        old += 1
      }
    }
    let first = Self.header + 4 + 4 * total
    var body: [UInt8] = []
    body.reserveCapacity(4 + 4 * total + entries.count)
    withUnsafeBytes(of: UInt32(total).littleEndian) { body.append(contentsOf: $0) }
    for offset in offsets { withUnsafeBytes(of: (offset + UInt32(first)).littleEndian) { body.append(contentsOf: $0) } }
    body.append(contentsOf: entries)
    return Self.magic + Digest(of: body).bytes + body
  }
}
