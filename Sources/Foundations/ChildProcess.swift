import CSystem
import Glibc

/// A program started with posix semantics, in a process group of its own, killed when this value goes.
package struct ChildProcess: ~Copyable {
  /// The process that was started.
  package let pid: pid_t
  private var reaped = false
  /// Where the supervisor writes how it ended; `nil`: it is a child of this process.
  private let report: FileDescriptor?

  /// How a program ended.
  package enum Ending: Sendable, Equatable {
    case exited(Int32)
    case signalled(Int32)

    /// Whether it ended by itself, with 0.
    package var isSuccess: Bool { self == .exited(0) }
    /// For people: "exit code 3", "killed by signal 9".
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
    /// The program, found in PATH unless it has a slash, and its arguments.
    package var arguments: [String]
    /// The program's file; `nil`: the first argument, looked up in PATH.
    package var program: String?
    /// All that it gets: nothing is inherited.
    package var environment: [String: String]
    /// Where it starts; `nil`: where this process is.
    package var directory: String?
    /// Its standard input; -1: `/dev/null`.
    package var input: Int32 = -1
    /// Its standard output; -1: `/dev/null`.
    package var output: Int32 = -1
    /// Its standard error; -1: `/dev/null`.
    package var errors: Int32 = -1
    /// Bytes of address space; 0 for no limit.
    package var memoryLimit: UInt64 = 0
    /// Seconds of processor time; 0 for no limit.
    package var cpuLimit: UInt64 = 0
    /// Whether the kernel kills the child when the starting *thread* ends.
    package var diesWithParent = false
    /// Whether all that the program started ends with it, and with this process, however that ends (`ChildSupervisor`).
    package var isGuarded = false
    /// Bytes of memory that can be written; 0 for no limit.
    package var dataLimit: UInt64 = 0
    /// What the program may read; it has no network, writes no file and starts no other program. `nil`: no sandbox.
    package var sandbox: [String]?

    package init(_ arguments: [String], environment: [String: String] = Environment.all) {
      self.arguments = arguments
      self.environment = environment
    }
  }

  /// Starts a program; throws when it cannot be found or started.
  package init(_ command: Command) throws(SluiceError) {
    if command.isGuarded, let (pid, report) = try ChildSupervisor.start(command) {
      self.pid = pid
      self.report = report
      return
    }
    let arguments = command.arguments.map { strdup($0) }
    let environment = command.environment.sorted { $0.key < $1.key }.map {
      strdup("\($0.key)=\($0.value)")
    }
    let directory = command.directory.map { strdup($0) }
    let program = command.program.map { strdup($0) }
    defer {
      for pointer in arguments + environment { free(pointer) }
      free(directory ?? nil)
      free(program ?? nil)
    }
    let readable = (command.sandbox ?? []).map { strdup($0) }
    defer { for pointer in readable { free(pointer) } }
    let paths = readable.map { UnsafePointer($0) } + [nil]
    let argv = arguments.map { UnsafePointer($0) } + [nil]
    let envp = environment.map { UnsafePointer($0) } + [nil]
    let result = argv.withUnsafeBufferPointer { argv in
      envp.withUnsafeBufferPointer { envp in
        var spawn = csystem_spawn()
        spawn.argv = argv.baseAddress
        spawn.envp = envp.baseAddress
        spawn.program = UnsafePointer(program ?? nil)
        spawn.directory = UnsafePointer(directory ?? nil)
        spawn.stdin_fd = command.input
        spawn.stdout_fd = command.output
        spawn.stderr_fd = command.errors
        spawn.memory_limit = command.memoryLimit
        spawn.cpu_seconds = command.cpuLimit
        spawn.die_with_parent = command.diesWithParent ? 1 : 0
        spawn.data_limit = command.dataLimit
        spawn.sandboxed = command.sandbox == nil ? 0 : 1
        return paths.withUnsafeBufferPointer { paths in
          spawn.readable = paths.baseAddress
          return csystem_spawn(&spawn)
        }
      }
    }
    guard result > 0 else {
      throw FileSystem.systemError("start", command.arguments.first ?? "", -result)
    }
    pid = result
    report = nil
  }

  /// Waits until the program has ended.
  package mutating func wait() -> Ending {
    if let report { return supervised(report) }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    reaped = true
    return Self.ending(status)
  }

  /// How the program ended, or `nil` while it runs.
  package mutating func poll() -> Ending? {
    if let report {
      var entry = pollfd(fd: report.raw, events: Int16(POLLIN), revents: 0)
      return Glibc.poll(&entry, 1, 0) > 0 ? supervised(report) : nil
    }
    var status: Int32 = 0
    guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
    reaped = true
    return Self.ending(status)
  }

  /// Sleeps until the program has ended, or so long; reads meanwhile what it says.
  package func sleep(milliseconds: Int32, errors: ErrorTail? = nil) {
    let descriptor = report == nil ? csystem_pidfd(pid) : -1
    defer { if descriptor >= 0 { close(descriptor) } }
    let ending = report?.raw ?? descriptor
    var entries = [
      pollfd(fd: ending, events: Int16(POLLIN), revents: 0),
      pollfd(fd: errors?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
    ]
    // Without a pidfd (Linux before 5.3) it looks often.
    let got = Glibc.poll(&entries, 2, ending >= 0 ? milliseconds : 2)
    if got > 0, entries[1].revents != 0 { errors?.drain() }
  }

  private mutating func supervised(_ report: FileDescriptor) -> Ending {
    reaped = true
    return ChildSupervisor.number(report).map(Self.ending) ?? .signalled(SIGKILL)
  }

  /// Asks the program and all that it started to end, and after `grace` seconds does not ask any more.
  package mutating func end(grace: Double, errors: ErrorTail? = nil) -> Ending {
    kill(SIGTERM)
    let deadline = MonotonicClock.deadline(after: grace)
    while MonotonicClock.now < deadline {
      if let ending = poll() { return ending }
      // Who has much to say at the end must not wait for a reader.
      errors?.drain()
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
    if let report {
      _ = ChildSupervisor.number(report)
      return
    }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
  }
}
