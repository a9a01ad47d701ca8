import Documents
import Foundations

/// `sluice worker`: what this program starts as a child of itself.
enum WorkerCommand {
  static let spec = CommandSpec("worker", "Carry out work orders from standard input.", usage: "parse", isHidden: true)
  { arguments in
    guard arguments.positional == ["parse"] else {
      throw SluiceError(.usage, "sluice worker is started by sluice itself: worker parse")
    }
    return ParserWorkerMain.run()
  }
}
