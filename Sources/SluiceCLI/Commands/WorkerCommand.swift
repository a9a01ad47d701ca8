import Documents
import Foundations
import Web
import Workers

/// `sluice worker`: what this program starts as a child of itself.
enum WorkerCommand {
  static let spec = CommandSpec(
    "worker", "Carry out work orders from standard input.", usage: "read|children", isHidden: true
  ) { arguments in
    switch arguments.positional {
    case ["read"]:
      return WorkerMain.run([ParserPool.task, ParserPool.picturesTask, PageReader.linksTask, PageReader.listingTask])
    case ["children"]: return ChildSupervisor.supervise()
    default: throw SluiceError(.usage, "sluice worker is started by sluice itself: worker read, worker children")
    }
  }
}
