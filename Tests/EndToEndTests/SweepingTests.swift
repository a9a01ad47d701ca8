import Foundations
import Glibc
import TestSupport
import Testing

@testable import Store

/// `gc`: what every byte is there for, what it gives up, and what it never touches.
@Suite struct SweepingTests {
  private static let stages = """
    src:   {uses: import, with: {path: "in/*.txt"}}
    lean:  {uses: filter, needs: src, with: {drop: [bytes]}, publish: true}
    slow:  {run: "sleep 0.3; tr a-z A-Z; head -c 3000 /dev/urandom | base64", needs: src, with: {mode: item}}
    fast:  {run: "cat; head -c 3000 /dev/urandom | base64", needs: src, with: {mode: item}}
    big:   {run: "seq 20 > {output}; cat {input} >> {output}", needs: lean}
    """

  private func world(versions: Int, rest: String = "") throws -> World {
    let world = try World(stages: Self.stages, rest: rest)
    for number in 0..<6 { try world.write("in/\(number).txt", "text \(number)\n") }
    for version in 0..<versions {
      for number in 0..<3 { try world.write("in/\(number).txt", "version \(version) of \(number)\n") }
      #expect(try world.run().exitCode == 0)
    }
    return world
  }

  private func apparentSize(_ world: World) throws -> Int {
    let du = try ProgramRun.run(["du", "-sb", "artifacts"], in: world.directory)
    return Int(du.output.prefix { $0.isNumber }) ?? -1
  }

  @Test func everyByteHasAReason() throws {
    let world = try world(versions: 3)
    try world.write("artifacts/notes.txt", "not ours")
    try world.write("artifacts/scratch/left/over", "left")
    try world.write("artifacts/exports/nobodys-0123/file", "left")
    for _ in 0..<2 {
      let report = try world.sluice("gc", "--keep-runs", "0", "--dry-run", "--json").json
      let account = report?["account"]?.object
      let sum = account?.members.reduce(0) { $0 + ($1.value["bytes"]?.int ?? 0) }
      #expect(sum == report?["total_bytes"]?.int)
      #expect(try apparentSize(world) == sum, "\(report ?? .null)")
      for reason in ["current_results", "kept_generations", "published_files", "ledger", "logs", "folders"] {
        #expect((account?[reason]?["bytes"]?.int ?? 0) > 0, "\(reason): \(report ?? .null)")
      }
      #expect(account?["not_ours"]?["bytes"] == 8)
      #expect(try world.sluice("gc", "--keep-runs", "0").exitCode == 0)
    }
    let text = try world.sluice("gc", "--dry-run").output
    #expect(text.contains("published files") && text.contains("all "), "\(text)")
    let clean = try world.sluice("gc", "--keep-runs", "0", "--dry-run", "--json").json
    #expect(clean?["account"]?["to_be_swept"] == nil, "\(clean ?? .null)")
    #expect(try world.sluice("fsck").exitCode == 0)
  }

  @Test func whatIsCheapToMakeAgainIsGivenUpFirst() throws {
    // Without generations only what is remembered holds the older results.
    let world = try world(versions: 5, rest: "keep: {generations: 1}")
    let published = try world.published("w")
    let before = try #require(try world.sluice("gc", "--dry-run", "--json").json)
    let recent = try #require(before["account"]?["remembered_by_last_runs"]?["bytes"]?.int)
    #expect(recent > 20_000)
    let total = try #require(before["total_bytes"]?.int)
    let garbage = before["account"]?["to_be_swept"]?["bytes"]?.int ?? 0
    // A little less than there is: some of the fast stage's results go, none of the slow one's.
    let size = total - garbage - (before["account"]?["dead_in_packs"]?["bytes"]?.int ?? 0) - recent / 4
    let swept = try #require(try world.sluice("gc", "--max-size", "\(size)", "--json").json)
    #expect((swept["eviction"]?["entries"]?.int ?? 0) > 0, "\(swept)")
    #expect(try apparentSize(world) <= size + 16_384, "\(swept)")
    #expect(try world.sluice("fsck").exitCode == 0)
    #expect(try world.run().didNoWork)
    #expect(try world.published("w") == published)
    var again = (slow: 0, fast: 0)
    for version in 0..<4 {
      for number in 0..<3 { try world.write("in/\(number).txt", "version \(version) of \(number)\n") }
      let back = try world.run()
      again.slow += back.done("slow")
      again.fast += back.done("fast")
    }
    #expect(again.slow == 0, "what took longest is remembered")
    #expect(again.fast > 0)
  }

  @Test func theFileAsksForASizeAndWhatIsInUseStays() throws {
    let world = try world(versions: 3, rest: "keep: {generations: 1}\nstore: {max_size: 1MiB}")
    let published = try world.published("w")
    let swept = try world.sluice("gc")
    #expect(swept.exitCode == 0)
    #expect(swept.errors.contains("nothing of it is given up"), "\(swept.errors) \(swept.output)")
    #expect(swept.output.contains("given up"), "\(swept.output)")
    #expect(try world.published("w") == published)
    #expect(try world.sluice("fsck").exitCode == 0)
    #expect(try world.run().didNoWork)
    try world.write("pipelines/w.yaml", "pipeline: w\nstages:\n  a: {run: \"true\"}\nstore: {max_sise: 20GB}\n")
    let wrong = try world.sluice("run")
    #expect(wrong.exitCode == 2 && wrong.errors.contains("max_size"), "\(wrong.errors)")
  }

  @Test func aRowThatWasLostCostsNoPack() throws {
    let world = try world(versions: 1)
    let script =
      "import sqlite3; c=sqlite3.connect('artifacts/ledger.sqlite'); c.execute('DELETE FROM packs'); c.commit()"
    #expect(try ProgramRun.run(["python3", "-c", script], in: world.directory).exitCode == 0)
    #expect(try world.sluice("gc").exitCode == 0)
    #expect(try world.run("--force", "big").exitCode == 0)
    #expect(try world.sluice("fsck", "--repair").exitCode == 0)
    #expect(try world.sluice("fsck").exitCode == 0)
  }

  @Test func whatAReaderHasOpenStays() throws {
    let world = try world(versions: 1, rest: "keep: {generations: 1}")
    let entrance = world.path("artifacts/published/w")
    let folder = try #require(realpath(entrance, nil).map { String(cString: $0) })
    let file = try #require(realpath(folder + "/lean/items.jsonl", nil).map { String(cString: $0) })
    let bytes = try FileSystem.read(file)
    var reader = OpenFolder(folder)
    #expect(reader != nil)
    for version in 10..<14 {
      try world.write("in/0.txt", "version \(version)\n")
      #expect(try world.run().exitCode == 0)
      #expect(try world.sluice("gc", "--keep-runs", "0").exitCode == 0)
    }
    // Its files and all that it rests on.
    #expect(try FileSystem.read(file) == bytes)
    let shown = try world.sluice("show", "lean", "0.txt", "--generation", "1")
    #expect(shown.exitCode == 0 && shown.output.contains("version 0"), "\(shown.output) \(shown.errors)")
    withExtendedLifetime(reader) {}
    reader = nil
    try world.write("in/0.txt", "the last version\n")
    #expect(try world.run().exitCode == 0)
    #expect(try world.sluice("gc", "--keep-runs", "0").exitCode == 0)
    #expect(!FileSystem.exists(file) && !FileSystem.exists(folder))
    #expect(try world.sluice("fsck").exitCode == 0)
  }

  @Test func whatAReaderHasOpenOfARemovedVariantStaysUntilItEnds() throws {
    let world = try World(stages: "a: {run: \"echo ${params.v} > {output}\"}", rest: "params: {v: one}")
    #expect(try world.run().exitCode == 0)
    #expect(try world.run("--set", "params.v=two").exitCode == 0)
    let folder = try #require(realpath(world.path("artifacts/published/w@try"), nil).map { String(cString: $0) })
    let file = try #require(realpath(folder + "/a/output", nil).map { String(cString: $0) })
    var reader = OpenFolder(folder)
    #expect(reader != nil)
    #expect(try world.sluice("variants", "remove", "try").exitCode == 0)
    #expect(try world.sluice("gc", "--keep-runs", "0").exitCode == 0)
    #expect(try world.read("artifacts/published/w/a/output") == "one\n")
    #expect(try FileSystem.read(file) == Array("two\n".utf8))
    let report = try world.sluice("gc", "--dry-run", "--json").json
    #expect(report?["account"]?["open_by_readers"]?["bytes"] == 4, "\(report ?? .null)")
    withExtendedLifetime(reader) {}
    reader = nil
    #expect(try world.sluice("gc", "--keep-runs", "0").exitCode == 0)
    #expect(!FileSystem.exists(file) && !FileSystem.exists(Path.parent(folder)))
  }
}
