import CSystem
import Foundations
import Glibc
import StageKit
import Store

/// Runs one command line to its end, with a time limit and a view to Ctrl-C.
struct CommandRunner: Sendable {
  /// Environment variables that the program gets besides the standard ones.
  let variables: [String]
  let directory: String
  /// Seconds.
  let timeout: Double
  /// Seconds that a long-lived program may take to its first answer; `nil`: as long as for any.
  let startTimeout: Double?
  /// Whether the stage says that trying again can help.
  let isRetried: Bool

  /// The environment that a program gets: no more than it needs, so that the result depends on no more.
  var environment: [String: String] {
    var environment = ["PATH": Environment["PATH"] ?? "/usr/bin:/bin", "LANG": "C.UTF-8"]
    for name in ["HOME"] + variables { environment[name] = Environment[name] }
    return environment
  }

  func command(_ invocation: CommandInvocation) -> ChildProcess.Command {
    // As sh does, which not every line has.
    let standard = environment.merging(["PWD": directory]) { own, _ in own }
    var command = ChildProcess.Command(
      invocation.arguments, environment: standard.merging(invocation.variables) { $1 })
    command.program = invocation.program
    command.directory = directory
    command.isGuarded = true
    return command
  }

  /// - Parameters:
  ///   - input: a file for standard input.
  ///   - output: a file for what it prints.
  /// - Throws: `ItemFailure` when the program does not end well.
  func run(
    _ invocation: CommandInvocation, input: String?, output: String?, scratch: String, isStopping: () -> Bool
  ) throws {
    if let odd = invocation.variables.first(where: { $0.value.utf8.contains(0) || $0.value.utf8.count > 100_000 }) {
      throw ItemFailure(
        kind: "bad_id",
        message: "the value of $\(odd.key) has a zero byte or is longer than 100,000 bytes: no program can be given it")
    }
    var command = command(invocation)
    let standardInput = try input.map { try FileDescriptor(path: $0, flags: O_RDONLY) }
    let standardOutput = try output.map {
      try FileDescriptor(path: $0, flags: O_WRONLY | O_CREAT | O_TRUNC)
    }
    let pipe = try PipeEnds()
    let errors = ErrorTail(pipe.reading)
    command.input = standardInput?.raw ?? -1
    command.output = standardOutput?.raw ?? pipe.writing.raw
    command.errors = pipe.writing.raw
    var child = try start(command, isDirect: invocation.program != nil)
    pipe.writing.close()
    let ending = try wait(for: &child, errors, isStopping: isStopping)
    if !ending.isSuccess, let free = FileSystem.freeBytes(scratch), free < 64 << 10 {
      throw FileSystem.systemError("run the command in", scratch, ENOSPC)
    }
    guard ending.isSuccess else {
      throw ItemFailure(
        kind: "command_failed",
        message: "the command ended with \(ending.description)\(errors.lastLines)", isTransient: isRetried)
    }
  }

  /// - Parameter isDirect: whether no sh stands between: then a program that cannot be run is said here, as a failure of
  ///   the item.
  private func start(_ command: ChildProcess.Command, isDirect: Bool) throws -> ChildProcess {
    do throws(SluiceError) { return try ChildProcess(command) } catch {
      let isOwnFault = [ENOENT, EACCES, ENOEXEC, E2BIG, ENOTDIR, ELOOP].contains {
        error.message.hasSuffix(String(cString: strerror($0)))
      }
      guard isDirect, isOwnFault else { throw error }
      throw ItemFailure(kind: "command_failed", message: error.message)
    }
  }

  /// Seconds that a running program is given when the run is stopped.
  private static let grace = 10.0
  /// Seconds between SIGTERM and SIGKILL.
  static let endGrace = 2.0

  private func wait(for child: inout ChildProcess, _ errors: ErrorTail, isStopping: () -> Bool) throws
    -> ChildProcess.Ending
  {
    let deadline = MonotonicClock.deadline(after: timeout)
    var stopped: UInt64?
    while true {
      // Sleeps until the child ends, and looks after Ctrl-C ten times a second.
      child.sleep(milliseconds: 100, errors: errors)
      if let ending = child.poll() { return ending }
      if isStopping(), stopped == nil { stopped = MonotonicClock.now }
      // What was begun may end; who asks a second time, or waits long, does not want to wait.
      if let stopped, csystem_interrupts() > 1 || MonotonicClock.seconds(since: stopped) > Self.grace {
        _ = child.end(grace: Self.endGrace, errors: errors)
        throw SluiceError(.interrupted, "the run was interrupted")
      }
      if MonotonicClock.now > deadline {
        _ = child.end(grace: Self.endGrace, errors: errors)
        throw ItemFailure(
          kind: "timeout", message: "the command was stopped after \(Units.show(seconds: timeout))",
          isTransient: true)
      }
    }
  }

  /// The last lines that the program wrote to standard error.
  static func tail(_ path: String) -> String {
    guard let bytes = try? FileSystem.read(path), !bytes.isEmpty else { return "" }
    let lines = ByteSearch.lines(Array(bytes.suffix(4000))).suffix(5).map {
      String(decoding: $0, as: UTF8.self)
    }
    return ": " + lines.joined(separator: " ⏎ ")
  }
}
