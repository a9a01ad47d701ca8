import CSystem
import Foundations
import Glibc
import Synchronization

/// One worker process and its pipes. Used by one thread at a time.
final class WorkerChild: Sendable {
  private struct Running: ~Copyable {
    var child: ChildProcess
    var orders = 0
  }

  private let running: Mutex<Running>
  private let input: FileDescriptor
  private let output: FileDescriptor
  private let errors: ErrorTail
  private let limits: WorkerLimits

  init(_ command: [String], _ limits: WorkerLimits) throws(SluiceError) {
    let toChild = try PipeEnds()
    let fromChild = try PipeEnds()
    let fromErrors = try PipeEnds()
    // It inherits nothing but what a loader needs to find libraries in an unusual place: keys stand in environments.
    let libraries = Environment["LD_LIBRARY_PATH"].map { ["LD_LIBRARY_PATH": $0] } ?? [:]
    var start = ChildProcess.Command(command, environment: libraries)
    start.input = toChild.reading.raw
    start.output = fromChild.writing.raw
    start.errors = fromErrors.writing.raw
    start.memoryLimit = limits.memory
    start.cpuLimit = UInt64(clamping: limits.timeout * Double(limits.ordersPerChild), to: 1...31_536_000)
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

  /// How many orders it has answered.
  var orders: Int { running.withLock { $0.orders } }

  /// Sends an order and waits for its answer. After an error the child is gone.
  /// - Throws: `SluiceError.interrupted` when the run was stopped meanwhile.
  func ask(_ order: WorkerFrame, _ assistant: WorkerPool.Assistant?, isStopping: @escaping @Sendable () -> Bool) throws
    -> WorkerFrame
  {
    let deadline = WorkerDeadline(seconds: limits.timeout, isStopping: isStopping)
    var next = order
    while (try? next.write(to: input.raw, deadline: deadline)) != nil {
      // A picture of a page, for OCR, may be larger than what an answer may be.
      let most = max(limits.answer(to: order.body.count), WorkerFrame.longestWish)
      guard
        let answer = try? WorkerFrame.read(from: output.raw, most: most, deadline: deadline, errors: errors)
      else { break }
      guard case .wish = answer.message, let assistant else {
        running.withLock { $0.orders += 1 }
        return answer
      }
      do { next = try assistant(answer, deadline) } catch {
        next = WorkerFrame(WorkerMessage(SluiceError(wrapping: error)))
      }
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
    if errors.speaksOfMemory || ending == .exited(WorkerChild.outOfMemory) {
      return ItemProblem(
        "out_of_memory",
        "the parser needed more than \(Units.show(bytes: Int(clamping: limits.memory))) of memory")
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
