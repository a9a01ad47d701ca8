import CSystem
import Foundations
import Glibc
import Synchronization

/// One parser process and its pipes. Used by one thread at a time.
final class ParserChild: Sendable {
  private struct Running: ~Copyable {
    var child: ChildProcess
    var documents = 0
  }

  private let running: Mutex<Running>
  private let input: FileDescriptor
  private let output: FileDescriptor
  private let errors: ErrorTail
  private let limits: ParserLimits

  init(_ command: [String], _ limits: ParserLimits) throws(SluiceError) {
    let toChild = try PipeEnds()
    let fromChild = try PipeEnds()
    let fromErrors = try PipeEnds()
    var start = ChildProcess.Command(command)
    start.input = toChild.reading.raw
    start.output = fromChild.writing.raw
    start.errors = fromErrors.writing.raw
    start.memoryLimit = limits.memory
    // A trap should end the child at once: walking its stack for a report takes seconds.
    start.environment["SWIFT_BACKTRACE"] = "enable=no"
    // Writing to a child that has died is an error to be handled, not a signal.
    csystem_ignore_sigpipe()
    let command = start
    running = Mutex(Running(child: try ChildProcess(command)))
    input = toChild.writing
    output = fromChild.reading
    errors = ErrorTail(fromErrors.reading)
    self.limits = limits
    _ = fcntl(toChild.writing.raw, F_SETFL, O_NONBLOCK)
  }

  /// How many documents it has answered.
  var documents: Int { running.withLock { $0.documents } }

  /// Sends an order and waits for its answer. After an error the child is gone.
  /// - Throws: `SluiceError.interrupted` when the run was stopped meanwhile.
  func ask(_ order: ParserFrame, isStopping: @escaping @Sendable () -> Bool) throws -> ParserFrame {
    let deadline = ParserDeadline(seconds: limits.timeout, isStopping: isStopping)
    let sent = (try? order.write(to: input.raw, deadline: deadline)) != nil
    if sent,
      let answer = try? ParserFrame.read(from: output.raw, deadline: deadline, errors: errors)
    {
      running.withLock { $0.documents += 1 }
      return answer
    }
    let isLate = deadline.isLate
    if !isLate && deadline.pause == nil {
      running.withLock { $0.child.kill() }
      throw SluiceError(.interrupted, "the run was interrupted")
    }
    throw problem(isLate: isLate)
  }

  private func problem(isLate: Bool) -> ItemProblem {
    let ending = running.withLock { running -> ChildProcess.Ending in
      if isLate { running.child.kill() }
      // A child that closed its pipe is about to end; one that does not is not waited for.
      for _ in 0..<200 {
        if let ending = running.child.poll() { return ending }
        usleep(10_000)
      }
      running.child.kill()
      return running.child.wait()
    }
    if isLate {
      return ItemProblem(
        "timeout", "the parser was stopped after \(Units.show(seconds: limits.timeout))")
    }
    if errors.speaksOfMemory || ending == .exited(ParserChild.outOfMemory) {
      return ItemProblem(
        "out_of_memory",
        "the parser needed more than \(Units.show(bytes: Int(limits.memory))) of memory")
    }
    switch ending {
    case .signalled(let signal):
      return ItemProblem(
        "parser_crashed", "the parser crashed (\(String(cString: strsignal(signal)).lowercased()))")
    case .exited(let code):
      return ItemProblem("parser_crashed", "the parser ended without an answer (exit code \(code))")
    }
  }

  /// The exit code of a child whose C library got no memory.
  static let outOfMemory: Int32 = 71
}
