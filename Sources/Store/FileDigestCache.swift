import Foundations
import Synchronization

/// Digests of files by size, times and inode: a file is read again only when one of them changed.
///
/// A file whose times are not older than the look at it by `settleTime` is never trusted: it may be
/// written again within the clock's grain (git calls such entries racily clean).
/// The cache is a convenience: it is checked by its own digest when read, and without it all files are
/// read again.
package final class FileDigestCache: Sendable {
  /// The grain of file times, with a margin, in nanoseconds.
  package static let settleTime: Int64 = 20_000_000

  private struct Known: Sendable {
    let status: FileSystem.Status
    let digest: Digest
  }

  private struct State: Sendable {
    var known: [String: Known]
    var isChanged = false
  }

  private let path: String
  private let state = Mutex<State?>(nil)

  /// - Parameter path: where the cache is kept.
  package init(path: String) { self.path = path }

  /// Whether what is known of a file with this status at this moment can be trusted later.
  package static func isSettled(_ status: FileSystem.Status, at moment: Timestamp) -> Bool {
    max(status.modified, status.changed) < Int64(moment.seconds * 1e9) - settleTime
  }

  /// The digest of a file's content.
  package func digest(ofFile path: String) throws -> Digest {
    guard let status = try FileSystem.status(path) else {
      throw SluiceError(.badInput, "the file \(path) does not exist")
    }
    return try digest(ofFile: path, status: status)
  }

  /// The digest of a file whose status was just read.
  package func digest(ofFile path: String, status: FileSystem.Status) throws -> Digest {
    let known = state.withLock { state -> Known? in
      if state == nil { state = State(known: Self.load(self.path)) }
      return state?.known[path]
    }
    if let known, known.status == status { return known.digest }
    if status.isDirectory {
      throw SluiceError(.badInput, "\(path) is a directory, a file was expected")
    }
    guard status.isRegular else {
      throw SluiceError(.badInput, "\(path) is not a regular file")
    }
    let moment = Timestamp.now
    let digest = Digest(of: try FileSystem.read(path))
    let after = try FileSystem.status(path)
    if after == status && Self.isSettled(status, at: moment) {
      state.withLock { state in
        state?.known[path] = Known(status: status, digest: digest)
        state?.isChanged = true
      }
    }
    return digest
  }

  /// Writes the cache when it changed. It need not be durable, only whole.
  package func save() throws {
    let entries = state.withLock { state -> [String: Known]? in
      guard state?.isChanged == true else { return nil }
      state?.isChanged = false
      return state?.known
    }
    guard let entries else { return }
    var body: [UInt8] = []
    body.reserveCapacity(entries.count * 120)
    func append<T: FixedWidthInteger>(_ value: T) {
      withUnsafeBytes(of: value.littleEndian) { body.append(contentsOf: $0) }
    }
    for (path, known) in entries {
      append(UInt32(path.utf8.count))
      body.append(contentsOf: path.utf8)
      append(known.status.size)
      append(known.status.modified)
      append(known.status.changed)
      append(known.status.inode)
      append(known.status.mode)
      known.digest.withBytes { body.append(contentsOf: $0) }
    }
    try FileSystem.writeReplaceable(Array("SLF1".utf8) + Digest(of: body).bytes + body, to: path)
  }

  private static func load(_ path: String) -> [String: Known] {
    guard let bytes = try? FileSystem.read(path), bytes.count >= 36,
      Array(bytes[0..<4]) == Array("SLF1".utf8)
    else { return [:] }
    return bytes.withUnsafeBytes { raw in
      let body = UnsafeRawBufferPointer(rebasing: raw[36...])
      guard let stored = Digest(bytes: UnsafeRawBufferPointer(rebasing: raw[4..<36])),
        Digest(of: body) == stored
      else { return [:] }
      var known: [String: Known] = [:]
      known.reserveCapacity(body.count / 120)
      var offset = 0
      func read<T: FixedWidthInteger>(_ type: T.Type) -> T {
        defer { offset += MemoryLayout<T>.size }
        return T(littleEndian: body.loadUnaligned(fromByteOffset: offset, as: T.self))
      }
      while offset < body.count {
        let length = Int(read(UInt32.self))
        let path = String(decoding: body[offset..<(offset + length)], as: UTF8.self)
        offset += length
        let status = FileSystem.Status(
          size: read(Int64.self), modified: read(Int64.self), changed: read(Int64.self),
          inode: read(UInt64.self),
          mode: read(UInt32.self))
        guard
          let digest = Digest(bytes: UnsafeRawBufferPointer(rebasing: body[offset..<(offset + 32)]))
        else { break }
        offset += 32
        known[path] = Known(status: status, digest: digest)
      }
      return known
    }
  }
}
