import Foundations
import TestSupport
import Testing

@testable import Manifest

/// Each mistake in a stage has one diagnostic, where it stands.
@Suite struct StageDiagnosticsTests {
  @Test func unknownKeys() {
    Findings.expect(
      "pipeline: p\n1️⃣stagse: {}\nstages:\n  src: {uses: import, 2️⃣wiht: {}, with: {path: a.csv}}\n",
      Expected("1️⃣", "a pipeline file has no key 'stagse'", hint: "Did you mean 'stages'?"),
      Expected("2️⃣", "the stage 'src' has no key 'wiht'", hint: "Did you mean 'with'?"))
  }

  @Test func unknownDefinitionAndParameter() {
    Findings.expect(
      Findings.pipeline("a: {uses: 1️⃣chnuk, needs: src}", "b: {uses: chunk, needs: src, with: {2️⃣overlapp: 3}}"),
      Expected("1️⃣", "there is no stage definition 'chnuk'", hint: "Did you mean 'chunk'?"),
      Expected("2️⃣", "the stage 'b' (chunk) has no parameter 'overlapp'", hint: "Did you mean 'overlap'?"))
  }

  @Test func wrongTypesAndUnits() {
    Findings.expect(
      Findings.pipeline(
        "a: {uses: chunk, needs: src, with: {max_tokens: 1️⃣many, overlap: 2️⃣-1}}",
        "b: {run: cat, needs: src, with: {timeout: 3️⃣30}}",
        "c: {run: cat, needs: src, with: {max_attempts: 4️⃣1.5, mode: 5️⃣itme}}"),
      Expected(
        "1️⃣", "a: 'max_tokens' must be a whole number, this is 'many'",
        hint: "max_tokens: The most tokens in a chunk, its breadcrumb included."),
      Expected("2️⃣", "a: 'overlap' must be at least 0 tokens"),
      Expected(
        "3️⃣", "b: 'timeout' must be a duration with its unit, such as 200ms, 30s, 5m, 2h or 1d, this is '30'",
        hint: "timeout: After this long the program is stopped and the item (or stage) fails."),
      Expected(
        "4️⃣", "c: 'max_attempts' must be a whole number, this is '1.5'",
        hint: "max_attempts: How often an item is tried, in the modes item and lines."),
      Expected("5️⃣", "c: 'mode' must be one of whole, item, lines, this is 'itme'", hint: "Did you mean 'item'?"))
  }

  @Test func outOfRange() {
    Findings.expect(
      Findings.pipeline(
        "a: {uses: chunk, needs: src, with: {max_tokens: 1️⃣31}}", "b: {uses: embed, needs: src, with: {batch: 2️⃣4096}}"),
      Expected("1️⃣", "a: 'max_tokens' must be at least 32 tokens"),
      Expected("2️⃣", "b: 'batch' must be at most 2048 texts"))
  }

  @Test func aMissingRequiredParameter() throws {
    let source = MarkedText(Findings.pipeline("1️⃣words: {uses: command, needs: src}"))
    let found = Findings.all(Array(source.text.utf8))
    try #require(found.count == 1)
    #expect(found[0].position == source.place("1️⃣"))
    #expect(found[0].message == "the stage 'words' (command) needs the parameter 'run'")
    #expect(found[0].hint.hasPrefix("run: The command line"))
  }

  @Test func whatStandsTwice() {
    Findings.expect(
      "pipeline: p\nstages:\n  src: {uses: import, with: {path: a, 1️⃣path: b}}\n  2️⃣src: {uses: import, with: {path: c}}\n3️⃣pipeline: q\n",
      Expected(
        "1️⃣", "the key 'path' stands twice in 'with' of the stage 'src'",
        hint: "It first stands at line 3; keep one of the two."),
      Expected("2️⃣", "the key 'src' stands twice in 'stages'", hint: "It first stands at line 3; keep one of the two."),
      Expected(
        "3️⃣", "the key 'pipeline' stands twice in a pipeline file",
        hint: "It first stands at line 1; keep one of the two."))
  }

  private static let service = [
    "stages/ask.yaml":
      "kind: command\nversion: 1\ninput: any\noutput: file\nparameters:\n  run: {type: string, default: cat}\n  api_key: {type: secret}\n"
  ]

  @Test func secretsAndTheEnvironment() throws {
    let world = try World(Self.service)
    Findings.expect(
      Findings.pipeline(
        "a: {uses: ask, needs: src, with: {api_key: 1️⃣sk-12345}}",
        "b: {uses: ask, needs: src, with: {api_key: \"${env.KEY}\"}}",
        "c: {uses: ask, needs: src, with: {api_key: 2️⃣\"${env.NOT_SET}\", run: 3️⃣\"${env.KEY}\"}}"),
      stages: world.path("stages"),
      Expected(
        "1️⃣", "a: 'api_key' is a secret and must not stand in a file",
        hint: "Put it into the environment and write ${env.NAME}."),
      Expected("2️⃣", "the environment variable NOT_SET is not set", hint: "Set it before the run: export NOT_SET=…"),
      Expected(
        "3️⃣", "${env.KEY} cannot stand here: the environment is for secrets only",
        hint: "Use it for a parameter of type secret; for anything else use 'params' and --set."))
  }

  @Test func aSecretDoesNotStandInACommandLineEither() throws {
    let world = try World(Self.service)
    let text = Array(Findings.pipeline("a: {uses: ask, needs: src}").utf8)
    let found = Findings.all(text, set: ["a.api_key=sk-12345"], stages: world.path("stages"))
    try #require(found.map(\.message) == ["a: 'api_key' is a secret and must not stand in a command line"])
    #expect(!found[0].rendered.contains("sk-12345"))
    let pipeline = try Findings.read(text, set: ["a.api_key=${env.KEY}"], stages: world.path("stages"))
    #expect(pipeline.stages[1].parameters["api_key"] == "KEY")
  }

  @Test func references() {
    let head = "pipeline: p\nparams: {tokens: 600}\nstages:\n  src: {uses: import, with: {path: a.csv}}\n"
    Findings.expect(
      head + "  a: {uses: chunk, needs: src, with: {max_tokens: 1️⃣\"${params.tokns}\"}}\n"
        + "  b: {run: 2️⃣\"${item}\", needs: src}\n  c:\n    needs: src\n    run: |\n      echo\n      x 3️⃣${oops} y\n",
      Expected("1️⃣", "there is no parameter 'tokns' under 'params'", hint: "Did you mean ${params.tokens}?"),
      Expected("2️⃣", "${item} has a meaning only in a stage with 'foreach'"),
      Expected(
        "3️⃣", "${oops} is not known here",
        hint:
          "Known are ${params.NAME}, ${item} with 'foreach', and ${env.NAME} for secrets. A dollar for the shell is written $$: $${oops}."
      ))
  }

  @Test func aReferenceInsideATextIsPointedAt() {
    Findings.expect(
      Findings.pipeline("c: {run: \"grünes 1️⃣${oops}\", needs: src}"),
      Expected(
        "1️⃣", "${oops} is not known here",
        hint:
          "Known are ${params.NAME}, ${item} with 'foreach', and ${env.NAME} for secrets. A dollar for the shell is written $$: $${oops}."
      ))
  }

  @Test func valuesOfReferences() throws {
    let pipeline = try Findings.read(
      "pipeline: p\nparams: {tokens: 600, list: [a, b]}\nstages:\n  src: {uses: import, with: {path: \"x-${params.tokens}.csv\"}}\n"
        + "  a: {uses: chunk, needs: src, with: {max_tokens: \"${params.tokens}\"}}\n  b: {run: \"echo $$HOME $${x} $1\", needs: src}\n"
    )
    #expect(pipeline.stages[0].parameters["path"] == "x-600.csv")
    #expect(pipeline.stages[1].parameters["max_tokens"] == 600)
    #expect(pipeline.stages[2].parameters["run"] == "echo $HOME ${x} $1")
  }

  @Test func foreach() throws {
    let pipeline = try Findings.read(
      "pipeline: p\nparams: {names: [x, y]}\nstages:\n  src: {foreach: \"${params.names}\", uses: import, with: {path: \"${item}.csv\"}}\n"
        + "  up: {foreach: [x, y], run: \"tr ${item} Z\", needs: \"src@${item}\"}\n")
    #expect(pipeline.stages.map(\.name) == ["src@x", "src@y", "up@x", "up@y"])
    #expect(pipeline.stages.map { $0.needs.map(\.stage) } == [[], [], ["src@x"], ["src@y"]])
    #expect(pipeline.stages[1].parameters["path"] == "y.csv")
    #expect(pipeline.stages[2].parameters["run"] == "tr x Z")
  }

  @Test func foreachMistakes() {
    Findings.expect(
      Findings.pipeline(
        "a: {foreach: 1️⃣[], run: cat, needs: src}", "b: {foreach: [x, 2️⃣x], run: cat, needs: src}",
        "c: {foreach: 3️⃣word, run: cat, needs: src}", "d: {foreach: [4️⃣[1]], run: cat, needs: src}"),
      Expected("1️⃣", "'foreach' is an empty list: there would be no stage"),
      Expected("2️⃣", "'x' stands twice in 'foreach': there would be two stages b@x"),
      Expected("3️⃣", "'foreach' must be a list, this is a text"),
      Expected("4️⃣", "a value of 'foreach' must be a text or a number, this is a list"))
  }

  @Test func aStageSaysWhatItIs() {
    Findings.expect(
      Findings.pipeline(
        "1️⃣a: {needs: src}", "2️⃣a b: {run: cat, needs: src}", "c: 3️⃣cat", "d: {run: cat, needs: src, publish: 4️⃣no}"),
      Expected(
        "1️⃣", "the stage 'a' says neither 'uses' nor 'run'",
        hint: "For example: a: {uses: parse, needs: fetch}, or {run: ./script.sh {input} {output}, needs: chunk}"),
      Expected("2️⃣", "'a b' is no name for a stage: letters, digits, '-' and '_' only, and not 'params'"),
      Expected("3️⃣", "the stage 'c' must be a mapping (key: value), this is a text"),
      Expected("4️⃣", "'publish' must be true or false, this is no"))
  }
}
