import Foundations
import Glibc
import Synchronization

/// The mapped file behind a governor: one record of fixed size for each account.
///
/// Every access holds `flock` on the file, which the kernel gives back when a process dies. Each process that has
/// requests on their way sits on a *seat*, a byte of the file that it holds a lock on (an open file description lock,
/// fcntl(2)); what a dead process had on its way is counted no more because nobody holds its seat.
final class GovernorTable: Sendable {
  static let seats = 32
  private static let magic: UInt64 = 0x31_56_4F_47_43_4C_53_02  // "SLCGOV1" and a version
  private static let headerSize = 4096
  private static let recordSize = 512
  private static let paceOffset = 32
  private static let runningOffset = 384
  /// The beginning of the account's name, for people; nothing rests on it.
  private static let nameOffset = 448
  private static let nameSize = recordSize - nameOffset
  private static let maxRecords = 1 << 17
  private static let growth = 256
  /// Where the seats' bytes lie, far behind the records.
  private static let seatsStart: Int64 = 1 << 40
  // From fcntl.h, where they need _GNU_SOURCE.
  private static let getLock: Int32 = 36
  private static let setLock: Int32 = 37

  private let file: FileDescriptor
  /// Used under the file's lock and that of `state` only.
  private let mapped: MappedFile
  private var map: UnsafeMutableRawPointer { UnsafeMutableRawPointer(mapped.bytes.start) }
  private let seat: Int
  private let state = Mutex(State())

  private struct State {
    /// Where the records are, of as many as were seen.
    var positions: [Digest: Int] = [:]
    var indexed = 0
    var aliveSeats = [Bool](repeating: false, count: seats)
    var aliveTime: UInt64 = 0
  }

  init(path: String) throws(SluiceError) {
    let file = try FileDescriptor(path: path, flags: O_RDWR | O_CREAT, mode: 0o600)
    self.file = file
    while flock(file.raw, LOCK_EX) != 0 && errno == EINTR {}
    defer { flock(file.raw, LOCK_UN) }
    var status = stat()
    fstat(file.raw, &status)
    if status.st_size < off_t(Self.headerSize), ftruncate(file.raw, off_t(Self.headerSize)) != 0 {
      throw FileSystem.systemError("make room in", path)
    }
    // Address space for the largest table: pages beyond the file's end are never touched.
    mapped = try MappedFile(file, path: path, size: Self.headerSize + Self.maxRecords * Self.recordSize, isShared: true)
    let map = UnsafeMutableRawPointer(mapped.bytes.start)
    let known = map.load(fromByteOffset: 8, as: Int64.self)
    if map.load(as: UInt64.self) != Self.magic || known < 0 || known > Int64(Self.maxRecords)
      || Self.headerSize + Int(known) * Self.recordSize > Int(status.st_size)
    {
      // Another format, or damage: what was learnt can be learnt again.
      map.storeBytes(of: 0, toByteOffset: 8, as: Int64.self)
      map.storeBytes(of: Self.magic, as: UInt64.self)
    }
    var taken = -1
    for number in 0..<Self.seats where Self.lockSeat(file.raw, number) {
      taken = number
      break
    }
    seat = taken
    if seat >= 0 { for record in 0..<count { setRunning(record, seat, 0) } }
  }

  private static func lockSeat(_ descriptor: Int32, _ number: Int) -> Bool {
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = off_t(seatsStart + Int64(number))
    lock.l_len = 1
    return fcntl(descriptor, setLock, &lock) == 0
  }

  private func isTaken(_ number: Int) -> Bool {
    if number == seat { return true }
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = off_t(Self.seatsStart + Int64(number))
    lock.l_len = 1
    return fcntl(file.raw, Self.getLock, &lock) == 0 && lock.l_type != Int16(F_UNLCK)
  }

  private var count: Int {
    get { Int(map.load(fromByteOffset: 8, as: Int64.self)) }
    set { map.storeBytes(of: Int64(newValue), toByteOffset: 8, as: Int64.self) }
  }

  private func base(_ record: Int) -> Int { Self.headerSize + record * Self.recordSize }

  private func digest(_ record: Int) -> Digest? {
    Digest(bytes: UnsafeRawBufferPointer(start: map + base(record), count: 32))
  }

  private func running(_ record: Int, _ seat: Int) -> Int {
    Int(map.load(fromByteOffset: base(record) + Self.runningOffset + 2 * seat, as: UInt16.self))
  }

  private func setRunning(_ record: Int, _ seat: Int, _ value: Int) {
    map.storeBytes(
      of: UInt16(clamping: value), toByteOffset: base(record) + Self.runningOffset + 2 * seat, as: UInt16.self)
  }

  /// Runs `body` with what is known of `key` and the number of requests on their way in all processes; `body`
  /// says by how much those of this process change. `nil` when there is no room for one more account.
  func update<R>(_ key: Digest, name: String, _ body: (inout Pace, Int) -> (R, Int)) -> R? {
    state.withLock { state in
      while flock(file.raw, LOCK_EX) != 0 && errno == EINTR {}
      defer { flock(file.raw, LOCK_UN) }
      guard seat >= 0, let record = find(key, name, &state) else { return nil }
      if MonotonicClock.now > state.aliveTime + 1_000_000_000 {
        for number in 0..<Self.seats { state.aliveSeats[number] = isTaken(number) }
        state.aliveTime = MonotonicClock.now
      }
      var total = 0
      for number in 0..<Self.seats {
        let value = running(record, number)
        if value > 0 && state.aliveSeats[number] { total += value }
      }
      var pace = map.loadUnaligned(fromByteOffset: base(record) + Self.paceOffset, as: Pace.self)
      if !pace.isSane { pace = Pace() }
      let (result, change) = body(&pace, total)
      map.storeBytes(of: pace, toByteOffset: base(record) + Self.paceOffset, as: Pace.self)
      if change != 0 { setRunning(record, seat, max(0, running(record, seat) + change)) }
      return result
    }
  }

  /// All accounts by the beginnings of their names, with what is known of each.
  func accounts() -> [(name: String, pace: Pace)] {
    state.withLock { _ in
      while flock(file.raw, LOCK_EX) != 0 && errno == EINTR {}
      defer { flock(file.raw, LOCK_UN) }
      return (0..<count).map {
        (name($0), map.loadUnaligned(fromByteOffset: base($0) + Self.paceOffset, as: Pace.self))
      }
    }
  }

  /// Changes what is known of the accounts whose names' beginnings fit.
  func change(where fits: (String) -> Bool, _ body: (inout Pace) -> Void) -> [String] {
    state.withLock { _ in
      while flock(file.raw, LOCK_EX) != 0 && errno == EINTR {}
      defer { flock(file.raw, LOCK_UN) }
      var changed: [String] = []
      for record in 0..<count where fits(name(record)) {
        var pace = map.loadUnaligned(fromByteOffset: base(record) + Self.paceOffset, as: Pace.self)
        body(&pace)
        map.storeBytes(of: pace, toByteOffset: base(record) + Self.paceOffset, as: Pace.self)
        changed.append(name(record))
      }
      return changed
    }
  }

  private func name(_ record: Int) -> String {
    let bytes = UnsafeRawBufferPointer(start: map + base(record) + Self.nameOffset, count: Self.nameSize)
    return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  private func setName(_ record: Int, _ name: String) {
    let place = map + base(record) + Self.nameOffset
    guard place.load(as: UInt8.self) == 0 else { return }
    for (index, byte) in name.utf8.prefix(Self.nameSize).enumerated() {
      place.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
    }
  }

  private func find(_ key: Digest, _ name: String, _ state: inout State) -> Int? {
    let total = count
    if total < state.indexed { (state.positions, state.indexed) = ([:], 0) }
    while state.indexed < total {
      if let digest = digest(state.indexed) { state.positions[digest] = state.indexed }
      state.indexed += 1
    }
    if let known = state.positions[key] {
      setName(known, name)
      return known
    }
    guard total < Self.maxRecords else { return nil }
    var status = stat()
    fstat(file.raw, &status)
    if Int(status.st_size) < base(total + 1) {
      guard ftruncate(file.raw, off_t(base(total + Self.growth))) == 0 else { return nil }
    }
    let start = map + base(total)
    start.initializeMemory(as: UInt8.self, repeating: 0, count: Self.recordSize)
    key.withBytes { start.copyMemory(from: $0.baseAddress!, byteCount: 32) }
    setName(total, name)
    start.storeBytes(of: Pace(), toByteOffset: Self.paceOffset, as: Pace.self)
    // The number is written last: a process that dies before leaves no half record.
    count = total + 1
    state.positions[key] = total
    state.indexed = total + 1
    return total
  }
}
