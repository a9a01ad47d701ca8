import Foundations
import Governor
import HTTPClient
import Manifest
import Store
import Web

/// `sluice hosts`
enum HostsCommand {
  static let spec = CommandSpec(
    "hosts", "List the hosts and model accounts that were asked, and their pauses; lift a pause.",
    usage: "[PIPELINE] [forgive HOST]",
    discussion: """
      What runs learnt of a host (how fast it may be asked, until when it asks to be left alone) holds for the next runs.
      `forgive HOST` lifts the pause of a host, or of all model accounts there: HOST is a name such as example.org, with
      :PORT where it is not the usual one, or a URL. How fast the host may be asked stays known.
      """,
    options: [.pipeline, .json], run: run)

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let words = PipelineWords(arguments)
    let project = try Project(named: words.pipeline)
    let governor = try Governor(directory: project.layout.hosts)
    guard let verb = words.rest.first else { return list(governor, arguments) }
    guard verb == "forgive" else {
      throw SluiceError(
        .usage, "'\(verb)' is nothing that can be done with hosts",
        advice: Suggestion.hint(verb, among: ["forgive"], otherwise: "For example: sluice hosts forgive example.org"))
    }
    guard words.rest.count == 2 else {
      throw SluiceError(.usage, "which host?", advice: "For example: sluice hosts forgive example.org")
    }
    return try forgive(words.rest[1], governor, arguments)
  }

  /// Whom a name of the governor belongs to: a host as it stands, or the base URL with which a model's account begins.
  private static func host(_ account: String) -> String {
    let first = String(account.prefix { $0 != " " })
    return HTTPURL(first)?.account ?? first
  }

  private static func forgive(_ word: String, _ governor: Governor, _ arguments: Arguments) throws -> Int32 {
    guard let wanted = (HTTPURL(word) ?? HTTPURL("http://\(word)")).map(\.account) else {
      throw SluiceError(.usage, "'\(word)' is no host", advice: "For example: sluice hosts forgive example.org")
    }
    let secure = HTTPURL("https://\(word)").map(\.account)
    let now = Timestamp.now.seconds
    let paused = Set(governor.accounts().filter { $0.pace.isPaused(now: now) }.map(\.name))
    let found = governor.forgive { host($0) == wanted || host($0) == secure }
    guard !found.isEmpty else {
      let known = Set(governor.accounts().map { host($0.name) }).filter { !$0.isEmpty }.sorted()
      throw SluiceError(
        .usage, "nobody has asked \(wanted) yet",
        advice: Suggestion.hint(wanted, among: known, otherwise: "`sluice hosts` lists whom runs have asked."))
    }
    let lifted = found.filter(paused.contains)
    if arguments.isJSON {
      Output.json(["host": .string(wanted), "lifted": .array(lifted.map { .string($0) })])
    } else if lifted.isEmpty {
      Output.line("\(wanted) had no pause.")
    } else {
      Output.line("The pause of \(lifted.joined(separator: ", ")) is lifted: the next run may ask again.")
    }
    return 0
  }

  private static func list(_ governor: Governor, _ arguments: Arguments) -> Int32 {
    let now = Timestamp.now.seconds
    let accounts = governor.accounts().filter { !$0.name.isEmpty }.sorted { $0.name < $1.name }
    if arguments.isJSON {
      Output.json(
        .array(
          accounts.map { name, pace in
            [
              "host": .string(name), "rate": pace.rate > 0 ? .double(pace.rate) : .null,
              "paused_seconds": pace.isPaused(now: now) ? .double((pace.pausedUntil - now).rounded()) : .null,
            ]
          }))
      return 0
    }
    guard !accounts.isEmpty else {
      Output.line("No host was asked yet.")
      return 0
    }
    var table = TextTable(["host", "requests a second", "pause"], numeric: [1])
    for (name, pace) in accounts {
      table.add([
        name, pace.rate > 0 ? "\((pace.rate * 10).rounded() / 10)" : "–",
        pace.isPaused(now: now) ? "another \(Units.show(seconds: pace.pausedUntil - now))" : "",
      ])
    }
    Output.line(table.text)
    return 0
  }
}
