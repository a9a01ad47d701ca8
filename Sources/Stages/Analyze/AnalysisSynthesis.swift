import Evidence
import Foundations

/// What an analysis comes to over all its dimensions.
struct AnalysisSynthesis: Sendable {
  /// The mean of the dimensions' scores by their weights, computed here; `nil` when none has one.
  let score: Double?
  let evidence: [EvidenceChunk]
  let fields: [String: [Statement]]
  let provenance: Provenance

  static let id = "analysis"

  private struct Head: Encodable {
    let id: String
    let subject: String
    let provenance: Provenance
    let score: Double?
    let evidence: [JSONObject]
  }

  func record(subject: String) -> JSONObject {
    let cited = Set(fields.values.joined().flatMap(\.evidenceIDs))
    var object = JSONObject(
      encoding: Head(
        id: Self.id, subject: subject, provenance: provenance, score: score,
        evidence: evidence.filter { cited.contains($0.chunkID) }.map(\.json)))
    for field in AnalysisField.ofSynthesis {
      object[field.rawValue] = .array((fields[field.rawValue] ?? []).map { .object($0.json) })
    }
    return object
  }
}
