import Foundations
import Glibc
import Synchronization

/// What runs in a child process (`sluice worker read`): reads orders from standard input and answers each on standard
/// output, until the input ends.
package enum WorkerMain {
  /// Deep trees recurse deeply. This is address space; it becomes memory only where it is used.
  private static let stackSize = 256 << 20

  /// Returns the exit code.
  package static func run(_ tasks: [WorkerTask]) -> Int32 {
    let state = Sandbox.enter()
    let known = Dictionary(uniqueKeysWithValues: (tasks + [SandboxProbe.task(state)]).map { ($0.name, $0) })
    let shared = Shared()
    BlockingThread("worker", stackSize: stackSize) {
      shared.code.store(serve(known), ordering: .releasing)
    }.join()
    return shared.code.load(ordering: .acquiring)
  }

  private final class Shared: Sendable { let code = Atomic<Int32>(0) }

  private static func serve(_ tasks: [String: WorkerTask]) -> Int32 {
    // Whatever a library prints must not get between the frames.
    let output = dup(1)
    dup2(2, 1)
    WorkerLink.open(output)
    do {
      while let order = try WorkerFrame.read(from: 0) { try answer(order, tasks).write(to: output) }
      return 0
    } catch {
      return 1
    }
  }

  private static func answer(_ order: WorkerFrame, _ tasks: [String: WorkerTask]) -> WorkerFrame {
    do {
      guard case .order(let name, let limit) = order.message, let task = tasks[name] else {
        throw SluiceError(.system, "a worker was given an order that it does not know")
      }
      let answer = try task.run(order)
      guard answer.body.count <= limit else {
        throw ItemProblem(
          "too_large",
          "what it becomes has \(Units.show(bytes: answer.body.count)); at most \(Units.show(bytes: limit)) are taken from an input of \(Units.show(bytes: order.body.count))"
        )
      }
      return answer
    } catch let problem as ItemProblem {
      // The parent says how much memory there was, and starts another child.
      if problem.kind == "out_of_memory" { _exit(WorkerChild.outOfMemory) }
      return WorkerFrame(.problem(kind: problem.kind, message: problem.message))
    } catch {
      return WorkerFrame(WorkerMessage(SluiceError(wrapping: error)))
    }
  }
}
