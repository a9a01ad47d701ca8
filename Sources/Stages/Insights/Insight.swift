import Evidence
import Formats
import Foundations
import StageKit

/// What a cluster of chunks says, each statement with what it rests on.
struct Insight {
  let cluster: Cluster
  let evidence: [EvidenceChunk]
  let fields: [InsightField: [Statement]]
  let provenance: Provenance

  var id: String { "insight-" + cluster.id.dropPrefix("cluster-") }
  var statementCount: Int { fields.values.reduce(0) { $0 + $1.count } }

  /// All lists are there, empty where nothing is known; `core_need` is absent then.
  var record: JSONObject {
    let cited = Set(fields.values.joined().flatMap(\.evidenceIDs))
    var object: JSONObject = [
      "id": .string(id), "cluster_id": .string(cluster.id), "label": .string(cluster.label),
      "hot_score": .double(cluster.hotScore), "provenance": JSONValue(encoding: provenance),
      "evidence": .array(evidence.filter { cited.contains($0.chunkID) }.map { .object($0.json) }),
    ]
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

extension String {
  /// Without `prefix`, if it begins so.
  fileprivate func dropPrefix(_ prefix: String) -> Substring {
    hasPrefix(prefix) ? self[index(startIndex, offsetBy: prefix.count)...] : self[...]
  }
}
