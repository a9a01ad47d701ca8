import Formats
import Foundations

/// What a language model is given to answer from: found chunks, numbered, with where they are from, in a limit of tokens.
package struct AnswerContext: Sendable, Hashable {
  package let text: String
  package let tokens: Int
  package let sources: [Source]
  /// Found chunks for which there was no room.
  package let omitted: [String]

  package struct Source: Sendable, Hashable {
    /// As the text refers to it: `[1]`.
    package let number: Int
    package let hit: SearchHit
  }

  /// Takes chunks, best section first, within a section in reading order, as long as they fit whole; a smaller one may
  /// fit where a larger one did not.
  /// - Parameters:
  ///   - limit: of tokens, the lines that name the sources included.
  ///   - count: counts tokens as the model does that will read it.
  package init(_ groups: [SectionGroup], limit: Int, count: (String) -> Int) {
    var chosen: [(group: Int, hit: SearchHit)] = []
    var omitted: [String] = []
    var text = ""
    // Best first within a section, too, while there is room; put in reading order then.
    for (index, group) in groups.enumerated() {
      let best = group.hits.sorted {
        $0.scores.total != $1.scores.total ? $0.scores.total > $1.scores.total : $0.chunkID < $1.chunkID
      }
      for hit in best {
        let wider = Self.render(Self.ordered(chosen + [(index, hit)]))
        if count(wider) <= limit {
          chosen.append((index, hit))
          text = wider
        } else {
          omitted.append(hit.chunkID)
        }
      }
    }
    self.text = text
    self.omitted = omitted
    tokens = count(text)
    sources = Self.ordered(chosen).enumerated().map { Source(number: $0.offset + 1, hit: $0.element) }
  }

  private static func ordered(_ chosen: [(group: Int, hit: SearchHit)]) -> [SearchHit] {
    chosen.sorted { $0.group != $1.group ? $0.group < $1.group : SectionGroup.readingOrder($0.hit, $1.hit) }.map(\.hit)
  }

  private static func render(_ hits: [SearchHit]) -> String {
    hits.enumerated().map { index, hit in
      "[\(index + 1)] \(place(hit))\n\(ChunkLayout.withoutBreadcrumb(hit.text))"
    }.joined(separator: "\n\n")
  }

  /// `Handbook, 2.1. Scope, page 3, https://…`
  private static func place(_ hit: SearchHit) -> String {
    var parts = [hit.title ?? hit.documentID]
    if !hit.sectionPath.isEmpty { parts.append(hit.sectionPath) }
    if let page = hit.page { parts.append("page \(page)") }
    if let url = hit.url { parts.append(url) }
    return parts.joined(separator: ", ")
  }

  package var json: JSONObject { JSONObject(encoding: self) }
}

extension AnswerContext: Encodable {}

extension AnswerContext.Source: Encodable {
  private enum CodingKeys: String, CodingKey {
    case number, url, page
    case chunkID = "chunk_id"
    case documentID = "document_id"
    case sectionPath = "section_path"
  }

  package func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: CodingKeys.self)
    try members.encode(number, forKey: .number)
    try members.encode(hit.chunkID, forKey: .chunkID)
    try members.encode(hit.documentID, forKey: .documentID)
    try members.encode(hit.sectionPath, forKey: .sectionPath)
    try members.encodeIfPresent(hit.url, forKey: .url)
    try members.encodeIfPresent(hit.page, forKey: .page)
  }
}
