import CSystem
import Engine
import Foundations
import Glibc
import Manifest
import Planning
import SearchIndex
import Store
import Synchronization

/// The program `sluice`: finds the command, runs it, turns errors into messages and exit codes.
package enum CommandLineTool {
  package static let version = "0.1.0"

  static let commands: [CommandSpec] = [
    RunCommand.spec, PlanCommand.spec, StatusCommand.spec, WhyCommand.spec, GraphCommand.spec, ShowCommand.spec,
    SearchCommand.spec, TopicsCommand.spec, VerifyInsightsCommand.spec, RunsCommand.spec, LogCommand.spec,
    HistoryCommand.spec, DiffCommand.spec, TraceCommand.spec, RollbackCommand.spec, PublishCommand.spec,
    VariantsCommand.spec, ForgetCommand.spec, HostsCommand.spec,
    ParseCommand.spec, ChunkCommand.spec, TokensCommand.spec, ClusterCommand.spec, ModelsCommand.spec,
    StagesCommand.spec, CollectCommand.spec, EvalCommand.spec, GoldenCommand.spec,
    CheckCommand.spec, BackupCommand.spec, RestoreCommand.spec, AuditCommand.spec, DoctorCommand.spec, InitCommand.spec,
    CompletionsCommand.spec, WorkerCommand.spec,
  ]

  /// Runs the command line of this process and returns the exit code.
  package static func main() -> Int32 {
    csystem_ignore_sigpipe()
    FileSystem.wayToMakeRoom.withLock { $0 = "`sluice gc` removes what nothing needs" }
    csystem_heed_limits()
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard let name = arguments.first else {
      Output.write(HelpText.overview(commands), to: 2)
      return ExitCode.usage.rawValue
    }
    switch name {
    case "--version", "-V", "version":
      Output.line("sluice \(version)")
      return 0
    case "--help", "-h", "help":
      if arguments.count > 1, let command = commands.first(where: { $0.name == arguments[1] }) {
        Output.write(HelpText.command(command), to: 1)
      } else {
        Output.write(HelpText.overview(commands), to: 1)
      }
      return 0
    default: return run(name, Array(arguments.dropFirst()))
    }
  }

  private static func run(_ name: String, _ raw: [String]) -> Int32 {
    guard let command = commands.first(where: { $0.name == name }) else {
      let guess = Suggestion.nearest(to: name, among: commands.filter { !$0.isHidden }.map(\.name))
      Output.error(
        "sluice: there is no command '\(name)'\n  \(guess.map { "Did you mean '\($0)'?" } ?? "`sluice --help` lists the commands.")"
      )
      return ExitCode.usage.rawValue
    }
    var isJSON = false
    do {
      let arguments = try Arguments(raw, for: command)
      isJSON = arguments.isJSON
      if arguments.has("--help") {
        Output.write(HelpText.command(command), to: 1)
        return 0
      }
      if let folder = arguments["--artifacts"] {
        // One place decides where artifacts lie, and it reads this; nothing else runs yet.
        setenv(ArtifactLayout.variable, Path.absolute(folder), 1)
      }
      return try command.run(arguments)
    } catch let error as Diagnostics {
      if isJSON { Output.json(["errors": .array(error.all.map(\.json))]) }
      Output.error(error.rendered)
      let count = error.all.count
      Output.error("\(count) \(count == 1 ? "mistake" : "mistakes"); nothing was run")
      return ExitCode.usage.rawValue
    } catch let error as Diagnostic {
      if isJSON { Output.json(["errors": [error.json]]) }
      Output.error(error.rendered)
      return ExitCode.usage.rawValue
    } catch {
      return report(SluiceError(wrapping: error), isJSON: isJSON)
    }
  }

  private static func report(_ error: SluiceError, isJSON: Bool) -> Int32 {
    if isJSON {
      Output.json([
        "error": [
          "code": .string(error.code.description), "message": .string(error.message), "advice": .string(error.advice),
        ]
      ])
    }
    // What scripts look for stands in the text, too.
    let searching = SearchExitCode(error.code)
    let isNamed = searching != nil || error.code == .filterRequired
    Output.error("sluice: \(isNamed ? "\(error.code): " : "")\(error.description)")
    if let searching { return searching.rawValue }
    switch error.code {
    case .usage, .filterRequired: return ExitCode.usage.rawValue
    case .busy: return ExitCode.busy.rawValue
    case .guarded: return ExitCode.guarded.rawValue
    case .interrupted: return ExitCode.interrupted.rawValue
    default: return ExitCode.stageFailed.rawValue
    }
  }
}
