import Foundations

/// What the parse stage writes beside what a document says: where it comes from.
package struct ParsedRecord: JSONView {
  package enum Name: String {
    case metadata
    case documentID = "document_id"
    case sourceURL = "source_url"
  }

  package var members: JSONObject
  package init(members: JSONObject) { self.members = members }

  package var documentID: String? {
    get { self[.documentID] }
    set { self[.documentID] = newValue }
  }

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
