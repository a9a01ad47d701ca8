import Foundations

/// Hits that stand in one section of a document.
package struct SectionGroup: Sendable, Hashable {
  package let documentID: String
  package let sectionPath: String
  /// The weighted mean of the hits' scores.
  package let score: Double
  /// In reading order.
  package let hits: [SearchHit]

  /// Tables hold a section's facts in little space.
  package static let tableWeight = 1.25

  /// Groups hits by section, best section first; equal scores by document, then section.
  package static func group(_ hits: [SearchHit]) -> [SectionGroup] {
    var groups: [Key: [SearchHit]] = [:]
    for hit in hits {
      groups[Key(document: ExactText(hit.documentID), section: ExactText(hit.sectionPath)), default: []].append(hit)
    }
    return groups.map { key, hits in
      var sum = 0.0
      var weights = 0.0
      for hit in hits {
        let weight = hit.elementType == "table" ? tableWeight : 1
        sum += weight * hit.scores.total
        weights += weight
      }
      return SectionGroup(
        documentID: key.document.text, sectionPath: key.section.text, score: sum / weights,
        hits: hits.sorted(by: readingOrder))
    }.sorted { a, b in
      a.score != b.score ? a.score > b.score : (a.documentID, a.sectionPath) < (b.documentID, b.sectionPath)
    }
  }

  private struct Key: Hashable {
    let document: ExactText
    let section: ExactText
  }

  /// By the place in the document.
  package static func readingOrder(_ a: SearchHit, _ b: SearchHit) -> Bool {
    let first = a.position ?? .max
    let second = b.position ?? .max
    return first != second ? first < second : a.chunkID < b.chunkID
  }

  package var json: JSONObject {
    [
      "document_id": .string(documentID), "section_path": .string(sectionPath), "score": .double(score),
      "hits": .array(hits.map { .object($0.json) }),
    ]
  }
}
