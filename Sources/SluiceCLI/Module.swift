import Documents
import Foundations

package enum CommandLineTool {
  package static func main() -> Int32 {
    if Array(CommandLine.arguments.dropFirst()) == ["worker", "parse"] { return ParserWorkerMain.run() }
    return 0
  }
}
