import Foundations
import Glibc
import SQLite

/// The one who owns the ledger's write connection.
///
/// Entries are gathered and committed in groups on a thread of its own, always in this order: objects
/// into a pack, fsync, then one transaction with the places of the objects and the entries that refer to
/// them. Whatever instant the power goes, the ledger never names what is not there.
package final class Recorder: Sendable {
  /// Writes rows; called inside the transaction of its group.
  package typealias Entry = @Sendable (SQLiteConnection) throws -> Void

  private struct State: Sendable {
    var entries: [Entry] = []
    var recorded = 0
    var committed = 0
    var waiters = 0
    var isClosing = false
    var failure: SluiceError?
  }

  private struct Writer: @unchecked Sendable {
    let connection: SQLiteConnection
    var pack: (id: Int, file: FileDescriptor, bytes: Int)?
  }

  /// How long entries are gathered, in nanoseconds: commits cost an fsync each.
  private static let gatherTime: UInt64 = 50_000_000
  /// So many are committed at once, however young.
  private static let manyEntries = 5000
  private static let maxPackBytes = 64 << 20

  private let store: ObjectStore
  private let state = Monitor(State())
  private let writer: Monitor<Writer>
  private let thread = Monitor<BlockingThread?>(nil)

  /// Takes the connection over: nobody else may write to the ledger through it.
  package init(_ connection: SQLiteConnection, store: ObjectStore) {
    self.store = store
    writer = Monitor(Writer(connection: connection))
    store.whenFull { [weak self] in try self?.record { _ in } }
  }

  /// Gives an entry to be committed with everything that was put into the store before this call.
  package func record(_ entry: @escaping Entry) throws {
    let (mustStart, isAwaited) = try state.read { state -> (Bool, Bool) in
      if let failure = state.failure { throw failure }
      state.entries.append(entry)
      state.recorded += 1
      return (state.recorded == 1, state.entries.count == 1 || state.entries.count > Self.manyEntries)
    }
    // While entries are gathered, nobody need be woken for each.
    if isAwaited { state.update { _ in } }
    if mustStart { thread.update { $0 = BlockingThread("recorder") { [self] in loop() } } }
  }

  /// Waits until everything recorded so far is durable.
  package func flush() throws {
    try state.update { state in
      state.waiters += 1
      if let failure = state.failure { throw failure }
    }
    defer { state.update { $0.waiters -= 1 } }
    let target = state.read { $0.recorded }
    let failure = state.wait { state -> SluiceError?? in
      if let failure = state.failure { return .some(failure) }
      return state.committed >= target ? .some(nil) : nil
    }
    if let failure = failure ?? nil { throw failure }
  }

  /// Runs `body` on the ledger at once, between two groups, in a transaction.
  package func immediately<R>(_ body: (SQLiteConnection) throws -> R) throws -> R {
    try writer.read { writer in
      var result: R?
      try writer.connection.transaction { result = try body(writer.connection) }
      return result!
    }
  }

  /// The error that stopped the recording, if one did.
  package var failure: SluiceError? { state.read { $0.failure } }

  /// Commits what is left and ends the thread.
  package func close() throws {
    state.update { $0.isClosing = true }
    thread.read { $0 }?.join()
    if let failure { throw failure }
  }

  private func loop() {
    while true {
      let hasWork = state.wait { state -> Bool? in
        if state.failure != nil { return false }
        if !state.entries.isEmpty { return true }
        return state.isClosing ? false : nil
      }
      guard hasWork == true else { return }
      let deadline = MonotonicClock.now + Self.gatherTime
      _ = state.wait(until: deadline) { state -> Bool? in
        state.isClosing || state.waiters > 0 || state.entries.count > Self.manyEntries ? true : nil
      }
      // Entries are taken before objects: an object is put before the entry that refers to it.
      let entries = state.read { state in
        let taken = state.entries
        state.entries = []
        return taken
      }
      do {
        try commit(entries)
        state.update { $0.committed += entries.count }
      } catch {
        let failure = SluiceError(wrapping: error)
        // First the store: whoever learns of the failure here must not be able to put more.
        store.fail(failure)
        state.update { $0.failure = failure }
        return
      }
    }
  }

  private func commit(_ entries: [Entry]) throws {
    let objects = store.state.read { state in
      let order = state.order
      state.order = []
      return order.compactMap { digest in state.pending[digest].map { (digest, $0) } }
    }
    try writer.read { writer in
      var places: [(digest: Digest, pack: Int, start: Int, length: Int, size: Int)] = []
      places.reserveCapacity(objects.count)
      if !objects.isEmpty {
        try openPack(&writer)
        guard var pack = writer.pack else { return }
        var buffer: [UInt8] = []
        for (digest, object) in objects {
          let stored = object.stored
          places.append(
            (digest, pack.id, pack.bytes + buffer.count, stored.count, object.raw.count))
          buffer.append(contentsOf: stored)
        }
        try buffer.withUnsafeBytes {
          try FileSystem.write($0, to: pack.file.raw, store.layout.pack(pack.id))
        }
        guard fdatasync(pack.file.raw) == 0 else {
          throw FileSystem.systemError("make durable", store.layout.pack(pack.id))
        }
        pack.bytes += buffer.count
        writer.pack = pack
      }
      let connection = writer.connection
      try connection.transaction {
        if !places.isEmpty {
          // Sorted by key, rows go into neighbouring pages of the table.
          places.sort { $0.digest < $1.digest }
          let insert = try connection.statement(
            "INSERT OR IGNORE INTO objects(digest, pack, start, length, size) VALUES(?,?,?,?,?)")
          for place in places {
            try insert.bind([
              .digest(place.digest), .int(place.pack), .int(place.start), .int(place.length),
              .int(place.size),
            ])
            while try insert.step() {}
          }
          if let pack = writer.pack {
            try connection.run(
              "UPDATE packs SET bytes=? WHERE id=?", .int(pack.bytes), .int(pack.id))
          }
        }
        for entry in entries { try entry(connection) }
      }
    }
    store.state.update { state in
      for (digest, object) in objects {
        state.pending[digest] = nil
        state.bytes -= object.raw.count
      }
    }
  }

  /// Every process writes packs of its own: their numbers come from the ledger.
  private func openPack(_ writer: inout Writer) throws {
    if let pack = writer.pack, pack.bytes < Self.maxPackBytes { return }
    let connection = writer.connection
    var id = 0
    try connection.transaction {
      try connection.run("INSERT INTO packs(bytes) VALUES(0)")
      id = Int(connection.lastInsertedRow)
    }
    let path = store.layout.pack(id)
    // A crash can leave a file whose number was never committed: its bytes are nobody's.
    let file = try FileDescriptor(path: path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
    try FileSystem.syncDirectory(store.layout.packs)
    writer.pack = (id, file, 0)
  }
}
