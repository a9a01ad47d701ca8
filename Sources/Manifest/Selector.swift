import Foundations

/// Names stages as dbt does: `chunk`, `+index` (with all it needs), `chunk+` (with all that needs
/// it), `+chunk+`, `scrape` or `scrape@*` for a whole `foreach` family.
package struct Selector: Sendable {
  private let text: String

  package init(_ text: String) { self.text = text }

  /// - Throws: `SluiceError.usage` when no stage has the name.
  package func resolve(in graph: StageGraph) throws(SluiceError) -> Set<StageID> {
    var name = Substring(text)
    let withAncestors = name.hasPrefix("+")
    if withAncestors { name = name.dropFirst() }
    let withDescendants = name.hasSuffix("+")
    if withDescendants { name = name.dropLast() }
    let wanted = name.hasSuffix("@*") ? String(name.dropLast(2)) : String(name)
    let targets = Set(
      graph.stages.indices.filter { index in
        let stage = graph.stages[index].name
        return stage == wanted || stage.hasPrefix(wanted + "@")
      })
    guard !targets.isEmpty else {
      let names = graph.stages.map(\.name)
      throw SluiceError(
        .usage, "there is no stage '\(wanted)' in the pipeline \(graph.pipeline.name)",
        advice: Suggestion.hint(wanted, among: names, otherwise: "Stages: \(names.prefix(30).joined(separator: ", ")).")
      )
    }
    var result = targets
    if withAncestors { result.formUnion(graph.ancestors(of: targets)) }
    if withDescendants { result.formUnion(graph.descendants(of: targets)) }
    return result
  }

  /// The union of several selectors, separated by commas or given one by one.
  package static func resolve(_ texts: [String], in graph: StageGraph) throws(SluiceError) -> Set<StageID> {
    var result: Set<StageID> = []
    for text in texts {
      for part in text.split(separator: ",") {
        result.formUnion(try Selector(String(part)).resolve(in: graph))
      }
    }
    return result
  }
}
