import Foundations
import Glibc
import SQLite
import Synchronization

/// Immutable bytes by digest: many small ones in packs, large ones as files.
///
/// What is put is readable at once from memory; `Recorder` writes it into a pack and records where, in
/// the same transaction as the entries that refer to it.
package final class ObjectStore: ContentStore, Sendable {
  /// An object that waits to be written.
  struct Pending: Sendable {
    let raw: [UInt8]
    /// The compressed bytes, when they are fewer.
    let compressed: [UInt8]?
    var stored: [UInt8] { compressed ?? raw }
  }

  struct State: Sendable {
    /// Not yet committed; those of `writing` are on their way.
    var pending: [Digest: Pending] = [:]
    var order: [Digest] = []
    var bytes = 0
  }

  /// Objects of this size and more get a file of their own.
  static let looseSize = 1 << 20
  /// How much may wait for the disk before `put` blocks.
  private static let maxPendingBytes = 64 << 20

  package let layout: ArtifactLayout
  let state = Monitor(State())
  /// Set when writing failed: nothing more may be put, since nothing more would become durable.
  private let failure = Mutex<SluiceError?>(nil)
  private let reader: Mutex<SQLiteConnection>
  private let drain = Mutex<(@Sendable () throws -> Void)?>(nil)
  private let packs = Mutex<[Int: FileDescriptor]>([:])
  /// Large objects that were read since they last changed.
  private let checked: FileDigestCache

  /// Opens the objects of a folder that has a ledger.
  package init(_ layout: ArtifactLayout) throws {
    self.layout = layout
    checked = FileDigestCache(path: layout.cache + "/objects.bin")
    reader = Mutex(try SQLiteConnection(path: layout.ledger, .reading, report: .ledger))
  }

  func fail(_ error: SluiceError) {
    failure.withLock { $0 = $0 ?? error }
    state.update { _ in }
  }

  /// Keeps bytes; they are durable when an entry that is recorded after this call is.
  package func put(_ bytes: [UInt8]) throws -> Digest { try put(bytes, digest: Digest(of: bytes), compressing: true) }

  /// Keeps bytes whose digest is known already. What is mostly digests cannot be compressed, so that
  /// trying costs time and wins nothing.
  package func put(_ bytes: [UInt8], digest: Digest, compressing: Bool) throws -> Digest {
    if let error = failure.withLock({ $0 }) { throw error }
    if state.read({ $0.pending[digest] != nil }) { return digest }
    if try location(digest) != nil { return digest }
    if bytes.count >= Self.looseSize {
      try putLoose(bytes, digest, compressing: compressing)
      return digest
    }
    let object = Pending(raw: bytes, compressed: compressing ? Zstd.compress(bytes) : nil)
    try waitForRoom()
    state.update { state in
      if state.pending.updateValue(object, forKey: digest) == nil {
        state.order.append(digest)
        state.bytes += bytes.count
      }
    }
    return digest
  }

  /// Waits while too much is on its way to the disk.
  ///
  /// The recorder works when there are entries: without asking it, one who only puts objects (a stage
  /// that makes very many items at once) would wait for ever.
  private func waitForRoom() throws {
    while state.read({ $0.bytes > Self.maxPendingBytes }) {
      if let error = failure.withLock({ $0 }) { throw error }
      try drain.withLock { $0 }?()
      _ = state.wait(until: MonotonicClock.now + 100_000_000) { $0.bytes > Self.maxPendingBytes ? nil : true }
    }
  }

  /// Who makes room: the recorder, once there is one.
  func whenFull(_ drain: @escaping @Sendable () throws -> Void) { self.drain.withLock { $0 = drain } }

  private func putLoose(_ bytes: [UInt8], _ digest: Digest, compressing: Bool) throws {
    let plain = layout.loose(digest, isCompressed: false)
    let packed = layout.loose(digest, isCompressed: true)
    if FileSystem.exists(plain) || FileSystem.exists(packed) { return }
    try FileSystem.makeDirectory(Path.parent(plain))
    if compressing, let compressed = Zstd.compress(bytes, level: 3) {
      try FileSystem.writeAtomically(compressed, to: packed, mode: 0o444)
    } else {
      try FileSystem.writeAtomically(bytes, to: plain, mode: 0o444)
    }
  }

  /// Takes a finished file over as an object. A large one is kept uncompressed under its own name, so
  /// that it can be linked and read in place; a small one goes into a pack like all others.
  package func adopt(file path: String) throws -> Digest {
    if let error = failure.withLock({ $0 }) { throw error }
    if let status = try FileSystem.status(path), status.size < Self.looseSize {
      let digest = try put(FileSystem.read(path))
      try FileSystem.remove(path)
      return digest
    }
    let descriptor = try FileDescriptor(path: path, flags: O_RDONLY)
    var hasher = DigestHasher()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let got = Glibc.read(descriptor.raw, &buffer, buffer.count)
      if got < 0 && errno == EINTR { continue }
      if got < 0 { throw FileSystem.systemError("read", path) }
      if got == 0 { break }
      buffer.withUnsafeBytes { hasher.update(UnsafeRawBufferPointer(rebasing: $0[..<got])) }
    }
    let digest = hasher.finalize()
    let target = layout.loose(digest, isCompressed: false)
    if FileSystem.exists(target) {
      try FileSystem.remove(path)
      return digest
    }
    guard fsync(descriptor.raw) == 0 else { throw FileSystem.systemError("make durable", path) }
    try FileSystem.makeDirectory(Path.parent(target))
    chmod(path, 0o444)
    guard rename(path, target) == 0 else { throw FileSystem.systemError("put in place", target) }
    try FileSystem.syncDirectory(Path.parent(target))
    return digest
  }

  /// A file with an object's bytes, to be read and not written. What has no file of its own is written
  /// into the cache, from which it can be swept at any time.
  package func path(of digest: Digest) throws -> String {
    let loose = layout.loose(digest, isCompressed: false)
    if FileSystem.exists(loose) {
      // Whoever maps or copies it does not read it through `get`: damage must not pass under a valid name.
      guard try checked.digest(ofFile: loose) == digest else {
        throw damaged(digest, "has other bytes than its name says")
      }
      return loose
    }
    let copy = "\(layout.cache)/files/\(digest.hex)"
    // The copy was not synced: after a power cut it may be there and empty.
    if FileSystem.exists(copy), (try? FileSystem.digest(ofFile: copy).digest) == digest { return copy }
    let bytes = try get(digest)
    try FileSystem.makeDirectory(Path.parent(copy))
    try FileSystem.writeReplaceable(bytes, to: copy)
    return copy
  }

  /// Copies an object into a new file, bytes checked on their way.
  package func copy(_ digest: Digest, to target: String) throws {
    let loose = layout.loose(digest, isCompressed: false)
    guard FileSystem.exists(loose) else { return try FileSystem.writeReplaceable(get(digest), to: target) }
    try FileSystem.copy(loose, to: target)
    guard try FileSystem.digest(ofFile: target).digest == digest else {
      throw damaged(digest, "has other bytes than its name says")
    }
  }

  /// Keeps what was found out of large objects; without it they are read again.
  package func saveChecks() throws { try checked.save() }

  /// Whether an object can be read.
  package func contains(_ digest: Digest) throws -> Bool {
    try state.read({ $0.pending[digest] != nil }) || location(digest) != nil
      || FileSystem.exists(layout.loose(digest, isCompressed: false))
      || FileSystem.exists(layout.loose(digest, isCompressed: true))
  }

  /// The bytes of an object, checked against its digest.
  /// - Throws: `.corrupt` when it is missing or has other bytes.
  package func get(_ digest: Digest) throws -> [UInt8] {
    if let pending = state.read({ $0.pending[digest] }) { return pending.raw }
    let bytes = try read(digest)
    guard Digest(of: bytes) == digest else {
      throw damaged(digest, "has other bytes than its name says")
    }
    return bytes
  }

  private func location(_ digest: Digest) throws -> ObjectPlace? {
    try reader.withLock { connection in
      try connection.first(
        "SELECT pack, start, length, size FROM objects WHERE digest=?", [.digest(digest)]
      ) { row in
        ObjectPlace(pack: row.int(0), start: row.int(1), length: row.int(2), size: row.int(3))
      }
    }
  }

  private func open(_ pack: Int) throws(SluiceError) -> FileDescriptor {
    if let known = packs.withLock({ $0[pack] }) { return known }
    let descriptor: FileDescriptor
    do throws(SluiceError) { descriptor = try FileDescriptor(path: layout.pack(pack), flags: O_RDONLY) } catch {
      // What cannot be opened for another reason is there, and must not be taken for lost.
      guard !FileSystem.exists(layout.pack(pack)) else { throw error }
      throw SluiceError(
        .corrupt, error.message,
        advice: "`sluice fsck --repair` forgets what cannot be read, so that the next run makes it again.")
    }
    packs.withLock { $0[pack] = descriptor }
    return descriptor
  }

  private func read(_ digest: Digest) throws -> [UInt8] {
    if var place = try location(digest) {
      let pack: FileDescriptor
      do throws(SluiceError) {
        pack = try open(place.pack)
      } catch {
        // gc may have moved it since its place was looked up.
        guard let moved = try location(digest), moved.pack != place.pack else { throw error }
        place = moved
        pack = try open(place.pack)
      }
      guard place.isPlausible else { throw damaged(digest, "has a place in the ledger that cannot be") }
      let stored = try PackReading.read(pack, layout.pack(place.pack), place.start, place.length)
      if stored.count != place.length { throw damaged(digest, "is cut short in \(layout.pack(place.pack))") }
      if place.length == place.size { return stored }
      guard let bytes = stored.withUnsafeBytes({ Zstd.decompress($0, size: place.size) }) else {
        throw damaged(digest, "cannot be decompressed")
      }
      return bytes
    }
    let plain = layout.loose(digest, isCompressed: false)
    if FileSystem.exists(plain) { return try FileSystem.read(plain) }
    let packed = layout.loose(digest, isCompressed: true)
    guard FileSystem.exists(packed) else { throw damaged(digest, "is missing") }
    let stored = try FileSystem.read(packed)
    guard let size = stored.withUnsafeBytes({ Zstd.contentSize($0) }),
      let bytes = stored.withUnsafeBytes({ Zstd.decompress($0, size: size) })
    else { throw damaged(digest, "cannot be decompressed") }
    return bytes
  }

  private func damaged(_ digest: Digest, _ what: String) -> SluiceError {
    SluiceError(
      .corrupt, "the object \(digest.short) \(what)",
      advice:
        "`sluice fsck --repair` forgets what cannot be read, so that the next run makes it again.")
  }
}
