import Foundations
import TestSupport
import Testing

@testable import Manifest

/// Files that are no pipeline files at all, and whole files.
@Suite struct FileDiagnosticsTests {
  @Test func aTabInTheIndentation() {
    Findings.expect(
      "pipeline: p\nstages:\n  src:\n1️⃣\tuses: import\n",
      Expected("1️⃣", "a tab in the indentation", hint: "YAML allows only spaces there: replace the tab by two spaces."))
  }

  @Test func garbage() {
    let hint = "A pipeline file is UTF-8 text. Was another file meant, or was it saved in another encoding?"
    func only(_ bytes: [UInt8]) -> String {
      Findings.all(bytes).map { "\($0.position.line):\($0.position.column): \($0.message) [\($0.hint)]" }.joined(
        separator: "\n")
    }
    #expect(only(Array("pipeline: p\nx: ".utf8) + [0xFF, 0xFE]) == "2:4: the file is not UTF-8 text [\(hint)]")
    #expect(only(Array("pipeline: \u{1}".utf8)) == "1:11: the file has a control character (0x1) [\(hint)]")
    #expect(only(Array("a: \u{80}".utf8)) == "1:4: the file has a control character (0x80) [\(hint)]")
    #expect(only([0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0]).hasPrefix("1:1: the file has a control character"))
    #expect(only([]) == "1:1: the file is empty []")
    #expect(only(Array("# only a comment\n".utf8)) == "1:1: the file is empty []")
  }

  @Test func aHugeFileIsOneQuickDiagnostic() {
    let start = MonotonicClock.now
    let found = Findings.all([UInt8](repeating: UInt8(ascii: "a"), count: 10_000_000))
    #expect(found.map(\.message) == ["the file has 10.0 MB, the limit is 4.0 MB"])
    #expect(MonotonicClock.seconds(since: start) < 2)
  }

  @Test func aliasBombsAndDeepNestingAndSecondDocuments() {
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      bomb += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
    }
    let start = MonotonicClock.now
    #expect(Findings.all(Array(bomb.utf8)).map(\.message) == ["aliases make this file grow beyond 2,000,000 nodes"])
    #expect(MonotonicClock.seconds(since: start) < 5)
    let deep = "a: " + String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
    #expect(Findings.all(Array(deep.utf8)).map(\.message) == ["nested more than 64 levels deep"])
    Findings.expect(
      "pipeline: p\n1️⃣---\npipeline: q\n",
      Expected("1️⃣", "a second document begins here", hint: "One file, one document: put it into a file of its own."))
    #expect(Findings.all(Array("a: *b\n".utf8)).map(\.message) == ["there is no anchor &b before this alias"])
  }

  @Test func allMistakesAtOnce() {
    Findings.expect(
      "pipeline: 1️⃣my pipeline\n2️⃣extra: 1\nstages:\n  src: {uses: import, with: {path: a.csv}}\n  a: {uses: 3️⃣nothing-such, needs: src}\n"
        + "  b: {uses: chunk, needs: src, with: {overlap: 4️⃣x}}\ntolerate: {5️⃣sorc: 1%, a: 1%}\nguard: {max_vanish: 6️⃣200%}\n",
      Expected("1️⃣", "'my pipeline' is no name for a pipeline: letters, digits, '-' and '_' only"),
      Expected(
        "2️⃣", "a pipeline file has no key 'extra'",
        hint:
          "Known here: pipeline, description, params, schedule, stages, tolerate, guard, strict, gates, keep, store, audit."
      ),
      Expected(
        "3️⃣", "there is no stage definition 'nothing-such'",
        hint:
          "There are: \(StageLibrary(directory: nil).names.joined(separator: ", ")). Yours go into stages/nothing-such.yaml."
      ),
      Expected(
        "4️⃣", "b: 'overlap' must be a whole number, this is 'x'",
        hint:
          "overlap: How much of a chunk's end the next one of the same section begins with; at most half of max_tokens."
      ),
      Expected("5️⃣", "'tolerate' names a stage 'sorc' that does not exist", hint: "Did you mean 'src'?"),
      Expected("6️⃣", "'max_vanish' must be a share, such as 1% or 0.01"))
  }

  @Test func tolerateAndGuard() throws {
    func pipeline(_ rest: String) throws -> Pipeline {
      try Findings.read(
        "pipeline: p\nstages:\n  src: {uses: import, with: {path: a}}\n  up: {foreach: [x, y], run: cat, needs: src}\n"
          + rest)
    }
    #expect(try pipeline("").stages.map(\.tolerate) == [nil, nil, nil])
    #expect(try pipeline("tolerate: 2%").stages.map(\.tolerate) == [0.02, 0.02, 0.02])
    // What names one goes over what names all, wherever it stands.
    for rest in ["tolerate: {up: 1%, up@x: 5%}", "tolerate: {up@x: 5%, up: 1%}"] {
      for _ in 0..<5 { #expect(try pipeline(rest).stages.map(\.tolerate) == [nil, 0.05, 0.01]) }
    }
    #expect(try pipeline("").vanishGuard == VanishGuard(maxVanish: 0.5, minimum: 20))
    #expect(try pipeline("guard: {max_vanish: 20%}").vanishGuard == VanishGuard(maxVanish: 0.2, minimum: 1))
  }

  @Test func overrides() throws {
    let text = Array(
      "pipeline: p\nparams: {t: 600}\nstages:\n  src: {uses: import, with: {path: a}}\n  up: {foreach: [x.y, z], uses: chunk, needs: src, with: {max_tokens: \"${params.t}\"}}\n"
        .utf8)
    func tokens(_ set: String...) throws -> [JSONValue?] {
      try Findings.read(text, set: set).stages.dropFirst().map { $0.parameters["max_tokens"] }
    }
    #expect(try tokens() == [600, 600])
    #expect(try tokens("up.max_tokens=700") == [700, 700])
    #expect(try tokens("up@x.y.max_tokens=800") == [800, 600])
    #expect(try tokens("params.t=500") == [500, 500])
    func problems(_ set: String) -> [String] {
      Findings.all(text, set: [set]).map { "\($0.source.name) \($0.message) [\($0.hint)]" }
    }
    #expect(problems("upp.max_tokens=1") == ["--set there is no stage 'upp' [Did you mean 'up'?]"])
    #expect(
      problems("up.max_token=1") == [
        "--set the stage 'up' (chunk) has no parameter 'max_token' [Did you mean 'max_tokens'?]"
      ])
    #expect(
      problems("up@z.max_token=1") == [
        "--set the stage 'up' (chunk) has no parameter 'max_token' [Did you mean 'max_tokens'?]"
      ])
    #expect(problems("params.tt=1") == ["--set the pipeline has no parameter 'tt' [Did you mean params.t?]"])
    #expect(
      problems("up.max_tokens=few").first?.hasPrefix("--set up: 'max_tokens' must be a whole number, this is 'few'")
        == true)
    for bad in ["", "x", "a.b", "a=1", ".b=1", "a.=1", "=", "=1"] {
      #expect(throws: SluiceError.self, "\(bad)") { try ParameterOverride(parsing: bad) }
    }
  }

  @Test func theCoreSchema() throws {
    let texts = ["no", "yes", "on", "off", "NO", "1_000", "12:30", "0o9", "1e", "2026-11-21", "-", "+", "."]
    for text in texts {
      if case .string(text) = YAMLScalar(plain: text) { continue }
      Issue.record("\(text) is a text in YAML 1.2")
    }
    let values: [(String, JSONValue)] = [
      ("true", true), ("FALSE", false), ("~", nil), ("", nil), ("null", nil), ("12", 12), ("-3", -3), ("+3", 3),
      ("0x1F", 31),
      ("0o17", 15), ("1.5", 1.5), ("-.5", -0.5), ("1e3", 1000.0), ("010", 10),
    ]
    for (text, value) in values { #expect(YAMLScalar(plain: text).json == value, "\(text)") }
    let quoted = try YAMLReader.read(SourceText(name: "", bytes: Array("'12'".utf8)))
    #expect(ParameterReader.json(quoted) == "12")
  }

  @Test func theEmbeddedDefinitionsAreTheFilesOfTheProject() throws {
    let folder = "\(ProjectFiles.root)/stages"
    let names = try FileSystem.list(folder).filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".prompt.md") }
    #expect(names.sorted() == StageLibrary.builtinFiles.keys.sorted(), "run scripts/builtin-stages")
    for name in names {
      #expect(try FileSystem.read("\(folder)/\(name)") == StageLibrary.builtinFiles[name], "\(name)")
    }
    let library = StageLibrary(directory: nil)
    for name in library.names { #expect(try library.definition(name)?.summary.isEmpty == false, "\(name)") }
  }

  @Test func thousandsOfMutationsNeverCrashOrHang() throws {
    let good = Array(
      """
      pipeline: w
      params: {tokens: 600, names: [a, b]}
      stages:
        src: {uses: import, with: {path: "in/*.csv"}}
        up:
          foreach: "${params.names}"
          run: "echo ${item} $$HOME"
          needs: src
        chunk: {uses: chunk, needs: [up, src], with: {max_tokens: "${params.tokens}", overlap: &o 10}}
        more: {uses: chunk, needs: chunk, with: {overlap: *o}}
      tolerate: {up: 1%}
      guard: {max_vanish: 20%}

      """.utf8)
    #expect(Findings.all(good).isEmpty)
    var random = SeededGenerator(seed: 7)
    let pieces = [
      "${", "}", "&a ", "*a", "\t", "\n", "- ", ": ", "{", "[", "\"", "'", "|", "%", "~", "ü", "\u{FEFF}", "? ",
      "!!int ", "<<: ",
    ]
    var mistakes = 0
    for round in 0..<4000 {
      var bytes = good
      for _ in 0...(round % 4) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(contentsOf: pieces.randomElement(using: &random)!.utf8, at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 0..<40, using: &random)))
        }
        if bytes.isEmpty { break }
      }
      let start = MonotonicClock.now
      let found = Findings.all(bytes)
      if !found.isEmpty { mistakes += 1 }
      for diagnostic in found {
        #expect(diagnostic.position.line >= 1 && diagnostic.position.column >= 1)
        #expect(!diagnostic.rendered.isEmpty)
      }
      #expect(MonotonicClock.seconds(since: start) < 2)
    }
    #expect(mistakes > 2000)
  }

  @Test(arguments: ["$(touch x)", "`x`", "a'b", "a\"b", "a\\b", "a;b", "a&b", "a|b", "a<b", "a>b", "(a", "a\nb"])
  func valuesFromOutsideAreNoCode(value: String) {
    let run = "pipeline: p\nparams: {year: 2024, list: [a]}\nstages:\n  s: {run: \"echo 1️⃣${params.year}\"}\n"
    let hint = "Give it as a variable: name it in 'env', export it, and write \"$NAME\" in the line."
    func message(_ name: String) -> String {
      "the value of ${\(name)} has characters that sh would take for code: \(value.debugDescription)"
    }
    Findings.expect(
      run, set: ["params.year=\(value)"], Expected("1️⃣", message("params.year"), hint: hint))
    let quoted = JSONValue.string(value).canonicalText
    Findings.expect(
      "pipeline: p\nstages:\n  s: {run: \"echo '1️⃣${item}'\", foreach: [\(quoted)]}\n",
      Expected("1️⃣", message("item"), hint: hint))
    // What the file itself says is the author's.
    Findings.expect("pipeline: p\nparams: {x: \(quoted)}\nstages:\n  s: {run: \"echo ${params.x}\"}\n")
    // And what is no code may be anything.
    Findings.expect(
      "pipeline: p\nstages:\n  s: {uses: import, foreach: [\(quoted)], with: {path: \"${item}\"}}\n")
  }

  @Test func valuesThatAreNoCodeStandInALine() {
    for value in ["a b", "x/y", "é", "../../x", "s1", "a=b,c:d@e#%+~!*?{}[]^"] {
      Findings.expect(
        "pipeline: p\nparams: {year: 2024}\nstages:\n  s: {run: \"echo ${params.year} ${item}\", foreach: [\(JSONValue.string(value).canonicalText)]}\n",
        set: ["params.year=\(value)"])
    }
  }
}
