import Foundations
import Manifest
import Planning
import Stages
import Store
import TestSupport
import Testing

@testable import Views

@Suite struct GraphDrawingTests {
  private func drawing(_ world: World) throws -> GraphDrawing {
    let text =
      "pipeline: p\ndescription: Words & <pictures>.\nstages:\n  src: {uses: import, with: {path: 'in/*.txt'}}\n"
      + "  up: {foreach: ['a\"b', '<x>', 'c\\d'], uses: filter, needs: src, with: {where: {k: '${item}'}}}\n  all: {run: cat, needs: [up, src]}\n"
    let pipeline = try PipelineReader(library: StageLibrary(directory: nil)).read(
      SourceText(name: "p.yaml", bytes: Array(text.utf8)), directory: world.directory)
    return GraphDrawing(
      try PreparedPipeline(
        StageGraph(pipeline), registry: BuiltinStages.registry, layout: ArtifactLayout(root: world.path("artifacts")),
        files: FileDigestCache(path: world.path("cache")), reader: nil, store: nil))
  }

  @Test func everyFormatNamesAllStages() throws {
    let drawing = try drawing(World())
    for format in GraphDrawing.formats {
      let text = try #require(drawing.text(format: format))
      #expect(text.contains("src") && text.contains("all"), "\(format)")
    }
    #expect(drawing.text(format: "pdf") == nil)
    let json = try JSONValue(parsing: try #require(drawing.text(format: "json")))
    #expect(json["stages"]?.array?.count == 5)
    #expect(json["stages"]?[4]?["needs"] == ["up@a\"b", "up@<x>", "up@c\\d", "src"])
  }

  @Test func textsAreQuoted() throws {
    let drawing = try drawing(World())
    let dot = try #require(drawing.text(format: "dot"))
    #expect(dot.contains("up@a\\\"b") && dot.contains("up@c\\\\d"))
    let mermaid = try #require(drawing.text(format: "mermaid"))
    #expect(mermaid.contains("up@a#quot;b") && mermaid.contains("up@#lt;x#gt;"))
    let svg = try #require(drawing.text(format: "svg"))
    #expect(svg.contains("up@a&quot;b") && svg.contains("up@&lt;x&gt;"))
    #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>"))
    // Every element that is opened is closed.
    for element in ["text", "title", "defs", "marker"] {
      #expect(svg.components("<\(element)") == svg.components("</\(element)>"), "\(element)")
    }
  }

  @Test(.enabled(if: ProjectFiles.program("dot") != nil, "Graphviz is not installed: apt-get install graphviz"))
  func dotReadsIt() throws {
    let world = try World()
    try world.write("g.dot", try #require(drawing(world).text(format: "dot")))
    let run = try ProgramRun.run(["/usr/bin/env", "dot", "-Tsvg", "g.dot"], in: world.directory)
    #expect(run.exitCode == 0, "\(run.errors)")
  }
}

extension String {
  /// How often `part` stands in it.
  fileprivate func components(_ part: String) -> Int {
    var count = 0
    var start = 0
    let bytes = Array(utf8)
    while let range = ByteSearch.range(of: Array(part.utf8), in: bytes, from: start) {
      count += 1
      start = range.upperBound
    }
    return count
  }
}
