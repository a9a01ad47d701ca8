import Foundations

extension ParsedDocument {
  /// The members of a "parsed document" record without `document_id`; equal documents give equal
  /// objects.
  package var json: JSONObject { JSONObject(encoding: self) }

  /// Reads what `json` made; unknown members are ignored.
  /// - Throws: `SluiceError.badInput` when it is not a parsed document.
  package init(_ object: JSONObject) throws(SluiceError) {
    do throws(JSONMismatch) { self = try object.decoded() } catch {
      throw SluiceError(.badInput, "this record is not a parsed document: \(error)")
    }
  }
}

extension ParsedDocument: Codable {
  private enum CodingKeys: CodingKey { case title, language, elements, metadata, outline, flags }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      title: try container.known(.title), language: try container.known(.language),
      elements: try container.decode([DocumentElement].self, forKey: .elements))
    let facts: JSONObject = try container.known(.metadata) ?? [:]
    for member in facts.members { metadata[member.key] = member.value.string }
    outline = try container.listed(.outline)
    flags = try container.listed(.flags)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(title, forKey: .title)
    try container.encodeIfPresent(language, forKey: .language)
    try container.encode(elements, forKey: .elements)
    try container.encodeIfPresent(metadata.nonEmpty, forKey: .metadata)
    try container.encodeIfPresent(outline.nonEmpty, forKey: .outline)
    try container.encodeIfPresent(flags.nonEmpty, forKey: .flags)
  }
}

extension DocumentElement: Codable {
  private enum CodingKeys: String, CodingKey {
    case level, links, page, reason, table, text, type
    case box = "bbox"
    case codeLanguage = "code_language"
    case sectionPath = "section_path"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try container.decode(Kind.self, forKey: .type), try container.known(.text) ?? "",
      level: try container.known(.level),
      page: try container.known(.page), box: try container.known(.box),
      sectionPath: try container.listed(.sectionPath),
      table: try container.table(.table), links: try container.listed(.links),
      reason: try container.known(.reason))
    codeLanguage = try container.known(.codeLanguage)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(box, forKey: .box)
    try container.encodeIfPresent(codeLanguage, forKey: .codeLanguage)
    try container.encodeIfPresent(level, forKey: .level)
    try container.encodeIfPresent(links.nonEmpty, forKey: .links)
    try container.encodeIfPresent(page, forKey: .page)
    try container.encodeIfPresent(reason, forKey: .reason)
    try container.encode(sectionPath, forKey: .sectionPath)
    try container.encodeIfPresent(table, forKey: .table)
    if kind != .table || !text.isEmpty { try container.encode(text, forKey: .text) }
    try container.encode(kind, forKey: .type)
  }
}

/// Four numbers, to a tenth of a point.
extension PageBox: Codable {
  package init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    self.init(
      left: try container.decode(Double.self), top: try container.decode(Double.self),
      right: try container.decode(Double.self), bottom: try container.decode(Double.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    for number in [left, top, right, bottom] { try container.encode((number * 10).rounded() / 10) }
  }
}

extension KeyedDecodingContainer {
  /// A member that a reader can do without: what a program of someone's own wrote there may be of another type.
  fileprivate func known<T: Decodable>(_ key: Key) throws -> T? {
    try decode(Lenient<T>.self, forKey: key).wrappedValue
  }

  /// A list without the elements that are not what they should be.
  fileprivate func listed<T: Decodable>(_ key: Key) throws -> [T] {
    try decode(LenientList<T>.self, forKey: key).wrappedValue
  }

  /// A table; what is no object is none, and one with a cell that cannot be is a mistake.
  fileprivate func table(_ key: Key) throws -> DocumentTable? {
    let members: JSONObject? = try known(key)
    return members == nil ? nil : try decode(DocumentTable.self, forKey: key)
  }
}

extension Collection {
  /// `nil` when there is nothing in it: then it is left out.
  fileprivate var nonEmpty: Self? { isEmpty ? nil : self }
}
