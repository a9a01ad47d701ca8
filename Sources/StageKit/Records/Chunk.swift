import Foundations

/// A chunk of a document: written by the chunk stage, completed by summarize and embed, read by all that come after.
package struct Chunk: JSONView {
  /// The members that are known by name.
  package enum Name: String {
    case id, text, title, metadata, table, summary
    case documentID = "document_id"
    case index = "chunk_index"
    case elementType = "element_type"
    case tokenCount = "token_count"
    case maxTokens = "max_tokens"
    case sectionPath = "section_path"
    case parentSection = "parent_section"
    case page = "page_number"
    case sourceURL = "source_url"
    case hasSummary = "has_summary"
    case summaryBy = "summary_by"
  }

  /// What `element_type` says.
  package enum Kind: String, Sendable { case text, table, code }

  /// All members, those that nobody knows among them.
  package var members: JSONObject
  package init(members: JSONObject) { self.members = members }

  /// The item's id, for those who read the record alone.
  package var id: String? {
    get { self[.id] }
    set { self[.id] = newValue }
  }

  /// The document that it is a part of.
  package var documentID: String? {
    get { self[.documentID] }
    set { self[.documentID] = newValue }
  }

  /// Its place in its document, from 0.
  package var index: Int? {
    get { self[.index] }
    set { self[.index] = newValue }
  }

  /// `text`, `table` or `code`.
  package var elementType: String? {
    get { self[.elementType] }
    set { self[.elementType] = newValue }
  }

  /// As `ChunkLayout` lays it out.
  package var text: String? {
    get { self[.text] }
    set { self[.text] = newValue }
  }

  /// How many tokens its text has.
  package var tokenCount: Int? {
    get { self[.tokenCount] }
    set { self[.tokenCount] = newValue }
  }

  /// What a table's text must not exceed, for the stage that puts a summary in.
  package var maxTokens: Int? {
    get { self[.maxTokens] }
    set { self[.maxTokens] = newValue }
  }

  /// The titles that it stands under, outermost first.
  package var sectionPath: String? {
    get { self[.sectionPath] }
    set { self[.sectionPath] = newValue }
  }

  /// The same without the last.
  package var parentSection: String? {
    get { self[.parentSection] }
    set { self[.parentSection] = newValue }
  }

  /// From 1; only where the document has pages.
  package var page: Int? {
    get { self[.page] }
    set { self[.page] = newValue }
  }

  /// Where its document is to be had.
  package var sourceURL: String? {
    get { self[.sourceURL] }
    set { self[.sourceURL] = newValue }
  }

  /// Of its document, where a stage of one's own says it outside `metadata`.
  package var title: String? {
    get { self[.title] }
    set { self[.title] = newValue }
  }

  /// What is known of its document: `title`, `language`, fields that were carried along.
  package var metadata: JSONObject? {
    get { self[.metadata] }
    set { self[.metadata] = newValue }
  }

  /// Of a table: its cells.
  package var table: JSONObject? {
    get { self[.table] }
    set { self[.table] = newValue }
  }

  /// Whether its text has a summary in it.
  package var hasSummary: Bool? {
    get { self[.hasSummary] }
    set { self[.hasSummary] = newValue }
  }

  /// What a table holds, in two or three sentences.
  package var summary: String? {
    get { self[.summary] }
    set { self[.summary] = newValue }
  }

  /// The model that wrote the summary; absent: it was made by rule.
  package var summaryBy: String? {
    get { self[.summaryBy] }
    set { self[.summaryBy] = newValue }
  }

  /// The title of its document.
  package var documentTitle: String? { metadata.flatMap { DocumentFacts(members: $0).title } }
}

/// What `metadata` of a chunk says of its document besides fields that a pipeline names.
package struct DocumentFacts: JSONView {
  /// The members that are known by name.
  package enum Name: String { case language, title }

  /// All members, those that nobody knows among them.
  package var members: JSONObject
  package init(members: JSONObject) { self.members = members }

  /// A BCP 47 tag.
  package var language: String? {
    get { self[.language] }
    set { self[.language] = newValue }
  }

  /// What the document is called.
  package var title: String? {
    get { self[.title] }
    set { self[.title] = newValue }
  }
}
