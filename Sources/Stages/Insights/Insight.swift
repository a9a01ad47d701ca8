import Evidence
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
    let places = Dictionary(evidence.map { ($0.chunkID, $0) }, uniquingKeysWith: { first, _ in first })
    var text =
      "## \(Self.escaped(cluster.label))\n\n\(cluster.size) chunks · hot score \(Units.decimal(cluster.hotScore, 2))\n"
    for field in InsightField.allCases {
      guard let statements = fields[field], !statements.isEmpty else { continue }
      text += "\n### \(field.title)\n\n"
      for statement in statements {
        // A sentence that is its own quote is said once.
        if let quote = statement.quotes.first, statement.quotes.count == 1, ChunkText.line(quote.text) == statement.text
        {
          text += "- “\(Self.escaped(statement.text))” — \(Self.source(places[quote.chunkID], quote))\n"
          continue
        }
        text += "- \(Self.escaped(statement.text)) (confidence \(Units.decimal(statement.confidence, 2)))\n"
        for quote in statement.quotes {
          let line = Self.escaped(ChunkText.line(quote.text))
          text += "  > “\(line)” — \(Self.source(places[quote.chunkID], quote))\n"
        }
      }
    }
    if statementCount == 0 { text += "\nNothing could be said of this topic that its chunks prove.\n" }
    return text
  }

  private static func source(_ evidence: EvidenceChunk?, _ quote: Quote) -> String {
    guard let evidence else { return escaped(quote.chunkID) }
    guard let url = evidence.link(to: quote.text) else { return escaped(evidence.place) }
    return "[\(escaped(evidence.place))](<\(url.filter { $0 != "<" && $0 != ">" && !$0.isNewline })>)"
  }

  private static func escaped(_ text: String) -> String {
    var out = ""
    for character in text {
      if "\\`*_[]<>#|".contains(character) { out.append("\\") }
      out.append(character.isNewline ? " " : character)
    }
    return out
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
