import Evidence
import Foundations
import Manifest
import Store
import Views

/// `sluice verify-insights`
enum VerifyInsightsCommand {
  static let spec = CommandSpec(
    "verify-insights", "Check every published statement again: quotes, numbers, confidence.",
    usage: "[PIPELINE|FOLDER]",
    discussion: """
      Reads insights.json, analysis.json and the index as they were published, and nothing else: no ledger, no model,
      no network. Each quote must stand at its bytes in a chunk whose text has the digest that the quote names; each
      number and most words of a statement must stand in its quotes.
      """,
    options: [.pipeline, .json] + AskedGeneration.options, run: run)

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let words = PipelineWords(arguments)
    let directory: String
    if let named = words.rest.first, FileSystem.exists(named) {
      directory = named
    } else {
      if let other = words.rest.first {
        throw SluiceError(
          .usage, "there is neither a pipeline nor a folder '\(other)'", advice: "`sluice status` names the pipelines.")
      }
      let project = try Project(named: words.pipeline)
      guard let folder = try AskedGeneration(project, arguments).published().folder else {
        throw SluiceError(.missing, "nothing is published yet", advice: "Run the pipeline first: sluice run")
      }
      directory = folder
    }
    let published = try PublishedStatements(directory: directory)
    let reports = try published.files.map { ($0, try published.verify($0)) }
    let isSound = reports.allSatisfy { $0.1.faults.isEmpty }
    if arguments.isJSON {
      Output.json(["sound": .bool(isSound), "files": .array(reports.map(json))])
    } else {
      for (file, report) in reports {
        let result =
          report.faults.isEmpty ? "all of them stand" : "\(Units.show(report.faults.count)) do not stand"
        Output.line(
          "\(file): \(Units.counted(report.statements, "statement")), \(Units.counted(report.quotes, "quote")), \(result)"
        )
        for fault in report.faults {
          Output.line("  \(fault.place): \"\(ChunkText.snippet(fault.statement, limit: 100))\"\n    \(fault.reason)")
        }
      }
    }
    return isSound ? 0 : 1
  }

  private static func json(_ file: String, _ report: StatementVerifier.Report) -> JSONValue {
    let faults = report.faults.map { fault -> JSONValue in
      ["place": .string(fault.place), "statement": .string(fault.statement), "reason": .string(fault.reason)]
    }
    return [
      "file": .string(file), "statements": JSONValue(report.statements), "quotes": JSONValue(report.quotes),
      "faults": .array(faults),
    ]
  }
}
