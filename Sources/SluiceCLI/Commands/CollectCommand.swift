import Foundations
import Manifest
import Store

/// `sluice gc`
enum CollectCommand {
  static let spec = CommandSpec(
    "gc", "Sweep what no result and no recent run needs, and say what the rest is kept for.", usage: "",
    discussion: """
      Every current result of every pipeline stays, and so does what the last runs remembered. Nothing runs meanwhile;
      what a reader has open stays until it has ended. With a size (--max-size, or `store: {max_size: 20GB}` in a pipeline
      file) remembered results that nothing current needs are given up until everything fits: first what is cheapest to
      make again for its bytes, last what was paid for.
      """,
    options: [
      OptionSpec("--keep-runs", value: "N", "Keep what the last N runs remembered (10)."),
      OptionSpec("--max-size", value: "SIZE", "Give up what nothing current needs until all fits: 20GB."),
      OptionSpec("--dry-run", "Only say what would be swept, and what every byte is there for."), .artifacts, .json,
    ]
  ) { arguments in
    let layout = ArtifactLayout(project: Path.workingDirectory)
    let keep = try arguments.int("--keep-runs", minimum: 0) ?? 10
    let report = try Sweeper(layout).sweep(
      keepingRuns: keep, isDryRun: arguments.has("--dry-run"), maxSize: maxSize(arguments))
    if arguments.isJSON {
      Output.json(json(report))
    } else {
      if arguments.has("--dry-run") { Output.line(table(report.account)) }
      Output.line(sentence(report, isDryRun: arguments.has("--dry-run")))
      if let eviction = report.eviction, eviction.size > eviction.maxSize {
        Output.error(
          "sluice: what is in use has \(Units.show(bytes: eviction.size)), more than \(Units.show(bytes: eviction.maxSize)): nothing of it is given up\n  Keep fewer runs (--keep-runs) or generations, remove variants, or raise max_size."
        )
      }
    }
    return 0
  }

  /// What the option says; else the smallest size that a pipeline file of the project asks for.
  private static func maxSize(_ arguments: Arguments) throws -> Int? {
    if let text = arguments["--max-size"] {
      guard let bytes = Units.bytes(text) else {
        throw SluiceError(.usage, "'\(text)' is no size", advice: "Write it like 20GB or 500MiB.")
      }
      return bytes
    }
    return try Project.pipelines(in: Path.workingDirectory).compactMap { try StoreSettings.read(file: $0).maxSize }
      .min()
  }

  private static func table(_ account: StorageAccount) -> String {
    var table = TextTable(["", "count", "bytes", ""], numeric: [1, 2])
    func row(_ name: String, _ amount: StorageAccount.Amount) {
      table.add([name, Units.show(amount.count), Units.show(amount.bytes), Units.show(bytes: amount.bytes)])
    }
    for reason in StorageAccount.Reason.allCases {
      if let amount = account.amounts[reason] { row(reason.text, amount) }
    }
    row("all", account.total)
    return table.text
  }

  private static func sentence(_ report: SweepReport, isDryRun: Bool) -> String {
    let verb = isDryRun ? "Would sweep" : "Swept"
    var text =
      "\(verb) \(Units.counted(report.objects, "object")), \(Units.counted(report.memoEntries, "memo entry")) and \(Units.counted(report.exports, "export")): \(Units.show(bytes: report.bytes)). In use: \(Units.counted(report.keptObjects, "object"))."
    if let garbage = report.account.amounts[.garbage], garbage.bytes > report.bytes {
      text +=
        " Besides \(isDryRun ? "would go" : "went"): copies of files, old logs and what interrupted runs left, \(Units.show(bytes: garbage.bytes - report.bytes))."
    }
    if let eviction = report.eviction, eviction.entries > 0 {
      text +=
        " To fit \(Units.show(bytes: eviction.maxSize)), \(Units.show(eviction.entries)) remembered results \(isDryRun ? "would be" : "were") given up (\(Units.show(eviction.paid)) of them paid for)."
    }
    return text
  }

  private static func json(_ report: SweepReport) -> JSONValue {
    let reasons = StorageAccount.Reason.allCases.compactMap { reason in
      report.account.amounts[reason].map { amount -> (String, JSONValue) in
        (reason.rawValue, ["bytes": JSONValue(amount.bytes), "count": JSONValue(amount.count)])
      }
    }
    var object: JSONObject = [
      "objects": JSONValue(report.objects), "bytes": JSONValue(report.bytes),
      "memo_entries": JSONValue(report.memoEntries), "exports": JSONValue(report.exports),
      "kept_objects": JSONValue(report.keptObjects), "account": .object(JSONObject(reasons)),
      "total_bytes": JSONValue(report.account.total.bytes),
    ]
    if let eviction = report.eviction {
      object["eviction"] = [
        "entries": JSONValue(eviction.entries), "max_size": JSONValue(eviction.maxSize),
        "paid": JSONValue(eviction.paid), "size": JSONValue(eviction.size),
      ]
    }
    return .object(object)
  }
}
