import Foundations
import Glibc
import Synchronization

/// What runs in a child process (`sluice worker parse`): reads work orders from standard input and
/// answers each on standard output, until the input ends.
package enum ParserWorkerMain {
  /// Deep trees recurse deeply. This is address space; it becomes memory only where it is used.
  private static let stackSize = 256 << 20

  /// Returns the exit code.
  package static func run() -> Int32 {
    let shared = Shared()
    BlockingThread("parser", stackSize: stackSize) {
      shared.code.store(serve(), ordering: .releasing)
    }.join()
    return shared.code.load(ordering: .acquiring)
  }

  private final class Shared: Sendable { let code = Atomic<Int32>(0) }

  private static func serve() -> Int32 {
    // Whatever a library prints must not get between the frames.
    let output = dup(1)
    dup2(2, 1)
    do {
      while let order = try ParserFrame.read(from: 0) { try answer(order).write(to: output) }
      return 0
    } catch {
      return 1
    }
  }

  private static func answer(_ order: ParserFrame) -> ParserFrame {
    let source = DocumentSource(
      contentType: order.header["content_type"]?.string, charset: order.header["charset"]?.string,
      name: order.header["name"]?.string, language: order.header["language"]?.string)
    do {
      let document = try DocumentReader.read(order.body, source, ParseOptions(order: order.header["options"]))
      return ParserFrame(header: ["status": "ok"], body: document.json.canonicalBytes)
    } catch let problem as ItemProblem {
      // The parent says how much memory there was, and starts another child.
      if problem.kind == "out_of_memory" { _exit(ParserChild.outOfMemory) }
      return ParserFrame(
        header: [
          "kind": .string(problem.kind), "message": .string(problem.message), "status": "problem",
        ], body: [])
    } catch {
      let error = SluiceError(wrapping: error)
      return ParserFrame(
        header: [
          "advice": .string(error.advice), "code": .string(error.code.description),
          "message": .string(error.message),
          "status": "error",
        ], body: [])
    }
  }
}
