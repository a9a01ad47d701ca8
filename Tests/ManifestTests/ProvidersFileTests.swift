import Foundations
import Testing

@testable import Manifest

struct ProvidersFileTests {
  private func read(_ text: String) throws -> ProvidersFile {
    try ProvidersFile(SourceText(name: "providers.yaml", bytes: Array(text.utf8)))
  }

  private func mistakes(_ text: String) -> String {
    do {
      _ = try read(text)
      return ""
    } catch { return (error as? Diagnostics)?.rendered ?? "\(error)" }
  }

  @Test func readsEverything() throws {
    let file = try read(
      """
      providers:
        cloud:
          kind: openai
          model: gpt-4o-mini
          key_env: OPENAI_API_KEY
          prices: {input: 0.15, output: 0.6}
          limits: {requests_per_minute: 500, tokens_per_minute: 200000, concurrent: 4, batch: 10, batch_tokens: 8000}
          budget: {per_run: 2, per_day: 10.5}
          timeout: 30s
          patience: 5m
          attempts: 3
          fallback: house
          revision: "2"
        house: {kind: openai, model: qwen3, base_url: "http://localhost:8000"}
        small: {kind: local, model: all-MiniLM-L6-v2, precision: int8, device: cpu}
      """)
    let chain = try file.chain("cloud")
    #expect(chain.map(\.name) == ["cloud", "house"])
    let cloud = chain[0]
    #expect(cloud.baseURL == "https://api.openai.com/v1")
    #expect(cloud.prices == .init(input: 0.15, output: 0.6))
    #expect(cloud.limits.requestsPerMinute == 500 && cloud.limits.batch == 10 && cloud.limits.concurrent == 4)
    #expect(cloud.budget == .init(perRun: 2, perDay: 10.5))
    #expect(cloud.timeout == 30 && cloud.patience == 300 && cloud.attempts == 3 && cloud.revision == "2")
    #expect(try file.chain("small")[0].precision == "int8")
    let error = #expect(throws: SluiceError.self) { try file.chain("clout") }
    #expect(error?.advice == "Did you mean 'cloud'?")
    #expect(try ProvidersFile(project: "/nowhere").providers.isEmpty)
  }

  @Test(arguments: [
    ("providers:\n  a: {kind: openal, model: m}", "Did you mean 'openai'?"),
    ("providers:\n  a: {kind: openai}", "names no 'model'"),
    ("providers:\n  a: {model: m}", "has no 'kind'"),
    ("providers:\n  a: {kind: openai, model: m, basurl: x}", "Did you mean 'base_url'?"),
    ("providers:\n  a: {kind: local, model: m, key_env: X}", "has no 'key_env'"),
    ("providers:\n  a: {kind: openai, model: m, budget: {per_day: 1}}", "can never be reached"),
    ("providers:\n  a: {kind: openai, model: m, fallback: b}", "no provider 'b'"),
    (
      "providers:\n  a: {kind: openai, model: m, fallback: b}\n  b: {kind: openai, model: m, fallback: a}",
      "go round in a circle"
    ),
    ("providers:\n  a: {kind: openai, model: m, timeout: 30}", "a duration"),
    ("providers:\n  a: {kind: openai, model: m, limits: {batch: none}}", "a number of at least 1"),
    ("providers:\n  rules: {kind: openai, model: m}", "needs another name"),
    ("provider: {}", "Did you mean 'providers'?"),
  ])
  func saysWhatIsWrong(_ text: String, _ reason: String) {
    let said = mistakes(text)
    #expect(said.contains(reason), "\(said)")
    #expect(said.contains("providers.yaml:"))
  }

  @Test func dimensionsAreChecked() throws {
    let scratch = "/tmp/sluice-dimensions-\(Timestamp.now.seconds).yaml"
    defer { try? FileSystem.remove(scratch) }
    try FileSystem.writeAtomically(
      "dimensions:\n  team: {title: Team, question: Who?, weight: 2, questions: [Who leads?]}\n  cost: {question: How much?}\n",
      to: scratch)
    let file = try DimensionsFile(path: scratch)
    #expect(file.dimensions.map(\.name) == ["team", "cost"])
    #expect(file.dimensions[0].weight == 2 && file.dimensions[0].questions == ["Who leads?"])
    #expect(file.dimensions[1].title == "cost" && file.dimensions[1].weight == 1)
    try FileSystem.writeAtomically("dimensions:\n  team: {titel: Team, weight: -1}\n", to: scratch)
    do {
      _ = try DimensionsFile(path: scratch)
      Issue.record("nothing was said")
    } catch {
      let said = (error as? Diagnostics)?.rendered ?? ""
      #expect(said.contains("Did you mean 'title'?") && said.contains("no 'question'"), "\(said)")
    }
  }
}
