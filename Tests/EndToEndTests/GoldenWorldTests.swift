import Formats
import Foundations
import Glibc
import TestSupport
import Testing

/// Golden sets with the real program: what must be noticed is, and what means nothing is not.
@Suite struct GoldenWorldTests {
  private typealias Golden = GoldenWorld

  /// Two for each comparator: the stage that must be told, what happened, and the inputs that are other.
  private static let regressions: [[(stage: String, what: String, files: [String: String])]] = [
    [
      ("exact", "a word is another", edited("exact.jsonl", "kneads", "needs")),
      ("normal", "a word is gone", edited("normal.jsonl", " all night", "")),
      ("numbers", "a price is off by 2 cents", edited("numbers.jsonl", "9.5", "9.52")),
      ("embed", "the model is asked with a prefix", pipeline("embed", "document_prefix: \"passage: \"")),
      (
        "index", "chunks lost their words",
        ["asked.jsonl": Golden.lines(Golden.rows(Golden.texts.mapValues { String($0.reversed()) }))]
      ),
      (
        "groups", "two topics became one",
        [
          "groups.jsonl": Golden.lines([
            Golden.group("t1", "bread, stars", "abcdefgh"), Golden.group("t3", "chess", "ijkl"),
          ])
        ]
      ),
      ("claims", "a statement says something else", edited("claims.jsonl", "for an hour", "for a day")),
      (
        "listed", "an item is gone",
        ["listed.jsonl": Golden.lines(Array(Golden.rows(Golden.texts, more: ["fetched_at": 1]).dropFirst()))]
      ),
    ],
    [
      ("exact", "white space is another", edited("exact.jsonl", "queen and", "queen  and")),
      ("normal", "an item is gone", edited("normal.jsonl", "\"rain\"", "\"snow\"")),
      ("numbers", "a number became a text", edited("numbers.jsonl", "\"count\":4", "\"count\":\"4\"")),
      (
        "embed", "a text means something else",
        edited("said.jsonl", "The telescope shows stars", "The menu shows soups")
      ),
      (
        "index", "half of the chunks are gone",
        ["asked.jsonl": Golden.lines(Array(Golden.rows(Golden.texts).prefix(3)))]
      ),
      (
        "groups", "chunks of two topics stand in none",
        [
          "groups.jsonl": Golden.lines([
            Golden.group("t1", "bread, dough", "abcd"), Golden.group("t2", "stars", "ef"),
          ])
        ]
      ),
      ("claims", "a statement rests on another chunk", edited("claims.jsonl", "\"c1\"", "\"c9\"")),
      ("report", "a byte of the file is another", edited("filed.jsonl", "nine.", "nine!")),
    ],
  ]

  private static let harmless: [[(stage: String, what: String, files: [String: String])]] = [
    [
      (
        "exact", "the lines have another order",
        ["exact.jsonl": Golden.lines(Golden.rows(Golden.texts, more: ["seen": 1]).reversed())]
      ),
      ("normal", "white space", edited("normal.jsonl", "queen and", " queen\\n  and ")),
      ("numbers", "noise in floating point", edited("numbers.jsonl", "9.5", "9.500000001")),
      ("embed", "batches of one", pipeline("embed", "batch: 1")),
      ("index", "the questions have another order", ["golden/questions.jsonl": "reversed"]),
      (
        "groups", "topics have other ids and another order",
        [
          "groups.jsonl": Golden.lines([
            Golden.group("z", "chess", "lkji"), Golden.group("y", "stars", "hgfe"),
            Golden.group("x", "bread, dough", "dcba"),
          ])
        ]
      ),
      (
        "claims", "topics have other ids, the model cost more",
        [
          "claims.jsonl": Golden.lines([
            Golden.claim("8", "Boats wait below the lock.", of: "c2", quote: "boats wait below", cost: 0.9),
            Golden.claim("9", "Dough rests for an hour.", of: "c1", cost: 0.2),
          ])
        ]
      ),
      ("listed", "it was fetched at another time", edited("listed.jsonl", "\"fetched_at\":1", "\"fetched_at\":2")),
    ],
    [
      ("exact", "another member of the records", edited("exact.jsonl", "\"seen\":1", "\"seen\":2")),
      ("normal", "another form of the same letters", edited("normal.jsonl", "The caf\u{E9}", "The cafe\u{301}")),
      (
        "numbers", "another etag, hour and run; 3 as 3.0",
        edited(
          "numbers.jsonl", "\"count\":3", "\"count\":3.0",
          and: [
            ("x1", "x2"), ("02:30", "17:45"), ("\"run\":1", "\"run\":77"),
          ])
      ),
      (
        "embed", "the titles of the documents",
        ["said.jsonl": Golden.lines(Golden.rows(Golden.texts, more: ["title": "T"]).reversed())]
      ),
      (
        "index", "one more chunk that nobody asks for",
        ["asked.jsonl": Golden.lines(Golden.rows(Golden.texts.merging(["more": "An otter sleeps."]) { $1 }))]
      ),
      (
        "groups", "labels in capitals, a chunk that came between topics",
        [
          "groups.jsonl": Golden.lines([
            Golden.group("t1", "BREAD, DOUGH", "abcd"), Golden.group("t2", "Stars", "efgh"),
            Golden.group("t3", "Chess", "ijklm"),
          ])
        ]
      ),
      (
        "claims", "confidence within the tolerance, white space",
        [
          "claims.jsonl": Golden.lines([
            Golden.claim(
              "1", "Dough rests  for an hour.", of: "c1", quote: "Dough rests for an hour.", confidence: 0.93),
            Golden.claim("2", "Boats wait below the lock.", of: "c2", quote: "boats wait below", confidence: 0.87),
          ])
        ]
      ),
      ("report", "its command ran once more", ["force": "report"]),
    ],
  ]

  private static func edited(
    _ file: String, _ old: String, _ new: String, and more: [(String, String)] = []
  ) -> [String: String] {
    let text = GoldenWorld.inputs[file] ?? ""
    var changed = replaced(text, old, new)
    for (old, new) in more { changed = replaced(changed, old, new) }
    precondition(!changed.utf8.elementsEqual(text.utf8), "\(file) has no \(old)")
    return [file: changed]
  }

  private static func replaced(_ text: String, _ old: String, _ new: String) -> String {
    var bytes = Array(text.utf8)
    var from = 0
    while let found = ByteSearch.range(of: Array(old.utf8), in: bytes, from: from) {
      bytes.replaceSubrange(found, with: new.utf8)
      from = found.lowerBound + new.utf8.count
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func pipeline(_ stage: String, _ setting: String) -> [String: String] {
    ["pipelines/g.yaml": replaced(GoldenWorld.pipeline, "needs: saidchunks}", "needs: saidchunks, with: {\(setting)}}")]
  }

  private func matches(_ run: ProgramRun) throws -> [String: JSONValue] {
    let stages = try #require(run.json?["stages"]?.array, "\(run.output) \(run.errors)")
    return Dictionary(uniqueKeysWithValues: stages.map { ($0["stage"]?.string ?? "", $0) })
  }

  @Test func regressionsAreCaughtAndHarmlessChangesAreNot() throws {
    let golden = try GoldenWorld()
    let world = golden.world
    #expect(try world.run().exitCode == 0)
    let none = try world.sluice("golden", "verify")
    #expect(none.exitCode == 4 && none.output.contains("nothing was accepted yet"), "\(none.output)")
    let accepted = try world.sluice("golden", "accept")
    #expect(
      accepted.exitCode == 0 && accepted.output.contains("new, 6 entries"), "\(accepted.output) \(accepted.errors)")
    #expect(try golden.verify([:]).exitCode == 0)
    let again = try world.sluice("golden", "accept")
    #expect(again.output.contains("Nothing had to be written."), "\(again.output)")

    #expect(Self.regressions.joined().count == 16 && Self.harmless.joined().count == 16)
    for batch in Self.regressions {
      let files = batch.reduce(into: [:]) { $0.merge($1.files) { _, new in new } }
      let run = try golden.verify(files, "--json")
      #expect(run.exitCode == 4, "\(run.output) \(run.errors)")
      let stages = try matches(run)
      for regression in batch {
        #expect(stages[regression.stage]?["match"] == false, "not caught: \(regression.what)")
      }
    }
    let questions = try world.read("golden/questions.jsonl")
    for batch in Self.harmless {
      var files = batch.reduce(into: [:]) { $0.merge($1.files) { _, new in new } }
      if files.removeValue(forKey: "golden/questions.jsonl") != nil {
        let lines = questions.split(separator: "\n").reversed().map { $0 + "\n" }
        try world.write("golden/questions.jsonl", lines.joined())
      }
      if let stage = files.removeValue(forKey: "force") {
        #expect(try world.run("--force", stage).done(stage) == 1)
      }
      let run = try golden.verify(files, "--json")
      let stages = try matches(run)
      #expect(stages.keys.sorted() == GoldenWorld.stages.sorted())
      for change in batch {
        #expect(stages[change.stage]?["match"] == true, "reported: \(change.what): \(stages[change.stage] ?? .null)")
      }
      #expect(run.exitCode == 0)
    }
    try tellsWhatIsOther(golden)
  }

  /// What people, CI servers and GitHub are shown.
  private func tellsWhatIsOther(_ golden: GoldenWorld) throws {
    let world = golden.world
    let files = Self.regressions[0].reduce(into: [:]) { $0.merge($1.files) { _, new in new } }
    let github = ["GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": Path.parent(world.directory)]
    let run = try golden.verify(files, "--junit", "junit.xml", environment: github)
    #expect(run.exitCode == 4)
    for line in [
      "✗ exact (text): 1 changed of 6 items", "~ bread The baker [-kneads-] {+needs+} the bread dough and …",
      "~ rain … fell on the harbour [-all night-] long.", "~ a price: 9.5 → 9.52 (allowed: 0.01)",
      "✗ groups (clusters): adjusted Rand index 0.5217 (at least 0.8)", "+ findings: Dough rests for a day.",
      "✓ report (digest): 1 item as held",
      "8 of 9 stages are not as the golden set says. If that is how it should be: sluice golden accept exact normal",
    ] {
      #expect(run.output.contains(line), "\(line) in \(run.output)")
    }
    let marks = run.output.split(separator: "\n").filter { $0.hasPrefix("::error ") }
    #expect(marks.count == 8, "\(marks)")
    let folder = Path.name(world.directory)
    #expect(
      marks.first?.hasPrefix(
        "::error file=\(folder)/golden/exact.jsonl,line=2,title=golden%3A exact (text)::1 changed of 6 items%0A~ bread The baker [-kneads-]"
      ) == true, "\(marks.first ?? "")")
    var cases = 0
    var failures = 0
    try XMLEvents.read(Array(try world.read("junit.xml").utf8), name: "junit.xml") { event in
      guard case .opening(let name, let attribute) = event else { return }
      if name == "testcase" { cases += 1 }
      if name == "failure" { failures += 1 }
      if name == "testsuites" { #expect(attribute("failures") == "8" && attribute("tests") == "9") }
    }
    #expect(cases == 9 && failures == 8)

    // What is accepted is said, word by word; and then it is the golden set.
    let accepted = try world.sluice("golden", "accept", "exact")
    #expect(
      accepted.output.contains("~ bread The baker [-kneads-] {+needs+} the bread dough and …"), "\(accepted.output)")
    let verified = try world.sluice("golden", "verify", "exact", "normal", "--json")
    let stages = try matches(verified)
    #expect(stages["exact"]?["match"] == true && stages["normal"]?["match"] == false && stages.count == 2)
    // Other generations, too: the one before was made of what is golden otherwise.
    let before = try world.sluice("golden", "verify", "normal", "numbers", "embed", "--generation", "@-1")
    #expect(before.exitCode == 0, "\(before.output) \(before.errors)")
    // A result that is an old one does not pass.
    try world.remove("exact.jsonl")
    _ = try world.sluice("run")
    let old = try world.sluice("golden", "verify", "exact")
    #expect(old.exitCode == 4 && old.output.contains("an old one"), "\(old.output)")
  }

  @Test func mistakesAreToldBeforeAnythingIsCompared() throws {
    let world = try World(
      stages: "rows: {uses: import, with: {path: a.jsonl}}", of: "p", ["a.jsonl": "{\"id\":\"a\",\"n\":1}\n"])
    #expect(try world.run().exitCode == 0)
    let missing = try world.sluice("golden", "verify")
    #expect(missing.exitCode == 2 && missing.errors.contains("sluice golden accept"), "\(missing.errors)")
    let unknown = try world.sluice("golden", "accept", "row")
    #expect(unknown.exitCode == 2 && unknown.errors.contains("Did you mean 'rows'?"), "\(unknown.errors)")
    #expect(try world.sluice("golden", "verfy").errors.contains("Did you mean 'verify'?"))
    #expect(!world.exists("golden"))
    let begun = try world.sluice("golden", "accept")
    #expect(begun.exitCode == 0 && world.exists("golden/rows.jsonl"), "\(begun.errors)")
    #expect(try world.read("golden/golden.yaml").contains("rows: {compare: records, relative: 1e-6}"))
    #expect(try world.sluice("golden", "verify", "rows").exitCode == 0)
    // A golden file that somebody merged badly is no mismatch, it is a mistake.
    let good = try world.read("golden/rows.jsonl")
    try world.write("golden/rows.jsonl", good + "=======\n")
    let merged = try world.sluice("golden", "verify")
    #expect(merged.exitCode == 2 && merged.errors.contains("golden/rows.jsonl:3:1: error:"), "\(merged.errors)")
    #expect(try world.sluice("golden", "accept").exitCode == 2)
    try world.write("golden/golden.yaml", "stages:\n  rows: {compare: vectors}\n")
    let wrong = try world.sluice("golden", "verify", "--json")
    #expect(wrong.exitCode == 2 && wrong.errors.contains("golden/golden.yaml:2:19"), "\(wrong.errors)")
    // A pipeline beside others has a folder of its own.
    try world.write("golden/golden.yaml", "pipeline: other\nstages: [rows]\n")
    let other = try world.sluice("golden", "verify")
    #expect(other.exitCode == 2 && other.errors.contains("golden/p/golden.yaml is missing"), "\(other.errors)")
    try world.write("golden/p/golden.yaml", "stages: [rows]\n")
    try world.write("golden/p/rows.jsonl", good)
    #expect(try world.sluice("golden", "verify", "p").exitCode == 0)
    // A stage that was taken out of the pipeline is told by its line.
    try world.write("golden/p/golden.yaml", "stages: [rows, gone]\n")
    #expect(try world.sluice("golden", "verify").errors.contains("golden/p/golden.yaml:1:16"))
  }

  private static let namespace =
    getuid() == 0 ? ["unshare", "--mount", "--net"] : ["unshare", "--user", "--map-root-user", "--mount", "--net"]
  private static let canMount =
    (try? ProgramRun.run(namespace + ["mount", "-t", "tmpfs", "tmpfs", "/mnt"], in: "/"))?.exitCode == 0

  /// As CI runs it: no network, no home directory, no secret, and a checkout that cannot be written to.
  @Test(.enabled(if: canMount, "this user may not mount here (unshare --user --mount --net)"))
  func aCheckoutThatCannotBeWrittenToIsEnough() throws {
    let golden = try GoldenWorld()
    let world = golden.world
    #expect(try world.run().exitCode == 0)
    #expect(try world.sluice("golden", "accept").exitCode == 0)
    try world.remove("artifacts")
    let elsewhere = try Scratch()
    try FileSystem.writeReplaceable(
      Array(
        """
        set -e
        mount --bind . . && mount -o remount,bind,ro .
        cd "$PWD"
        ! touch written 2>/dev/null
        env -i PATH="$PATH" "$1" run --frozen --quiet --artifacts "$2"
        find "$2" -type f ! -name '*-shm' ! -name '*-wal' | sort | xargs sha256sum > "$2.before"
        env -i PATH="$PATH" "$1" golden verify --artifacts "$2"
        find "$2" -type f ! -name '*-shm' ! -name '*-wal' | sort | xargs sha256sum > "$2.after"
        cmp "$2.before" "$2.after"
        """.utf8), to: elsewhere.path("ci.sh"))
    let run = try ProgramRun.run(
      Self.namespace + ["sh", elsewhere.path("ci.sh"), BuiltProgram.path, elsewhere.path("artifacts")],
      in: world.directory)
    #expect(run.exitCode == 0, "\(run.output) \(run.errors)")
    #expect(run.output.contains("All 9 stages are as the golden set says."), "\(run.output)")
    #expect(!world.exists("artifacts") && !world.exists("written"))
    // Everywhere else, too.
    let status = try world.sluice(
      "status", "--artifacts", elsewhere.path("artifacts"), environment: ["SLUICE_ARTIFACTS": "x"])
    #expect(status.exitCode == 0 && status.output.contains("embed"), "\(status.output) \(status.errors)")
    #expect(try world.sluice("fsck", "--artifacts", elsewhere.path("artifacts")).exitCode == 0)
  }
}
