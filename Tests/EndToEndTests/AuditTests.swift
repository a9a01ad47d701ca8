import Foundations
import TestSupport
import Testing

/// `sluice audit`: results that do not come out as they are remembered, and what may be behind it.
@Suite struct AuditTests {
  private func world(_ rest: String = "") throws -> World {
    let world = try World(
      stages: """
        src:    {uses: import, with: {path: "in/*.txt"}}
        lean:   {uses: filter, needs: src, with: {drop: [bytes]}}
        upper:  {run: "tr a-z A-Z", needs: src, with: {mode: item}}
        hidden: {run: "cat - $(printf 'wo%s.txt' rds)", needs: src, with: {mode: item}}
        clock:  {run: "cat; date +%N", needs: src, with: {mode: item}}
        """, rest: rest)
    for number in 0..<20 { try world.write("in/\(number).txt", "text \(number)\n") }
    try world.write("words.txt", "one\n")
    return world
  }

  private func stage(_ report: JSONValue?, _ name: String) -> JSONValue {
    (report?["stages"]?.array ?? []).first { $0["name"]?.string == name } ?? .null
  }

  @Test func whatTheKeyDoesNotHoldIsFound() throws {
    let world = try world()
    #expect(try world.run().exitCode == 0)
    let published = try world.published("w")
    let first = try world.sluice("audit", "--share", "20%", "--seed", "5", "--json")
    #expect(first.exitCode == 1, "\(first.output) \(first.errors)")
    for name in ["lean", "upper", "hidden"] {
      #expect(stage(first.json, name)["sampled"]?.int == 4, "\(first.output)")
      #expect(stage(first.json, name)["differences"]?.array?.isEmpty == true, "\(first.output)")
    }
    let clock = stage(first.json, "clock")["differences"]?.array ?? []
    #expect(clock.count == 4 && clock.allSatisfy { $0["repeatable"] == false }, "\(first.output)")
    world.settle()
    try world.write("words.txt", "two\n")
    #expect(try world.run().done("hidden") == 0, "the world does not show what is to be shown")
    let second = try world.sluice("audit", "--share", "20%", "--seed", "5", "--json")
    let hidden = stage(second.json, "hidden")
    #expect(hidden["differences"]?.array?.count == 4, "\(second.output)")
    #expect(hidden["differences"]?.array?.allSatisfy { $0["repeatable"] == true } == true, "\(second.output)")
    #expect(hidden["opened"]?.array?.contains(["file": "words.txt", "newer": true]) == true, "\(second.output)")
    let text = try world.sluice("audit", "--share", "0.01%", "--seed", "5")
    #expect(
      text.exitCode == 1 && text.output.contains("1 of 20") && text.output.contains("words.txt"), "\(text.output)")
    #expect(text.output.contains("--seed 5"))
    // The same sample.
    let again = try world.sluice("audit", "--share", "20%", "--seed", "5", "--json")
    #expect(
      stage(again.json, "hidden")["differences"]?.array?.compactMap { $0["item"] }
        == hidden["differences"]?.array?.compactMap { $0["item"] })
    // Nothing was written.
    #expect(try world.published("w") == published)
    #expect(try world.run().didNoWork)
    #expect(try world.sluice("fsck").exitCode == 0)
  }

  @Test func aRunDoesItWhenTheFileSaysSo() throws {
    let world = try world("audit: 30%")
    let first = try world.run()
    #expect(first.exitCode == 0)
    #expect(stage(first.result["audit"], "upper")["sampled"] == 0, "what was just made is no hit: \(first.result)")
    let second = try world.run()
    #expect(second.exitCode == 0 && second.didNoWork)
    #expect(second.result["audit"]?["sound"] == false, "\(second.result)")
    #expect(stage(second.result["audit"], "upper")["sampled"] == 6)
    #expect(second.errors.contains("clock") || second.result["audit"] != nil)
    let quiet = try world.sluice("run", "-q")
    #expect(quiet.exitCode == 0 && quiet.errors.contains("audit: clock"), "\(quiet.errors)")
    #expect(try world.sluice("log").output.contains("audit: clock"))
    try world.write("pipelines/w.yaml", "pipeline: w\nstages:\n  a: {run: \"true\"}\naudit: often\n")
    let wrong = try world.sluice("run")
    #expect(wrong.exitCode == 2 && wrong.errors.contains("'audit' must be"), "\(wrong.errors)")
  }
}
