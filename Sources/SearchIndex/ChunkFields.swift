import Foundations

/// What a chunk can be filtered by: its own fields and every scalar of its metadata.
enum ChunkFields {
  static let own = ["document_id", "element_type", "page", "section_path", "source_url", "title"]

  /// Field and value pairs. A list counts with each of its elements, an object with dotted names; metadata that is
  /// named like one of the chunk's own fields stands under `metadata.NAME`.
  static func pairs(
    documentID: String, elementType: String, page: Int?, sectionPath: String, sourceURL: String?, title: String?,
    metadata: JSONObject
  ) -> Set<Pair> {
    var pairs: Set<Pair> = [
      Pair(field: "document_id", value: .text(documentID)), Pair(field: "element_type", value: .text(elementType)),
    ]
    if let page { pairs.insert(Pair(field: "page", value: .number(Double(page)))) }
    if !sectionPath.isEmpty { pairs.insert(Pair(field: "section_path", value: .text(sectionPath))) }
    if let sourceURL { pairs.insert(Pair(field: "source_url", value: .text(sourceURL))) }
    if let title { pairs.insert(Pair(field: "title", value: .text(title))) }
    for member in metadata.members {
      // The title is there already.
      if member.key == "title", member.value.string == title { continue }
      add(member.value, own.contains(member.key) ? "metadata.\(member.key)" : member.key, &pairs)
    }
    return pairs
  }

  static func pairs(_ chunk: IndexedChunk) -> Set<Pair> {
    pairs(
      documentID: chunk.documentID, elementType: chunk.elementType, page: chunk.page, sectionPath: chunk.sectionPath,
      sourceURL: chunk.sourceURL, title: chunk.title, metadata: chunk.metadata)
  }

  struct Pair: Hashable {
    let field: String
    let value: FieldValue
  }

  private static func add(_ value: JSONValue, _ name: String, _ pairs: inout Set<Pair>) {
    switch value {
    case .array(let elements): for element in elements { add(element, name, &pairs) }
    case .object(let object): for member in object.members { add(member.value, "\(name).\(member.key)", &pairs) }
    default: if let value = FieldValue(value) { pairs.insert(Pair(field: name, value: value)) }
    }
  }
}
