import Foundations

/// What the parse stage writes beside what a document says: where it comes from.
package struct ParsedRecord: JSONView {
  /// The members that are known by name.
  package enum Name: String {
    case metadata
    case documentID = "document_id"
    case sourceURL = "source_url"
  }

  /// All members, those that nobody knows among them.
  package var members: JSONObject
  package init(members: JSONObject) { self.members = members }

  /// The item that it was parsed from.
  package var documentID: String? {
    get { self[.documentID] }
    set { self[.documentID] = newValue }
  }

  /// Where that was to be had.
  package var sourceURL: String? {
    get { self[.sourceURL] }
    set { self[.sourceURL] = newValue }
  }

  /// What the source says of it, by the fields that the stage is told to carry along.
  package var metadata: JSONObject? {
    get { self[.metadata] }
    set { self[.metadata] = newValue }
  }
}
