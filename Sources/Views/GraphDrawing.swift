import Formats
import Foundations
import Manifest
import Planning
import Store

/// The graph of stages as text, Mermaid, DOT, SVG or JSON.
package struct GraphDrawing {
  /// What `text(format:)` knows.
  package static let formats = ["text", "mermaid", "dot", "svg", "json"]
  private let prepared: PreparedPipeline

  package init(_ prepared: PreparedPipeline) { self.prepared = prepared }

  private var graph: StageGraph { prepared.graph }

  /// `nil` when there is no such format.
  package func text(format: String) -> String? {
    switch format {
    case "text": plain
    case "mermaid": mermaid
    case "dot": dot
    case "svg": GraphSVG(prepared).text
    case "json": json.prettyText
    default: nil
    }
  }

  /// `chunk (chunk, 412 chunk) ← parse`
  private var plain: String {
    var lines = ["\(graph.pipeline.name)\(graph.pipeline.description.isEmpty ? "" : ": \(graph.pipeline.description)")"]
    let depths = Self.depths(graph)
    for index in graph.order {
      let stage = prepared.stages[index]
      let count = prepared.records[stage.declaration.name].map { ", \(Units.show($0.count)) × \($0.type)" } ?? ""
      let needs = graph.needs[index].map { graph.stages[$0].name }
      let shown =
        needs.count > 4
        ? needs.prefix(3).joined(separator: ", ") + ", … (\(needs.count))" : needs.joined(separator: ", ")
      lines.append(
        String(repeating: "  ", count: depths[index] + 1) + stage.declaration.name
          + " (\(stage.declaration.definition.name)\(count))" + (shown.isEmpty ? "" : " ← \(shown)"))
    }
    return lines.joined(separator: "\n")
  }

  private var mermaid: String {
    var lines = ["flowchart LR"]
    for (id, stage) in graph.stages.entries {
      lines.append("  s\(id.index)[\"\(DrawingText.mermaid(stage.name))<br/>\(stage.definition.name)\"]")
    }
    for (id, needs) in graph.needs.entries {
      for need in needs { lines.append("  s\(need.index) -->|\(prepared.stages[need].outputType)| s\(id.index)") }
    }
    return lines.joined(separator: "\n")
  }

  private var dot: String {
    var lines = [
      "digraph \"\(DrawingText.dot(graph.pipeline.name))\" {", "  rankdir=LR;",
      "  node [shape=box, style=rounded, fontname=\"sans-serif\"];",
    ]
    for (id, stage) in graph.stages.entries {
      lines.append("  s\(id.index) [label=\"\(DrawingText.dot(stage.name))\\n\(stage.definition.name)\"];")
    }
    for (id, needs) in graph.needs.entries {
      for need in needs {
        lines.append("  s\(need.index) -> s\(id.index) [label=\"\(prepared.stages[need].outputType)\"];")
      }
    }
    lines.append("}")
    return lines.joined(separator: "\n")
  }

  private var json: JSONValue {
    [
      "pipeline": .string(graph.pipeline.name),
      "stages": .array(
        graph.stages.entries.map { id, stage in
          [
            "name": .string(stage.name), "uses": .string(stage.definition.name),
            "output": .string(prepared.stages[id].outputType),
            "needs": JSONValue(graph.needs[id].map { graph.stages[$0].name }),
          ]
        }),
    ]
  }

  /// How many stages lie before each on the longest way.
  static func depths(_ graph: StageGraph) -> StageTable<Int> {
    var depths = StageTable(repeating: 0, for: graph.stages)
    for index in graph.order { depths[index] = graph.needs[index].map { depths[$0] + 1 }.max() ?? 0 }
    return depths
  }
}
