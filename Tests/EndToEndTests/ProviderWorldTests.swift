import Foundations
import Glibc
import TestSupport
import Testing

/// Providers, budgets and what is left of a run without its model, through the whole program.
@Suite struct ProviderWorldTests {
  private static let pipeline = """
    pipeline: docs
    stages:
      sources:  {uses: import, with: {path: "docs/*.md"}}
      parse:    {uses: parse, needs: sources}
      chunk:    {uses: chunk, needs: parse, with: {max_tokens: 80, overlap: 0, min_tokens: 0}}
      embed:    {uses: embed, needs: chunk}
      index:    {uses: index, needs: embed}
      cluster:  {uses: cluster, needs: embed, with: {min_cluster_size: 3}}
      insights: {uses: insights, needs: [cluster, index], with: {provider: writer}}
      analysis: {uses: analyze, needs: index, with: {dimensions: dimensions.yaml, subject: canals, provider: writer}}
    """

  private static let insight =
    #"{"findings": [{"text": "The lock lifts boats.", "quotes": [{"evidence": "e1", "quote": "The lock lifts boats"}]}]}"#

  private func world(_ providers: String) throws -> World {
    let world = try World([
      "pipelines/docs.yaml": Self.pipeline, "providers.yaml": providers,
      "dimensions.yaml": "dimensions:\n  locks: {title: Locks, question: What does the lock lift?}\n",
    ])
    symlink("\(ProjectFiles.root)/models", world.path("models"))
    for number in 0..<6 {
      let topic = number < 3 ? "lock lifts boats on the canal" : "baker kneads dough for the bread"
      let text = (0..<3).map { "# Part \($0)\n\nThe \(topic), in the year \(1900 + number * 7 + $0) as before.\n" }
      try world.write("docs/\(number).md", text.joined(separator: "\n"))
    }
    for name in ["insights", "analyze.plan", "analyze.dimension", "analyze.synthesis"] {
      try world.write("stages/\(name).prompt.md", "ANSWER: \(Self.insight)\n\(Self.insight)")
    }
    for name in ["insights", "analyze"] {
      try world.write(
        "stages/\(name).yaml",
        String(decoding: try FileSystem.read("\(ProjectFiles.root)/stages/\(name).yaml"), as: UTF8.self))
    }
    return world
  }

  private func insights(_ world: World) throws -> [JSONValue] {
    try JSONValue(parsing: world.read("artifacts/published/docs/insights/insights.json")).array ?? []
  }

  @Test func goesOnWithoutTheModelAndAsksItInTheNextRun() throws {
    let server = try ModelServer()
    let world = try world(
      """
      providers:
        writer: {kind: openai, model: spent, base_url: "\(server.url)"}
      """)
    let first = try world.run()
    #expect(first.exitCode == 0, "\(first.result)")
    #expect(try insights(world).allSatisfy { $0["provenance"]?["model"] == "extractive" })
    #expect(try insights(world).contains { $0["provenance"]?["instead_of_model"] == "service" })
    let plan = try world.sluice("plan")
    #expect(plan.output.contains("provisional"), "\(plan.output)")
    #expect(try world.run().done("insights") == 1)
    // The account is filled up: the same provider under another model.
    try world.write(
      "providers.yaml", "providers:\n  writer: {kind: openai, model: talker, base_url: \"\(server.url)\"}\n")
    let second = try world.run()
    #expect(second.exitCode == 0, "\(second.result)")
    #expect(try insights(world).contains { $0["provenance"]?["model"] == "talker-2026" })
    #expect(try insights(world).contains { $0["findings"]?[0]?["text"] == "The lock lifts boats." })
    let third = try world.run()
    #expect(third.state("insights") == "up_to_date" && third.state("analysis") == "up_to_date")

    let verified = try world.sluice("verify-insights")
    #expect(verified.exitCode == 0, "\(verified.output)\(verified.errors)")
    #expect(verified.output.contains("all of them stand"))
    // Whoever alters what was published is found out, without ledger and model.
    let whole = try world.read("artifacts/published/docs/insights/insights.json")
    try world.write(
      "copy/insights.json", whole.replacingFirst("\"The lock lifts boats.\"", "\"The lock lifts 40 boats.\""))
    try world.write("copy/index.sqlite", try FileSystem.read(world.path("artifacts/published/docs/index/index.sqlite")))
    let caught = try world.sluice("verify-insights", "copy")
    #expect(caught.exitCode == 1)
    #expect(caught.output.contains("40 does not stand"), "\(caught.output)")
  }

  @Test func budgetsEndInExtractsAndAreHeldOverRuns() throws {
    let server = try ModelServer()
    let world = try world(
      """
      providers:
        writer:
          kind: openai
          model: talker
          base_url: "\(server.url)"
          prices: {input: 0, output: 100}
          limits: {concurrent: 1}
          budget: {per_day: 0.402}
      """)
    // One answer may cost .4 and costs .0005: after four of them the next one no longer fits.
    let run = try world.run()
    #expect(run.exitCode == 0, "\(run.result)")
    let audit = try FileSystem.list(world.path("artifacts/audit"))
    #expect(audit.count == 1)
    let lines = try world.read("artifacts/audit/\(audit[0])").split(separator: "\n")
    #expect(lines.count >= 3 && lines.count <= 5, "\(lines.count)")
    #expect(lines.allSatisfy { $0.contains("\"provider\":\"writer\"") })
    #expect(try world.sluice("plan").output.contains("provisional"))
    let again = try world.run()
    #expect(again.exitCode == 0)
    #expect(try world.read("artifacts/audit/\(audit[0])").split(separator: "\n").count == lines.count)
  }

  @Test func mistakesInProvidersAreToldBeforeAnythingRuns() throws {
    let world = try world("providers:\n  writter: {kind: openai, model: m}\n")
    let run = try world.sluice("run")
    #expect(run.exitCode != 0)
    #expect((run.output + run.errors).contains("Did you mean 'writter'?"), "\(run.output)\(run.errors)")
    try world.write("providers.yaml", "providers:\n  writer: {kind: openai, modl: m}\n")
    let wrong = try world.sluice("run")
    #expect((wrong.output + wrong.errors).contains("Did you mean 'model'?"), "\(wrong.output)\(wrong.errors)")
  }
}
