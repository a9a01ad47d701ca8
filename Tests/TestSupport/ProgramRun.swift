import Foundations
import Glibc

/// A program that ran to its end, with what it printed.
package struct ProgramRun: Sendable {
  package let ending: ChildProcess.Ending
  package let output: String
  package let errors: String

  package var exitCode: Int32? { if case .exited(let code) = ending { code } else { nil } }
  package var json: JSONValue? { try? JSONValue(parsing: output) }

  /// Runs a program; `environment` goes over the test's own.
  package static func run(
    _ arguments: [String], in directory: String, environment: [String: String] = [:], timeout: Double = 120
  ) throws -> ProgramRun {
    let running = try RunningProgram(arguments, in: directory, environment: environment)
    return try running.wait(timeout: timeout)
  }
}

/// A program that is still running.
package final class RunningProgram {
  private var child: ChildProcess
  private let scratch: Scratch
  package var pid: pid_t { child.pid }

  package init(_ arguments: [String], in directory: String, environment: [String: String] = [:]) throws {
    scratch = try Scratch()
    let output = try FileDescriptor(path: scratch.path("out"), flags: O_WRONLY | O_CREAT)
    let errors = try FileDescriptor(path: scratch.path("err"), flags: O_WRONLY | O_CREAT)
    var command = ChildProcess.Command(arguments, environment: Environment.all.merging(environment) { $1 })
    command.directory = directory
    command.output = output.raw
    command.errors = errors.raw
    child = try ChildProcess(command)
  }

  package func signal(_ number: Int32) { _ = Glibc.kill(child.pid, number) }
  /// Kills the program and everything that it started.
  package func killGroup() { child.kill(SIGKILL) }

  package func wait(timeout: Double = 120) throws -> ProgramRun {
    let deadline = MonotonicClock.now + UInt64(clamping: timeout * 1e9)
    while true {
      if let ending = child.poll() {
        return ProgramRun(
          ending: ending, output: String(decoding: try FileSystem.read(scratch.path("out")), as: UTF8.self),
          errors: String(decoding: try FileSystem.read(scratch.path("err")), as: UTF8.self))
      }
      if MonotonicClock.now > deadline {
        child.kill(SIGKILL)
        throw SluiceError(
          .system,
          "the program did not end within \(timeout) s: \(try String(decoding: FileSystem.read(scratch.path("err")), as: UTF8.self))"
        )
      }
      usleep(1000)
    }
  }
}
