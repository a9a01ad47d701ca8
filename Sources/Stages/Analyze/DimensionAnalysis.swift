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
  var provenance: Provenance

  var id: String { "analysis-" + dimension.name }
  var statements: [Statement] { AnalysisField.ofDimension.flatMap { fields[$0.rawValue] ?? [] } }

  /// The mean confidence of the statements, weighed down when there are few: n / (n + 1). What the score rests on.
  var support: Double {
    let all = statements.map(\.confidence)
    if all.isEmpty { return 0 }
    let mean = all.reduce(0, +) / Double(all.count)
    return (mean * Double(all.count) / Double(all.count + 1) * 100).rounded() / 100
  }

  private struct Head: Encodable {
    let id: String
    let dimension: String
    let title: String
    let question: String
    let questions: [String]
    let weight: Double
    let support: Double
    let provenance: Provenance
    let score: Double?
    let evidence: [JSONObject]
  }

  private struct Shown: Encodable {
    let dimension: String
    let support: Double
    let score: Double?
  }

  var record: JSONObject {
    let cited = Set(statements.flatMap(\.evidenceIDs))
    var object = JSONObject(
      encoding: Head(
        id: id, dimension: dimension.name, title: dimension.title, question: dimension.question, questions: questions,
        weight: dimension.weight, support: support, provenance: provenance, score: score,
        evidence: evidence.filter { cited.contains($0.chunkID) }.map(\.json)))
    for field in AnalysisField.ofDimension {
      object[field.rawValue] = .array((fields[field.rawValue] ?? []).map { .object($0.json) })
    }
    return object
  }

  /// As the synthesis is shown it.
  var digest: JSONValue {
    var object = JSONObject(encoding: Shown(dimension: dimension.title, support: support, score: score))
    for field in AnalysisField.ofDimension {
      object[field.rawValue] = JSONValue((fields[field.rawValue] ?? []).map(\.text))
    }
    return .object(object)
  }
}
