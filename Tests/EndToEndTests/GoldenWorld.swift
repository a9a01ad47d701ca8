import Foundations
import Glibc
import TestSupport

/// A pipeline with a stage for each comparator, each with inputs of its own, and the golden set of what it makes.
struct GoldenWorld {
  let world: World

  static let pipeline = """
    pipeline: g
    stages:
      exact:      {uses: import, with: {path: exact.jsonl}}
      normal:     {uses: import, with: {path: normal.jsonl}}
      numbers:    {uses: import, with: {path: numbers.jsonl}}
      said:       {uses: import, with: {path: said.jsonl}}
      saidchunks: {run: "cat {input}", needs: said, with: {mode: whole, output: jsonl, output_type: chunk}}
      embed:      {uses: embed, needs: saidchunks}
      asked:      {uses: import, with: {path: asked.jsonl}}
      askchunks:  {run: "cat {input}", needs: asked, with: {mode: whole, output: jsonl, output_type: chunk}}
      index:      {uses: index, needs: askchunks}
      grouped:    {uses: import, with: {path: groups.jsonl}}
      groups:     {run: "cat {input}", needs: grouped, with: {mode: whole, output: jsonl, output_type: cluster}}
      claimed:    {uses: import, with: {path: claims.jsonl}}
      claims:     {run: "cat {input}", needs: claimed, with: {mode: whole, output: jsonl, output_type: insight}}
      listed:     {uses: import, with: {path: listed.jsonl}}
      filed:      {uses: import, with: {path: filed.jsonl}}
      report:     {run: "sort {input} > {output}", needs: filed, with: {mode: whole}}

    """

  static let golden = """
    stages:
      exact: {compare: text, form: exact}
      normal: {compare: text, form: normalised}
      numbers: {absolute: 0.01, relative: 0}
      embed: {cosine: 0.999}
      index: {questions: golden/questions.jsonl, drop: 0.05}
      groups: {agreement: 0.8}
      claims: {confidence: 0.05}
      listed: {compare: digest}
      report:

    """

  /// The stages that are held.
  static let stages = ["exact", "normal", "numbers", "embed", "index", "groups", "claims", "listed", "report"]

  static let texts: [String: String] = [
    "bread": "The baker kneads the bread dough and lets it rest.", "stars": "The telescope shows stars in a galaxy.",
    "chess": "White moves the queen and gives check.", "lock": "The lock lifts boats from the canal to the river.",
    "caf\u{E9}": "The caf\u{E9} at the canal opens at nine.", "rain": "Rain fell on the harbour all night long.",
  ]

  static func lines(_ values: [JSONValue]) -> String { values.map { $0.canonicalText + "\n" }.joined() }

  static func rows(_ texts: [String: String], more: JSONObject = [:]) -> [JSONValue] {
    texts.sorted { $0.key < $1.key }.map { .object(more.merging(["id": .string($0.key), "text": .string($0.value)])) }
  }

  static func group(_ id: String, _ label: String, _ members: String) -> JSONValue {
    [
      "id": .string(id), "label": .string(label), "size": JSONValue(members.count),
      "members": JSONValue(members.map { "chunk-\($0)" }),
    ]
  }

  static func claim(
    _ id: String, _ text: String, of chunk: String, quote: String? = nil, confidence: Double = 0.9, cost: Double = 0.01
  ) -> JSONValue {
    [
      "id": .string("insight-\(id)"), "cluster_id": .string("cluster-\(id)"), "hot_score": 1.5,
      "provenance": ["model": "m", "cost_usd": .double(cost)],
      "findings": [
        [
          "text": .string(text), "confidence": .double(confidence), "evidence_ids": [.string(chunk)],
          "quotes": [["chunk_id": .string(chunk), "text": .string(quote ?? text)]],
        ]
      ],
    ]
  }

  static let numbers: [JSONValue] = [
    ["id": "a", "price": 9.5, "count": 3, "source": ["etag": "x1", "url": "u"]],
    ["id": "b", "price": 12.25, "count": 4, "fetched_at": "2026-11-30T02:30:00Z", "run": 1],
  ]
  static let claims = [
    claim("1", "Dough rests for an hour.", of: "c1"),
    claim("2", "Boats wait below the lock.", of: "c2", quote: "boats wait below"),
  ]
  static let groups = [group("t1", "bread, dough", "abcd"), group("t2", "stars", "efgh"), group("t3", "chess", "ijkl")]

  init() throws {
    world = try World(["pipelines/g.yaml": Self.pipeline, "golden/golden.yaml": Self.golden])
    symlink("\(ProjectFiles.root)/models", world.path("models"))
    for (name, text) in Self.inputs { try world.write(name, text) }
    let questions = Self.texts.keys.sorted().map { key -> JSONValue in
      ["query": .string(Self.texts[key, default: key]), "relevant": [.string(key)]]
    }
    try world.write("golden/questions.jsonl", Self.lines(questions))
  }

  /// What the golden set was made of.
  static var inputs: [String: String] {
    [
      "exact.jsonl": lines(rows(texts, more: ["seen": 1])), "normal.jsonl": lines(rows(texts)),
      "numbers.jsonl": lines(numbers), "said.jsonl": lines(rows(texts)), "asked.jsonl": lines(rows(texts)),
      "groups.jsonl": lines(groups), "claims.jsonl": lines(claims),
      "listed.jsonl": lines(rows(texts, more: ["fetched_at": 1])), "filed.jsonl": lines(rows(texts)),
    ]
  }

  /// Runs with other inputs and holds what is made against the golden set.
  func verify(_ files: [String: String], _ arguments: String..., environment: [String: String] = [:]) throws
    -> ProgramRun
  {
    for (name, text) in Self.inputs.merging(["pipelines/g.yaml": Self.pipeline], uniquingKeysWith: { $1 }) {
      let wanted = files[name] ?? text
      if try world.read(name) != wanted { try world.write(name, wanted) }
    }
    let run = try world.run("--allow-vanish")
    guard run.exitCode == 0 else { throw SluiceError(.system, "the run failed: \(run.result) \(run.errors)") }
    return try ProgramRun.run(
      [BuiltProgram.path, "golden", "verify"] + arguments, in: world.directory, environment: environment)
  }
}
