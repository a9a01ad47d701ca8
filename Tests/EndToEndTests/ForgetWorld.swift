import Foundations
import TestSupport
import Testing

/// A small world with one document that is going to be forgotten.
enum ForgetWorld {
  static let id = "docs/jane-roe.md"
  static let sentence = "The purple heron keeps the key of the boathouse in the third drawer."
  /// Pieces of the sentence, and of the name of the document, in the cases in which stages write them.
  static let marks = [
    "jane-roe", "JANE-ROE", "purple heron", "PURPLE HERON", "key of the boathouse in", "third drawer", "in the THIRD",
  ]

  static let stages = """
    src:   {uses: import, with: {path: "docs/*.md"}}
    parse: {uses: parse, needs: src}
    chunk: {uses: chunk, needs: parse, with: {max_tokens: 64, overlap: 0, min_tokens: 0, tokenizer: "\(ProjectFiles.miniLM)"}}
    up:    {run: "tr a-z A-Z", needs: src, with: {mode: item}, publish: true}
    index: {uses: index, needs: chunk}
    all:   {run: "cat {input}/* > {output}; echo ${params.v}", needs: up}
    size:  {run: "wc -c < {input} > {output}", needs: all}
    """

  /// - Parameter withJane: whether the document was ever there.
  static func make(withJane: Bool = true, stages: String = ForgetWorld.stages, rest: String = "") throws -> World {
    let world = try World(stages: stages, of: "p", rest: "params: {v: one}\nguard: {max_vanish: 100%}\n\(rest)")
    for number in 0..<8 { try world.write("docs/\(number).md", text(number, night: 0)) }
    if withJane { try world.write(id, jane(0)) }
    return world
  }

  static func text(_ number: Int, night: Int) -> String {
    "# Document \(number)\n\nBoats of the year \(1900 + number) go through the lock, as was said in night \(night).\n"
  }

  static func jane(_ night: Int) -> String {
    "# Jane Roe\n\n\(sentence)\n\nBoats of the year 1900 go through the lock, as was said in night \(night).\n"
  }

  /// Some nights: others change, and the document with them, so that generations hold versions of it.
  static func live(_ world: World, nights: Int, withJane: Bool = true) throws {
    #expect(try world.run().exitCode == 0)
    for night in 1..<nights {
      try world.write("docs/\(night % 8).md", text(night % 8, night: night))
      if withJane, night % 2 == 0 { try world.write(id, jane(night)) }
      #expect(try world.run().exitCode == 0)
    }
  }

  /// Where something of it stands below `artifacts/`, found without the program.
  static func traces(in world: World, _ marks: [String] = ForgetWorld.marks) throws -> String {
    try ProgramRun.run(
      ["python3", ProjectFiles.fixture("forget/search.py"), world.path("artifacts")] + marks, in: world.directory
    ).output
  }

  /// The names of published files that two worlds do not have alike.
  static func differences(_ one: World, _ other: World, _ line: String = "p") throws -> [String] {
    let (first, second) = (try one.published(line), try other.published(line))
    return Set(first.keys).union(second.keys).filter { first[$0] != second[$0] }.sorted()
  }

  /// A world with the same files, in which nothing was run yet.
  static func copy(of world: World) throws -> World {
    let copy = try World(["pipelines/p.yaml": world.read("pipelines/p.yaml")])
    for name in try FileSystem.list(world.path("docs")) { try copy.write("docs/\(name)", world.read("docs/\(name)")) }
    return copy
  }

  /// All files of all generations of a line, by generation, stage and name.
  static func generations(_ world: World, _ line: String = "p") throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    let root = world.path("artifacts/generations/\(line)")
    for number in try FileSystem.list(root) {
      for stage in try FileSystem.list("\(root)/\(number)") {
        for name in try FileSystem.list("\(root)/\(number)/\(stage)") {
          files["\(number)/\(stage)/\(name)"] = try FileSystem.read("\(root)/\(number)/\(stage)/\(name)")
        }
      }
    }
    return files
  }
}
