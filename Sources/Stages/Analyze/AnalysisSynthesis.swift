import Evidence
import Foundations

/// What an analysis comes to over all its dimensions.
struct AnalysisSynthesis: Sendable {
  /// The mean of the dimensions' scores by their weights, computed here; `nil` when none has one.
  let score: Double?
  let evidence: [EvidenceChunk]
  let fields: [String: [Statement]]
  let provenance: JSONObject

  static let id = "analysis"

  func record(subject: String) -> JSONObject {
    var object: JSONObject = [
      "id": .string(Self.id), "subject": .string(subject), "provenance": .object(provenance),
    ]
    if let score { object["score"] = .double(score) }
    let cited = Set(fields.values.joined().flatMap(\.evidenceIDs))
    object["evidence"] = .array(evidence.filter { cited.contains($0.chunkID) }.map { .object($0.json) })
    for field in AnalysisField.ofSynthesis {
      object[field.rawValue] = .array((fields[field.rawValue] ?? []).map { .object($0.json) })
    }
    return object
  }
}
