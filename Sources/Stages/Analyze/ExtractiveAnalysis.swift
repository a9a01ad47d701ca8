import Evidence
import Foundations

/// An analysis without a model: central sentences of the evidence, word for word, the risks by the words that give
/// them away. It judges nothing, so it gives no score.
enum ExtractiveAnalysis {
  private static let perField = 4

  static func fields(_ evidence: [EvidenceChunk]) -> [String: [Statement]] {
    let found = ExtractiveInsight.make(evidence)
    func statements(_ field: InsightField) -> [Statement] { Array((found[field] ?? []).prefix(perField)) }
    return [
      AnalysisField.findings.rawValue: statements(.coreNeed) + statements(.findings),
      AnalysisField.risks.rawValue: statements(.painPoints),
      AnalysisField.strengths.rawValue: statements(.opportunities),
      AnalysisField.recommendations.rawValue: statements(.recommendations),
    ].filter { !$0.value.isEmpty }
  }

  /// The first statement of each dimension, in the order of the file.
  static func synthesis(_ dimensions: [DimensionAnalysis]) -> [String: [Statement]] {
    func firsts(_ field: AnalysisField) -> [Statement] {
      var taken: Set<String> = []
      return dimensions.compactMap { $0.fields[field.rawValue]?.first }.filter { taken.insert($0.text).inserted }
    }
    let fields: [(AnalysisField, [Statement])] = [
      (.summary, firsts(.findings)), (.strengths, firsts(.strengths)), (.risks, firsts(.risks)),
      (.recommendations, firsts(.recommendations)),
    ]
    return Dictionary(uniqueKeysWithValues: fields.map { ($0.rawValue, $1) }).filter { !$0.value.isEmpty }
  }
}
