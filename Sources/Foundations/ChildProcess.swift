import CSystem
import Glibc

/// A program started with posix semantics, in a process group of its own, killed when this value goes.
package struct ChildProcess: ~Copyable {
  package let pid: pid_t
  private var reaped = false
  /// The guard's slot of this child's group; `nil` when nobody looks after the group.
  private let slot: ChildGuard.Slot?

  /// How a program ended.
  package enum Ending: Sendable, Equatable {
    case exited(Int32)
    case signalled(Int32)

    package var isSuccess: Bool { self == .exited(0) }
    package var description: String {
      switch self {
      case .exited(let code): "exit code \(code)"
      case .signalled(let signal):
        "killed by signal \(signal) (\(String(cString: strsignal(signal))))"
      }
    }
  }

  /// What to start. File descriptors of -1 mean `/dev/null`.
  package struct Command: Sendable {
    package var arguments: [String]
    package var environment: [String: String]
    package var directory: String?
    package var input: Int32 = -1
    package var output: Int32 = -1
    package var errors: Int32 = -1
    /// Bytes of address space; 0 for no limit.
    package var memoryLimit: UInt64 = 0
    /// Seconds of processor time; 0 for no limit.
    package var cpuLimit: UInt64 = 0
    /// Whether the kernel kills the child when the starting *thread* ends.
    package var diesWithParent = false
    /// Whether all that the program started ends with it, and with this process, however that ends (`ChildGuard`).
    package var isGuarded = false

    package init(_ arguments: [String], environment: [String: String] = Environment.all) {
      self.arguments = arguments
      self.environment = environment
    }
  }

  /// Starts a program; throws when it cannot be found or started.
  package init(_ command: Command) throws(SluiceError) {
    let arguments = command.arguments.map { strdup($0) }
    let environment = command.environment.sorted { $0.key < $1.key }.map {
      strdup("\($0.key)=\($0.value)")
    }
    let directory = command.directory.map { strdup($0) }
    defer {
      for pointer in arguments + environment { free(pointer) }
      free(directory ?? nil)
    }
    let slot = command.isGuarded ? ChildGuard.slot() : nil
    let argv = arguments.map { UnsafePointer($0) } + [nil]
    let envp = environment.map { UnsafePointer($0) } + [nil]
    let result = argv.withUnsafeBufferPointer { argv in
      envp.withUnsafeBufferPointer { envp in
        var spawn = csystem_spawn()
        spawn.argv = argv.baseAddress
        spawn.envp = envp.baseAddress
        spawn.directory = UnsafePointer(directory ?? nil)
        spawn.stdin_fd = command.input
        spawn.stdout_fd = command.output
        spawn.stderr_fd = command.errors
        spawn.memory_limit = command.memoryLimit
        spawn.cpu_seconds = command.cpuLimit
        spawn.die_with_parent = command.diesWithParent ? 1 : 0
        spawn.guard_slot = slot?.pointer
        return csystem_spawn(&spawn)
      }
    }
    guard result > 0 else {
      slot?.release()
      throw FileSystem.systemError("start", command.arguments.first ?? "", -result)
    }
    pid = result
    self.slot = slot
  }

  /// Waits until the program has ended.
  package mutating func wait() -> Ending {
    _ = csystem_wait_ended(pid, 0)
    return reap()
  }

  /// How the program ended, or `nil` while it runs.
  package mutating func poll() -> Ending? { csystem_wait_ended(pid, 1) == 1 ? reap() : nil }

  /// Seconds that what the program left running is given to end by itself.
  private static let leftoverGrace = 0.2

  private mutating func reap() -> Ending {
    // While the program is not reaped nobody else can get its number.
    if slot != nil { _ = Glibc.kill(-pid, SIGTERM) }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    reaped = true
    if slot != nil {
      let deadline = MonotonicClock.deadline(after: Self.leftoverGrace)
      while Glibc.kill(-pid, 0) == 0 {
        if MonotonicClock.now > deadline {
          _ = Glibc.kill(-pid, SIGKILL)
          break
        }
        usleep(2_000)
      }
      slot?.release()
    }
    return Self.ending(status)
  }

  /// Asks the program and all that it started to end, and after `grace` seconds does not ask any more.
  package mutating func end(grace: Double) -> Ending {
    kill(SIGTERM)
    let deadline = MonotonicClock.deadline(after: grace)
    while MonotonicClock.now < deadline {
      if let ending = poll() { return ending }
      usleep(2_000)
    }
    kill(SIGKILL)
    return wait()
  }

  private static func ending(_ status: Int32) -> Ending {
    let signal = status & 0x7F
    return signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
  }

  /// Sends a signal to the program and all that it started.
  package func kill(_ signal: Int32 = SIGKILL) {
    if !reaped { _ = Glibc.kill(-pid, signal) }
  }

  deinit {
    guard !reaped else { return }
    _ = Glibc.kill(-pid, SIGKILL)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    slot?.release()
  }
}
