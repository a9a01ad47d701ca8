import Evidence
import Foundations
import Manifest

/// What was found about one dimension, by its own evidence only.
struct DimensionAnalysis: Sendable {
  let dimension: DimensionsFile.Dimension
  /// What was looked up.
  var questions: [String]
  var evidence: [EvidenceChunk]
  var fields: [String: [Statement]]
  /// From 0 to 10 as the model judges; `nil`: it did not, or nothing it said stood.
  var score: Double?
  var provenance: JSONObject

  var id: String { "analysis-" + dimension.name }
  var statements: [Statement] { AnalysisField.ofDimension.flatMap { fields[$0.rawValue] ?? [] } }

  /// The mean confidence of the statements, weighed down when there are few: n / (n + 1). What the score rests on.
  var support: Double {
    let all = statements.map(\.confidence)
    if all.isEmpty { return 0 }
    let mean = all.reduce(0, +) / Double(all.count)
    return (mean * Double(all.count) / Double(all.count + 1) * 100).rounded() / 100
  }

  var record: JSONObject {
    var object: JSONObject = [
      "id": .string(id), "dimension": .string(dimension.name), "title": .string(dimension.title),
      "question": .string(dimension.question), "questions": JSONValue(questions),
      "weight": .double(dimension.weight), "support": .double(support), "provenance": .object(provenance),
    ]
    if let score { object["score"] = .double(score) }
    let cited = Set(statements.flatMap(\.evidenceIDs))
    object["evidence"] = .array(evidence.filter { cited.contains($0.chunkID) }.map { .object($0.json) })
    for field in AnalysisField.ofDimension {
      object[field.rawValue] = .array((fields[field.rawValue] ?? []).map { .object($0.json) })
    }
    return object
  }

  /// As the synthesis is shown it.
  var digest: JSONValue {
    var object: JSONObject = ["dimension": .string(dimension.title), "support": .double(support)]
    if let score { object["score"] = .double(score) }
    for field in AnalysisField.ofDimension {
      object[field.rawValue] = JSONValue((fields[field.rawValue] ?? []).map(\.text))
    }
    return .object(object)
  }
}
