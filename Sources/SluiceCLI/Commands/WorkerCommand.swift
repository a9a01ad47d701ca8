import Documents
import Foundations

/// `sluice worker`: what this program starts as a child of itself.
enum WorkerCommand {
  static let spec = CommandSpec(
    "worker", "Carry out work orders from standard input.", usage: "parse|children", isHidden: true
  ) { arguments in
    switch arguments.positional {
    case ["parse"]: return ParserWorkerMain.run()
    case ["children"]: return ChildSupervisor.supervise()
    default: throw SluiceError(.usage, "sluice worker is started by sluice itself: worker parse, worker children")
    }
  }
}
