import Evidence
import Formats
import Foundations
import Manifest

/// An analysis as records, as Markdown and as a page that needs nothing else.
struct AnalysisPage {
  let subject: String
  let analyses: [DimensionAnalysis]
  let synthesis: AnalysisSynthesis

  var statementCount: Int {
    analyses.reduce(0) { $0 + $1.statements.count } + synthesis.fields.values.reduce(0) { $0 + $1.count }
  }

  /// The synthesis first, then the dimensions in the order of the file.
  var records: [JSONObject] { [synthesis.record(subject: subject)] + analyses.map(\.record) }

  /// Of the records, in their order.
  var ids: [String] { [AnalysisSynthesis.id] + analyses.map(\.id) }

  private var lead: String {
    "\(Units.show(statementCount)) statements in \(Units.show(analyses.count)) dimensions; each quote was found word for "
      + "word in the chunk that it names."
  }

  private static func shown(_ score: Double?) -> String { score.map { Units.decimal($0, 1) } ?? "–" }

  var markdown: String {
    var text = "# Analysis: \(MarkdownText.escaped(subject))\n\n\(lead)\n"
    if let score = synthesis.score { text += "\nOverall score: \(Units.decimal(score, 1)) of 10 (mean by weight).\n" }
    text += section(synthesis.fields, AnalysisField.ofSynthesis, synthesis.evidence, level: "##")
    text += "\n| Dimension | Score | Support | Statements |\n|-|-|-|-|\n"
    for analysis in analyses {
      text +=
        "| \(MarkdownText.escaped(analysis.dimension.title)) | \(Self.shown(analysis.score)) | \(Units.decimal(analysis.support, 2)) | \(analysis.statements.count) |\n"
    }
    for analysis in analyses {
      text += "\n## \(MarkdownText.escaped(analysis.dimension.title))\n\n"
      text += "_\(MarkdownText.escaped(analysis.dimension.question))_\n"
      text += section(analysis.fields, AnalysisField.ofDimension, analysis.evidence, level: "###")
      if analysis.statements.isEmpty { text += "\nNothing could be said here that the chunks prove.\n" }
    }
    return text
  }

  private func section(
    _ fields: [String: [Statement]], _ order: [AnalysisField], _ evidence: [EvidenceChunk], level: String
  ) -> String {
    let writer = StatementMarkdown(evidence)
    return order.compactMap { field in
      guard let statements = fields[field.rawValue], !statements.isEmpty else { return nil }
      return "\n\(level) \(field.title)\n\n" + writer.list(statements)
    }.joined()
  }

  var html: String {
    var rows = ""
    for analysis in analyses {
      let meter = analysis.score.map { "<meter min=0 max=10 value=\($0)></meter> \(Units.decimal($0, 1))" } ?? "–"
      rows +=
        "<tr><td><a href=\"#\(Markup.escaped(analysis.id))\">\(Markup.escaped(analysis.dimension.title))</a></td><td>\(meter)</td><td>\(Units.decimal(analysis.support, 2))</td><td>\(analysis.statements.count)</td></tr>\n"
    }
    let overall =
      synthesis.score.map { "<p>Overall score: <b>\(Units.decimal($0, 1))</b> of 10 (mean by weight)</p>" } ?? ""
    let body = """
      <h1>Analysis: \(Markup.escaped(subject))</h1>
      <p class=lead>\(Markup.escaped(lead))</p>
      \(overall)
      <table><tr><th>Dimension<th>Score<th title="how far the quotes bear the statements out">Support<th>Statements</tr>
      \(rows)</table>
      <article>\(fields(synthesis.fields, AnalysisField.ofSynthesis, synthesis.evidence))</article>
      \(analyses.map(card).joined(separator: "\n"))
      """
    return HTMLText.page(title: "Analysis: \(subject)", body: body)
  }

  private func card(_ analysis: DimensionAnalysis) -> String {
    return "<article id=\"\(Markup.escaped(analysis.id))\"><h2>\(Markup.escaped(analysis.dimension.title))</h2>"
      + "<p class=facts>\(Markup.escaped(analysis.dimension.question)) · \(analysis.provenance.html)</p>"
      + (analysis.statements.isEmpty
        ? "<p class=facts>Nothing could be said here that the chunks prove.</p>"
        : fields(analysis.fields, AnalysisField.ofDimension, analysis.evidence)) + "</article>"
  }

  private func fields(_ fields: [String: [Statement]], _ order: [AnalysisField], _ evidence: [EvidenceChunk]) -> String
  {
    let writer = StatementHTML(evidence)
    return order.compactMap { field in
      guard let statements = fields[field.rawValue], !statements.isEmpty else { return nil }
      return "<h3>\(field.title)</h3>" + writer.list(statements)
    }.joined()
  }
}
