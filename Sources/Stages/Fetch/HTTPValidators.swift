import Foundations

/// What a server wants back when it is asked again for a page, and when it was asked last.
struct HTTPValidators: JSONView {
  enum Name: String {
    case etag, fetched, url, vary, variant
    case lastModified = "last_modified"
  }

  var members: JSONObject

  var etag: String? {
    get { self[.etag] }
    set { self[.etag] = newValue }
  }

  /// As the server writes it.
  var lastModified: String? {
    get { self[.lastModified] }
    set { self[.lastModified] = newValue }
  }

  /// The URL that gave them, where that is not the one that was asked: only it is asked with them again.
  var url: String? {
    get { self[.url] }
    set { self[.url] = newValue }
  }

  /// When the page was asked for, in seconds since 1970.
  var fetched: Double? {
    get { self[.fetched] }
    set { self[.fetched] = newValue }
  }

  /// The request's fields that the answer depends on, and a signature of their values (`VaryFields`).
  var vary: String? {
    get { self[.vary] }
    set { self[.vary] = newValue }
  }

  var variant: String? {
    get { self[.variant] }
    set { self[.variant] = newValue }
  }
}
