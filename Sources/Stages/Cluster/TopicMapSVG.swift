import Formats
import Foundations

/// The map as one picture: light or dark as the reader's system is.
struct TopicMapSVG {
  private let map: TopicMap

  init(_ map: TopicMap) { self.map = map }

  var text: String {
    let (width, height) = (Int(clamping: TopicMap.width), Int(clamping: TopicMap.height))
    var out = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" \
      role="img" font-family="system-ui, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif">
      <title>\(Markup.escaped("Topics of \(map.title)"))</title>
      <style>
      :root { --paper: #fcfcfa; --ink: #1b1f24; --dim: #66707a; --noise: #b9bfc6; \(Self.palette(TopicColors.light)) }
      @media (prefers-color-scheme: dark) {
        :root { --paper: #14171b; --ink: #eceff2; --dim: #98a2ad; --noise: #454c55; \(Self.palette(TopicColors.dark)) }
      }
      .dots { fill: none; stroke-linecap: round; stroke-width: 5; stroke-opacity: .8 }
      .glow { fill: none; stroke-linecap: round; stroke-width: 34; stroke-opacity: .035 }
      .label { fill: var(--ink); stroke: var(--paper); stroke-width: 4; stroke-linejoin: round; paint-order: stroke; \
      text-anchor: middle; font-weight: 600 }
      </style>
      <rect width="\(width)" height="\(height)" fill="var(--paper)"/>

      """
    let paths = Dictionary(grouping: map.dots, by: \.topic).mapValues { dots in
      dots.map { "M\(Units.decimal($0.x, 1)) \(Units.decimal($0.y, 1))h0" }.joined()
    }
    for (number, topic) in map.topics.enumerated() {
      if let path = paths[number] {
        out += "<path class=\"glow\" stroke=\"var(--c\(topic.color))\" d=\"\(path)\"/>\n"
      }
    }
    if let path = paths[-1] {
      out += "<path class=\"dots\" style=\"stroke-width:3;stroke-opacity:.6\" stroke=\"var(--noise)\" d=\"\(path)\"/>\n"
    }
    for (number, topic) in map.topics.enumerated() {
      if let path = paths[number] {
        out += "<path class=\"dots\" stroke=\"var(--c\(topic.color))\" d=\"\(path)\">"
        out += "<title>\(Markup.escaped("\(topic.label): \(topic.size) chunks"))</title></path>\n"
      }
    }
    for label in TopicMapLabels(map, most: 60).labels {
      out += "<text class=\"label\" x=\"\(Units.decimal(label.x, 1))\" y=\"\(Units.decimal(label.y, 1))\" "
      out += "font-size=\"\(Units.decimal(label.size, 1))\">\(Markup.escaped(label.text))</text>\n"
    }
    out += """
      <text x="20" y="32" font-size="20" font-weight="700" fill="var(--ink)">\(Markup.escaped(map.title))</text>
      <text x="\(width - 20)" y="32" font-size="13" text-anchor="end" fill="var(--dim)">\
      \(Units.show(map.topics.count)) topics · \(Units.show(map.chunks)) chunks</text>
      </svg>

      """
    return out
  }

  static func palette(_ colors: [String]) -> String {
    colors.enumerated().map { "--c\($0): \($1)" }.joined(separator: "; ")
  }

}
