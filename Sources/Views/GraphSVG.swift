import Formats
import Foundations
import Manifest
import Planning
import Store

/// The graph as SVG: a column for each depth, boxes in the order that crosses least (by the mean row of
/// what they need, the barycentre method of Sugiyama).
struct GraphSVG {
  private static let width = 150
  private static let height = 46
  private static let gapX = 60
  private static let gapY = 18
  private static let margin = 16

  private let prepared: PreparedPipeline
  private let places: StageTable<(x: Int, y: Int)>
  private let size: (width: Int, height: Int)

  init(_ prepared: PreparedPipeline) {
    self.prepared = prepared
    let graph = prepared.graph
    let depths = GraphDrawing.depths(graph)
    var columns = [[StageID]](repeating: [], count: (depths.max() ?? 0) + 1)
    var rows = StageTable(repeating: 0.0, for: graph.stages)
    for index in graph.order { columns[depths[index]].append(index) }
    for column in columns.indices {
      columns[column].sort { a, b in
        func mean(_ id: StageID) -> Double {
          let needs = graph.needs[id]
          return needs.isEmpty ? Double(id.index) : needs.map { rows[$0] }.reduce(0, +) / Double(needs.count)
        }
        return (mean(a), a) < (mean(b), b)
      }
      for (row, index) in columns[column].enumerated() { rows[index] = Double(row) }
    }
    let tallest = columns.map(\.count).max() ?? 1
    var places = StageTable(repeating: (x: 0, y: 0), for: graph.stages)
    for (column, members) in columns.enumerated() {
      let offset = (tallest - members.count) * (Self.height + Self.gapY) / 2
      for (row, index) in members.enumerated() {
        places[index] = (
          Self.margin + column * (Self.width + Self.gapX), Self.margin + offset + row * (Self.height + Self.gapY)
        )
      }
    }
    self.places = places
    size = (
      2 * Self.margin + columns.count * Self.width + (columns.count - 1) * Self.gapX,
      2 * Self.margin + tallest * Self.height + (tallest - 1) * Self.gapY
    )
  }

  var text: String {
    let graph = prepared.graph
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size.width) \(size.height)\" width=\"\(size.width)\" height=\"\(size.height)\" font-family=\"sans-serif\" font-size=\"13\">",
      "<title>\(Markup.escaped(graph.pipeline.name))</title>",
      "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#667\"/></marker></defs>",
    ]
    for (index, needs) in graph.needs.entries {
      for need in needs {
        let from = (x: places[need].x + Self.width, y: places[need].y + Self.height / 2)
        let to = (x: places[index].x, y: places[index].y + Self.height / 2)
        let bend = (to.x - from.x) / 2
        lines.append(
          "<path d=\"M\(from.x) \(from.y)C\(from.x + bend) \(from.y) \(to.x - bend) \(to.y) \(to.x) \(to.y)\" fill=\"none\" stroke=\"#667\" marker-end=\"url(#arrow)\"/>"
        )
      }
    }
    for (index, stage) in graph.stages.entries {
      let (x, y) = places[index]
      let count = prepared.records[stage.name].map { "\(Units.show($0.count)) × \($0.type)" } ?? stage.definition.name
      lines.append(
        "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(Self.width)\" height=\"\(Self.height)\" rx=\"7\" fill=\"#eef3fb\" stroke=\"#3b6cb7\"/>"
      )
      lines.append(
        "<text x=\"\(x + Self.width / 2)\" y=\"\(y + 20)\" text-anchor=\"middle\" font-weight=\"bold\">\(Markup.escaped(stage.name))</text>"
      )
      lines.append(
        "<text x=\"\(x + Self.width / 2)\" y=\"\(y + 36)\" text-anchor=\"middle\" font-size=\"11\" fill=\"#556\">\(Markup.escaped(count))</text>"
      )
    }
    lines.append("</svg>")
    return lines.joined(separator: "\n")
  }

}
