import Foundations
import Glibc
import Synchronization

/// Has untrusted bytes read in child processes: at most one for each thread that asks at the same time, each used for
/// many orders, and replaced when it was stopped or crashed.
package final class WorkerPool: Sendable {
  /// What a worker may ask the run for: its wish, and until when the answer has to be there.
  package typealias Assistant = @Sendable (WorkerFrame, WorkerDeadline) throws -> WorkerFrame

  package let limits: WorkerLimits
  private let command: [String]
  private let assistant: Assistant?
  private let isStopping: @Sendable () -> Bool
  private let idle = Mutex<[WorkerChild]>([])

  /// `command` starts a worker; by default this very program. Once `isStopping` says so, orders are given two more
  /// seconds.
  package init(
    limits: WorkerLimits = WorkerLimits(), command: [String] = WorkerPool.thisProgram, assistant: Assistant? = nil,
    isStopping: @escaping @Sendable () -> Bool = { false }
  ) {
    self.limits = limits
    self.command = command
    self.assistant = assistant
    self.isStopping = isStopping
  }

  package static let thisProgram = ["/proc/self/exe", "worker", "read"]

  /// The answer to an order.
  /// - Parameter what: what the bytes are, for messages: `the document`.
  /// - Throws: `ItemProblem` when these bytes cannot be read, `SluiceError` when none can.
  package func ask(_ task: String, _ details: some Encodable, _ body: [UInt8], what: String) throws -> WorkerFrame {
    guard body.count <= limits.maxBytes else {
      throw ItemProblem(
        "too_large",
        "\(what) has \(Units.show(bytes: body.count)); at most \(Units.show(bytes: limits.maxBytes)) are parsed")
    }
    let child = try idle.withLock { $0.popLast() } ?? WorkerChild(command, limits)
    let order = WorkerFrame(
      .order(task: task, most: limits.answer(to: body.count)), JSONObject(encoding: details), body: body)
    let answer = try child.ask(order, assistant, isStopping: isStopping)
    if child.orders < limits.ordersPerChild { idle.withLock { $0.append(child) } }
    return try answer.checked()
  }
}
