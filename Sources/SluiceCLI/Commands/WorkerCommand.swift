import Documents
import Foundations
import Web
import Workers

/// `sluice worker`: what this program starts as a child of itself.
enum WorkerCommand {
  static let spec = CommandSpec("worker", "Carry out work orders from standard input.", usage: "read", isHidden: true) {
    arguments in
    guard arguments.positional == ["read"] else {
      throw SluiceError(.usage, "sluice worker is started by sluice itself: worker read")
    }
    return WorkerMain.run([ParserPool.task, ParserPool.picturesTask, PageReader.linksTask, PageReader.listingTask])
  }
}
