import Evidence
import Formats
import Foundations

/// What a cluster of chunks says, each statement with what it rests on.
struct Insight {
  let cluster: ClusterSummary
  let evidence: [EvidenceChunk]
  let fields: [InsightField: [Statement]]
  let provenance: JSONObject

  var id: String { "insight-" + cluster.id.dropPrefix("cluster-") }
  var statementCount: Int { fields.values.reduce(0) { $0 + $1.count } }

  /// All lists are there, empty where nothing is known; `core_need` is absent then.
  var record: JSONObject {
    var object: JSONObject = [
      "id": .string(id), "cluster_id": .string(cluster.id), "label": .string(cluster.label),
      "hot_score": .double(cluster.hotScore), "provenance": .object(provenance),
    ]
    let cited = Set(fields.values.joined().flatMap(\.evidenceIDs))
    object["evidence"] = .array(evidence.filter { cited.contains($0.chunkID) }.map { .object($0.json) })
    for field in InsightField.allCases {
      let statements = (fields[field] ?? []).map { JSONValue.object($0.json) }
      if field == .coreNeed {
        object[field.rawValue] = statements.first
      } else {
        object[field.rawValue] = .array(statements)
      }
    }
    return object
  }

  /// A section of a Markdown page.
  var markdown: String {
    let writer = StatementMarkdown(evidence)
    var text =
      "## \(MarkdownText.escaped(cluster.label))\n\n\(cluster.size) chunks · hot score \(Units.decimal(cluster.hotScore, 2))\n"
    for field in InsightField.allCases {
      guard let statements = fields[field], !statements.isEmpty else { continue }
      text += "\n### \(field.title)\n\n" + writer.list(statements)
    }
    if statementCount == 0 { text += "\nNothing could be said of this topic that its chunks prove.\n" }
    return text
  }
}

/// What an insight needs to know of its cluster.
struct ClusterSummary {
  let id: String
  let label: String
  let terms: [String]
  let size: Int
  let hotScore: Double
  /// When it was born, as the lineage has it; empty when that is not known.
  let firstSeen: String
  /// The chunks that stand for it, best first, then its other members.
  let chunkIDs: [String]
  /// How many of `chunkIDs` stand for it.
  let evidenceCount: Int

  init(id: String, _ record: JSONObject) {
    self.id = id
    label = record["label"]?.string ?? id
    terms = (record["terms"]?.array ?? []).compactMap(\.string)
    size = record["size"]?.int ?? 0
    hotScore = record["hot_score"]?.double ?? 0
    firstSeen = record["first_seen"]?.string ?? ""
    let evidence = (record["evidence"]?.array ?? []).compactMap { $0["chunk_id"]?.string }
    evidenceCount = evidence.count
    let known = Set(evidence)
    chunkIDs = evidence + (record["members"]?.array ?? []).compactMap(\.string).filter { !known.contains($0) }
  }
}

extension String {
  /// Without `prefix`, if it begins so.
  fileprivate func dropPrefix(_ prefix: String) -> Substring {
    hasPrefix(prefix) ? self[index(startIndex, offsetBy: prefix.count)...] : self[...]
  }
}
