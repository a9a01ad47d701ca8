import CSystem
import Foundations
import Glibc
import StageKit

/// A running program that answers JSON lines.
final class LinesProcess {
  private var child: ChildProcess
  private let input: PipeEnds
  private let output: PipeEnds
  private let errors: String
  private let timeout: Double
  private let isStopping: @Sendable () -> Bool
  private var buffer: [UInt8] = []
  private(set) var isUsable = true
  /// Why the process can no longer be used.
  private(set) var failure = ItemFailure(kind: "command_failed", message: "the command ended")

  init(_ settings: CommandSettings, _ context: StageContext) throws {
    input = try PipeEnds()
    output = try PipeEnds()
    errors = Path.temporaryName(besides: Path.join(context.scratch, "stderr"))
    let standardErrors = try FileDescriptor(path: errors, flags: O_WRONLY | O_CREAT | O_TRUNC)
    let line = settings.template.filled(
      input: nil, output: nil, inputs: settings.inputs.map { Path.join(context.directory, $0) },
      id: nil)
    var command = ChildProcess.Command(
      ["/bin/sh", "-c", "exec " + line], environment: settings.runner.environment)
    command.directory = context.directory
    command.input = input.reading.raw
    command.output = output.writing.raw
    command.errors = standardErrors.raw
    child = try ChildProcess(command)
    input.reading.close()
    output.writing.close()
    timeout = settings.runner.timeout
    isStopping = context.isStopping
    // Both directions are polled: a program may answer before it has read everything.
    for descriptor in [input.writing.raw, output.reading.raw] {
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }
  }

  func end() {
    input.writing.close()
    output.reading.close()
    child.kill(SIGTERM)
    _ = child.wait()
  }

  /// Sends items and reports their answers; returns those that got none because the process ended.
  func exchange(_ batch: [WorkItem], _ report: (WorkItem, ItemOutcome) -> Void) throws -> [WorkItem] {
    var waiting: [ExactText: WorkItem] = [:]
    var request: [UInt8] = []
    for work in batch {
      waiting[ExactText(work.item.id)] = work
      var object = try work.item.record.object()
      object["id"] = .string(work.item.id)
      request.append(contentsOf: object.canonicalBytes)
      request.append(UInt8(ascii: "\n"))
    }
    var sent = 0
    let deadline = MonotonicClock.deadline(after: timeout)
    while !waiting.isEmpty {
      if isStopping() { throw SluiceError(.interrupted, "the run was interrupted") }
      if MonotonicClock.now > deadline {
        fail(
          ItemFailure(
            kind: "timeout",
            message: "the command gave no answer for \(Units.show(seconds: timeout))",
            isTransient: true))
        break
      }
      var entries = [
        pollfd(fd: output.reading.raw, events: Int16(POLLIN), revents: 0),
        pollfd(
          fd: input.writing.raw, events: sent < request.count ? Int16(POLLOUT) : 0, revents: 0),
      ]
      guard poll(&entries, sent < request.count ? 2 : 1, 100) >= 0 || errno == EINTR else {
        fail(ItemFailure(kind: "command_failed", message: "the command cannot be talked to: \(String(cString: strerror(errno)))"))
        break
      }
      if sent < request.count, entries[1].revents != 0 {
        let wrote = request.withUnsafeBytes {
          Glibc.write(input.writing.raw, $0.baseAddress! + sent, request.count - sent)
        }
        if wrote > 0 {
          sent += wrote
        } else if errno != EAGAIN && errno != EINTR {
          sent = request.count
        }
      }
      guard entries[0].revents != 0 else { continue }
      var chunk = [UInt8](repeating: 0, count: 65_536)
      let got = Glibc.read(output.reading.raw, &chunk, chunk.count)
      if got > 0 {
        buffer.append(contentsOf: chunk[..<got])
        if let bad = answers(&waiting, report) {
          fail(bad)
          break
        }
      } else if got == 0 || (errno != EAGAIN && errno != EINTR) {
        let ending = child.wait()
        fail(
          ItemFailure(
            kind: "command_failed",
            message: "the command ended with \(ending.description)\(CommandRunner.tail(errors))"))
        break
      }
    }
    return batch.filter { waiting[ExactText($0.item.id)] != nil }
  }

  private func fail(_ failure: ItemFailure) {
    isUsable = false
    self.failure = failure
    child.kill()
  }

  /// Reports all whole lines in the buffer.
  private func answers(
    _ waiting: inout [ExactText: WorkItem], _ report: (WorkItem, ItemOutcome) -> Void
  ) -> ItemFailure? {
    var start = 0
    defer { buffer.removeFirst(start) }
    while let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
      let line = Array(buffer[start..<end])
      start = end + 1
      if line.isEmpty { continue }
      guard var object = (try? JSONValue(parsing: line))?.object, let id = object["id"]?.string
      else {
        let shown = String(decoding: line.prefix(120), as: UTF8.self)
        return ItemFailure(
          kind: "bad_output",
          message: "the command answered a line that is not a JSON object with an id: \(shown)")
      }
      guard let work = waiting.removeValue(forKey: ExactText(id)) else {
        return ItemFailure(
          kind: "bad_output",
          message: "the command answered for '\(id)', which it was not asked or has answered before"
        )
      }
      object["id"] = nil
      report(work, Self.outcome(object))
    }
    return nil
  }

  private static func outcome(_ object: JSONObject) -> ItemOutcome {
    if let error = object["error"] {
      return .failed(
        ItemFailure(
          kind: "command_error", message: error.string ?? error.canonicalText,
          isTransient: object["transient"]?.bool ?? false))
    }
    guard let list = object["items"]?.array else {
      return .done([ItemOutput(id: .same, members: object)])
    }
    return .done(
      list.enumerated().compactMap { index, value in
        guard var members = value.object else { return nil }
        let suffix = members["id"]?.string ?? "\(index + 1)"
        members["id"] = nil
        return ItemOutput(id: .child(suffix), members: members)
      })
  }
}
