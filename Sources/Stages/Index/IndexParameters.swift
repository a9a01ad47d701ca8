import Foundations
import SearchIndex
import StageKit
import VectorStores

/// The parameters of an index stage.
struct IndexParameters: Sendable {
  let settings: IndexSettings
  let collection: CollectionName?
  /// `nil`: files.
  let store: VectorStoreAddress?

  /// What a pipeline says of how an index is built. Absent in a definition of one's own: then as the built-in one has it.
  private struct Given: Decodable {
    let vectors: IndexSettings.VectorSearch?
    let hnswAbove: Int?
    let codes: String?
    let links: Int?
    let efConstruction: Int?
    let minRecall: Double?
    let filters: [String]?
    let require: [String]?

    enum CodingKeys: String, CodingKey {
      case vectors, codes, links, filters, require
      case hnswAbove = "hnsw_above"
      case efConstruction = "ef_construction"
      case minRecall = "min_recall"
    }

    var settings: IndexSettings {
      var settings = IndexSettings()
      if let vectors { settings.vectorSearch = vectors }
      if let hnswAbove { settings.hnswAbove = hnswAbove }
      if let codes { settings.isCoded = codes == "int8" }
      if let links { settings.links = links }
      if let efConstruction { settings.efConstruction = efConstruction }
      if let minRecall { settings.minRecall = minRecall }
      settings.requiredFields = require ?? []
      settings.filterFields = filters ?? []
      for field in settings.requiredFields where !settings.filterFields.contains(field) {
        settings.filterFields.append(field)
      }
      return settings
    }
  }

  init(_ parameters: Parameters) throws(SluiceError) {
    settings = try parameters.decoded(as: Given.self).settings
    let kind = parameters.optionalString("store").flatMap { VectorStoreKind(rawValue: $0) }
    if let kind {
      guard let url = parameters.optionalString("url") else {
        throw SluiceError(
          .usage, "an index in \(kind.rawValue) needs a url",
          advice: "For example: url: \"\(kind.exampleURL)\"")
      }
      store = try VectorStoreAddress(kind, url: url, keyVariable: parameters.optionalString("key_env"))
    } else {
      store = nil
    }
    collection = try parameters.optionalString("collection").map { (text) throws(SluiceError) in
      try CollectionName(text, mayBePlain: kind != nil)
    }
  }
}

extension IndexSettings.VectorSearch: Decodable {}

/// Names the collection of a chunk: a text with fields in braces.
struct CollectionName: Sendable, Hashable {
  private enum Part: Sendable, Hashable {
    case text(String)
    case field(String)
  }
  private let parts: [Part]
  let template: String

  /// - Parameter mayBePlain: whether a name without fields will do.
  init(_ template: String, mayBePlain: Bool = false) throws(SluiceError) {
    self.template = template
    var parts: [Part] = []
    var rest = template[...]
    while let open = rest.firstIndex(of: "{") {
      guard let close = rest[open...].firstIndex(of: "}"), close > rest.index(after: open) else {
        throw SluiceError(
          .usage, "the collection '\(template)' has a brace that is not closed or holds no field",
          advice: "For example: collection: \"course_{course_id}\"")
      }
      if open > rest.startIndex { parts.append(.text(String(rest[..<open]))) }
      parts.append(.field(String(rest[rest.index(after: open)..<close])))
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { parts.append(.text(String(rest))) }
    guard mayBePlain || parts.contains(where: { if case .field = $0 { true } else { false } }) else {
      throw SluiceError(
        .usage, "the collection '\(template)' names no field, so there would be one only",
        advice: "For example: collection: \"course_{course_id}\"")
    }
    self.parts = parts
  }

  /// The collection of a chunk.
  /// - Throws: `.badInput` when it has no such field, or a value that cannot be part of a file's name.
  func name(of chunk: IndexedChunk) throws(SluiceError) -> String {
    var name = ""
    for part in parts {
      switch part {
      case .text(let text): name += text
      case .field(let field):
        guard let value = chunk.value(of: field), !value.isEmpty else {
          throw SluiceError(
            .badInput, "the chunk \(chunk.id) has no field '\(field)', which the collection '\(template)' is named by",
            advice: "Fields come from the columns of the source (import) and from metadata of documents.")
        }
        name += value
      }
    }
    let isUsable =
      name.utf8.count <= 100 && name.first != "." && !name.isEmpty
      && name.unicodeScalars.allSatisfy { scalar in
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
          || "-_.@+".unicodeScalars.contains(scalar)
      }
    guard isUsable else {
      throw SluiceError(
        .badInput, "the chunk \(chunk.id) would belong to the collection '\(name)', which cannot name a file",
        advice: "Letters, digits and -_.@+ can stand in a collection's name, a hundred bytes at most.")
    }
    return name
  }
}
