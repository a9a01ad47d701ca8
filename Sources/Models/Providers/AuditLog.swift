import Foundations
import Glibc
import Manifest
import Synchronization

/// The record of everything that was paid for: a file of JSON lines for each day of UTC, only ever appended to.
///
/// It is also what budgets are held against, so several processes share one: each reads what the others appended.
package final class AuditLog: Sendable {
  private let directory: String?
  private let state = Mutex(State())

  private struct State {
    /// The day's file; `nil` before the first look, and where nothing is written.
    var log: DayLog?
    /// US dollars spent on this day, by provider.
    var spent: [String: Double] = [:]
    /// US dollars spent by this process, by provider.
    var spentHere: [String: Double] = [:]
    /// US dollars that requests on their way may cost, by provider.
    var reserved: [String: Double] = [:]
  }

  private struct DayLog {
    let path: String
    let file: FileDescriptor
    /// How far it was read.
    var offset = 0
  }

  /// - Parameter directory: `nil`: nothing is written, and only this process counts.
  package init(directory: String?) { self.directory = directory }

  private static let known = Mutex<[String: AuditLog]>([:])

  /// One log for each directory, so that all stages of a run hold the same budget.
  package static func shared(directory: String?) -> AuditLog {
    guard let directory else { return AuditLog(directory: nil) }
    let path = Path.absolute(directory)
    return known.withLock { known in
      let log = known[path] ?? AuditLog(directory: path)
      known[path] = log
      return log
    }
  }

  /// `2026-11-21.jsonl`
  package static func fileName(_ time: Timestamp) -> String { time.rfc3339.prefix(10) + ".jsonl" }

  /// Whether there is money for a request. After `granted`, `settle` must follow.
  enum Leave { case granted, later, spent }

  /// Takes money for a request out of the budgets before it is sent.
  func reserve(
    _ provider: String, dollars: Double, perRun: Double?, perDay: Double?, now: Timestamp = .now
  ) throws(SluiceError) -> Leave {
    do {
      return try state.withLock { state in
        try open(&state, now)
        let waiting = state.reserved[provider] ?? 0
        let run = (perRun ?? .infinity) - (state.spentHere[provider] ?? 0)
        let day = (perDay ?? .infinity) - (state.spent[provider] ?? 0)
        let left = min(run, day)
        if dollars > left { return .spent }
        // Requests on their way will cost less than they may: their rest comes back.
        if waiting + dollars > left { return .later }
        state.reserved[provider] = waiting + dollars
        return .granted
      }
    } catch { throw SluiceError(wrapping: error) }
  }

  /// Waits for leave while requests on their way hold money that they may give back.
  /// - Throws: `.unavailable` when the budget is spent, `.stopped` when the run is.
  func waitForLeave(_ provider: Provider, dollars: Double, _ environment: ProviderEnvironment) throws(ServiceFailure) {
    // Nothing is sent then, and the caller says so.
    if environment.isFrozen { return }
    while true {
      let leave: Leave
      do throws(SluiceError) {
        leave = try reserve(
          provider.name, dollars: dollars, perRun: provider.budget.perRun, perDay: provider.budget.perDay)
      } catch { throw .stopped(error) }
      switch leave {
      case .granted: return
      case .spent:
        throw .unavailable(
          SluiceError(
            .budget, "the budget of provider '\(provider.name)' is spent",
            advice:
              "What was paid for is kept. Raise its budget in providers.yaml, give it a fallback, or run again tomorrow."
          ))
      case .later:
        if environment.isStopping() { throw .stopped(SluiceError(.interrupted, "the run was interrupted")) }
        usleep(20_000)
      }
    }
  }

  /// Gives back what was reserved and writes down what it came to; `nil`: nothing was answered.
  /// What cannot be written down (a full disk) is told: the money is gone all the same.
  func settle(_ provider: String, reserved: Double, _ entry: AuditEntry?, _ environment: ProviderEnvironment) {
    do throws(SluiceError) { try settle(provider, reserved: reserved, entry) } catch {
      environment.log(true, "an answer that was paid for is missing in the audit log: \(error.message)")
    }
  }

  private func settle(_ provider: String, reserved: Double, _ entry: AuditEntry?) throws(SluiceError) {
    do {
      try state.withLock { state in
        state.reserved[provider] = max(0, (state.reserved[provider] ?? 0) - reserved)
        guard let entry else { return }
        state.spentHere[provider, default: 0] += entry.cost
        try open(&state, entry.time)
        guard let log = state.log else {
          state.spent[provider, default: 0] += entry.cost
          return
        }
        // One write: lines of several processes never mix.
        var line = Array(Secrets.redacted(JSONValue.object(entry.json).canonicalText).utf8)
        line.append(UInt8(ascii: "\n"))
        try line.withUnsafeBytes { try FileSystem.write($0, to: log.file.raw, log.path) }
        fdatasync(log.file.raw)
      }
    } catch { throw SluiceError(wrapping: error) }
  }

  /// Opens the day's file and reads what was appended since.
  private func open(_ state: inout State, _ now: Timestamp) throws {
    guard let directory else { return }
    let path = Path.join(directory, Self.fileName(now))
    var log: DayLog
    if let known = state.log, known.path == path {
      log = known
    } else {
      try FileSystem.makeDirectory(directory)
      log = DayLog(path: path, file: try FileDescriptor(path: path, flags: O_RDWR | O_CREAT | O_APPEND))
      (state.log, state.spent) = (log, [:])
    }
    var status = stat()
    guard fstat(log.file.raw, &status) == 0 else { throw FileSystem.systemError("look at", path) }
    guard Int(status.st_size) > log.offset else { return }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size) - log.offset)
    let count = bytes.withUnsafeMutableBytes { pread(log.file.raw, $0.baseAddress, $0.count, off_t(log.offset)) }
    guard count >= 0 else { throw FileSystem.systemError("read", path) }
    // What another process is just writing has no end yet.
    guard let end = bytes[..<count].lastIndex(of: UInt8(ascii: "\n")) else { return }
    for line in bytes[...end].split(separator: UInt8(ascii: "\n")) {
      // A line that a crash cut short, or that another version wrote, says nothing of money.
      guard let entry = try? JSONValue(parsing: Array(line)).decoded(as: AuditEntry.Spent.self) else { continue }
      state.spent[entry.provider, default: 0] += entry.cost ?? 0
    }
    log.offset += end + 1
    state.log = log
  }
}
