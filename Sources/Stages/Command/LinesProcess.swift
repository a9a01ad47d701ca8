import Foundations
import Glibc
import StageKit
import Store

/// A running program that answers JSON lines.
final class LinesProcess {
  /// What was seen of the program since the last look.
  typealias Answers = [(work: WorkItem, outcome: ItemOutcome)]

  /// Why the program can no longer be used.
  enum Ended {
    case no
    /// It hangs: whoever waits longest is to blame.
    case silent(ItemFailure)
    case failed(ItemFailure)
  }

  private var child: ChildProcess
  private let input: PipeEnds
  private let output: PipeEnds
  private let errors: String
  private let limits: CommandRunner
  private var requests: [UInt8] = []
  private var sent = 0
  private var answers = LineBuffer()
  /// What waits for its answer, in the order in which it was sent.
  private var waiting: [ExactText: (order: Int, work: WorkItem)] = [:]
  private var count = 0
  private(set) var hasAnswered = false
  private var isOutputOpen = true
  private(set) var isInputOpen = true
  private(set) var ended = Ended.no
  /// When the last answer came, or the first question after it.
  private var lastEvent = MonotonicClock.now
  /// The files of the line when the program was started.
  let files: [CommandFiles.Seen]

  init(_ settings: CommandSettings, _ context: StageContext) throws {
    files = try settings.files.see()
    input = try PipeEnds()
    output = try PipeEnds()
    errors = Path.temporaryName(besides: Path.join(context.scratch, "stderr"))
    let standardErrors = try FileDescriptor(path: errors, flags: O_WRONLY | O_CREAT | O_TRUNC)
    var command = settings.runner.command(try settings.invocation())
    command.input = input.reading.raw
    command.output = output.writing.raw
    command.errors = standardErrors.raw
    child = try ChildProcess(command)
    input.reading.close()
    output.writing.close()
    limits = settings.runner
    // Both directions are polled: a program may answer before it has read everything.
    for descriptor in [input.writing.raw, output.reading.raw] {
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }
  }

  /// Seconds that a program is given to end when its input has ended.
  private static let endOfInputGrace = 0.5

  /// Ends the program: at the end of its input, or else when it is asked, or else by force.
  func end() {
    closeInput()
    let deadline = MonotonicClock.deadline(after: Self.endOfInputGrace)
    while MonotonicClock.now < deadline {
      drain()
      if child.poll() != nil { return }
      usleep(2_000)
    }
    _ = child.end(grace: CommandRunner.endGrace)
  }

  /// Ends a program that nothing is wanted from any more.
  func stop() {
    closeInput()
    output.reading.close()
    isOutputOpen = false
    _ = child.end(grace: CommandRunner.endGrace)
  }

  /// Says that nothing more will come: a program that collects its input begins to answer.
  func closeInput() {
    if isInputOpen { input.writing.close() }
    isInputOpen = false
  }

  /// What was sent and has no answer, in order.
  var unanswered: [WorkItem] { waiting.values.sorted { $0.order < $1.order }.map(\.work) }
  /// Whether it has been given one item in all its life: how it ends is owed to that.
  var hadOneItem: Bool { count == 1 }
  var isIdle: Bool { waiting.isEmpty }
  var canTakeMore: Bool { isInputOpen && sent == requests.count && waiting.count < 65_536 }
  /// Seconds in which nothing happened.
  var quiet: Double { MonotonicClock.seconds(since: lastEvent) }
  /// How long it may be quiet when nothing more is there for it, before it is told that nothing more will come. A
  /// program that has answered once needs no such hint, unless its output goes through a buffer.
  func patience(isExhausted: Bool) -> Double {
    isExhausted ? min(hasAnswered ? 1 : 0.2, limits.timeout / 2) : limits.timeout / 2
  }

  /// Whether it seems to wait for more before it answers: then it is not at work.
  var seemsToCollect: Bool { sent == requests.count && quiet > (hasAnswered ? 2 : 0.2) }

  func send(_ batch: [WorkItem]) throws {
    if sent == requests.count {
      requests.removeAll(keepingCapacity: true)
      sent = 0
    }
    if waiting.isEmpty && count > 0 { lastEvent = MonotonicClock.now }
    for work in batch {
      count += 1
      waiting[ExactText(work.item.id)] = (count, work)
      requests.append(contentsOf: try work.item.named().canonicalBytes)
      requests.append(UInt8(ascii: "\n"))
    }
  }

  /// Sends and receives for at most a tenth of a second.
  func exchange() -> Answers {
    var found: Answers = []
    var entries = [
      pollfd(fd: isOutputOpen ? output.reading.raw : -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: isInputOpen && sent < requests.count ? input.writing.raw : -1, events: Int16(POLLOUT), revents: 0),
    ]
    poll(&entries, 2, 100)
    if entries[1].revents != 0 { write() }
    let ending = child.poll()
    if entries[0].revents != 0 || ending != nil { read(&found, toEnd: ending != nil) }
    if case .no = ended { watch(ending) }
    return found
  }

  private func write() {
    let wrote = requests.withUnsafeBytes {
      Glibc.write(input.writing.raw, $0.baseAddress! + sent, requests.count - sent)
    }
    if wrote > 0 {
      sent += wrote
    } else if errno != EAGAIN && errno != EINTR {
      // It reads no more; what it has read it may still answer.
      closeInput()
    }
  }

  /// Reads what is there; of a program that has ended all, but what a child of it holds back is not waited for.
  private func read(_ found: inout Answers, toEnd: Bool) {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while isOutputOpen {
      let got = Glibc.read(output.reading.raw, &chunk, chunk.count)
      if got > 0 {
        for line in answers.lines(after: chunk[..<got]) {
          guard case .no = ended else { return }
          take(line, &found)
        }
        if !toEnd { return }
      } else if got == 0 {
        isOutputOpen = false
        if let rest = answers.rest(), case .no = ended { take(rest, &found) }
      } else if errno != EINTR {
        return
      }
    }
  }

  private func drain() {
    var ignored: Answers = []
    read(&ignored, toEnd: false)
  }

  private func take(_ line: [UInt8], _ found: inout Answers) {
    do throws(ItemFailure) {
      guard let answer = try LinesAnswer(line) else { return }
      guard let (_, work) = waiting.removeValue(forKey: ExactText(answer.id)) else {
        throw ItemFailure(
          kind: "bad_output",
          message: "the command answered for '\(answer.id)', which it was not asked or has answered before")
      }
      // Only an answer that was waited for shows that the program is at work: a banner, or blank lines, do not.
      lastEvent = MonotonicClock.now
      hasAnswered = true
      found.append((work, answer.outcome))
    } catch {
      ended = .failed(error)
    }
  }

  /// Finds out whether the program is of any use still.
  private func watch(_ ending: ChildProcess.Ending?) {
    if let ending {
      ended = .failed(
        ItemFailure(
          kind: "command_failed",
          message: "the command ended with \(ending.description)\(CommandRunner.tail(errors))",
          isTransient: limits.isRetried))
    } else if !isOutputOpen {
      let ending = child.end(grace: CommandRunner.endGrace)
      ended = .failed(
        ItemFailure(
          kind: "command_failed",
          message:
            "the command closed its output before it had answered, and was ended (\(ending.description))\(CommandRunner.tail(errors))",
          isTransient: limits.isRetried))
    } else {
      let limit = hasAnswered ? limits.timeout : limits.startTimeout ?? limits.timeout
      guard !waiting.isEmpty, quiet > limit else { return }
      ended = .silent(
        ItemFailure(
          kind: "timeout", message: "the command gave no answer for \(Units.show(seconds: limit))", isTransient: true))
    }
  }
}
