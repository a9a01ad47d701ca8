import Evidence
import Formats
import Foundations
import StageKit

/// The insights of a pipeline as one page that needs nothing else: contents, a search box, links to the sources.
struct InsightsPage {
  private let insights: [Insight]
  private let lead: String
  private let title: String

  init(_ insights: [Insight], lead: String, title: String) {
    self.insights = insights
    self.lead = lead
    self.title = title
  }

  private static let script = """
    <script>
    const box = document.querySelector('input'), cards = [...document.querySelectorAll('article')];
    box.addEventListener('input', () => {
      const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
      for (const card of cards) {
        const text = card.textContent.toLowerCase();
        card.hidden = !words.every(word => text.includes(word));
      }
    });
    </script>
    """

  var html: String {
    let links = insights.map { "<a href=\"#\(anchor($0))\">\(Markup.escaped($0.cluster.label))</a>" }
    let body = """
      <h1>Insights: \(Markup.escaped(title))</h1>
      <p class=lead>\(Markup.escaped(lead))</p>
      <input type=search placeholder="Filter topics" aria-label="Filter topics">
      <nav>\(links.joined(separator: "\n"))</nav>
      \(insights.map(card).joined(separator: "\n"))
      \(Self.script)
      """
    return HTMLText.page(title: "Insights: \(title)", body: body)
  }

  private func anchor(_ insight: Insight) -> String { Markup.escaped(insight.id) }

  private func card(_ insight: Insight) -> String {
    let statements = StatementHTML(insight.evidence)
    var text =
      "<article id=\"\(anchor(insight))\"><h2>\(Markup.escaped(insight.cluster.label))</h2><p class=facts>"
      + "\(Units.show(insight.cluster.size)) chunks · hot score \(Units.decimal(insight.cluster.hotScore, 2)) · "
      + insight.provenance.html + "</p>"
    for field in InsightField.allCases {
      guard let found = insight.fields[field], !found.isEmpty else { continue }
      text += "<h3>\(Markup.escaped(field.title))</h3>" + statements.list(found)
    }
    if insight.statementCount == 0 {
      text += "<p class=facts>Nothing could be said of this topic that its chunks prove.</p>"
    }
    return text + "</article>"
  }
}
