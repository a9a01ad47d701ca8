import Foundations

/// A document, or where it is to be had: what sources and the fetch stage write, and what the parse stage reads.
package struct Document: JSONView {
  /// The members that are known by name.
  package enum Name: String {
    case body, text, bytes, url, path, charset, status, etag, lastmod, published, author, title, redirects, flags,
      notes, depth, canonical
    case refresh, source
    case finalURL = "final_url"
    case contentType = "content_type"
    case lastModified = "last_modified"
    case flagReasons = "flag_reasons"
    case isRendered = "rendered"
  }

  /// All members, those that nobody knows among them.
  package var members: JSONObject
  package init(members: JSONObject) { self.members = members }

  /// Its bytes.
  package var body: Digest? {
    get { self[.body] }
    set { self[.body] = newValue }
  }

  /// What it says, where it comes without bytes of its own.
  package var text: String? {
    get { self[.text] }
    set { self[.text] = newValue }
  }

  /// How many bytes it has.
  package var bytes: Int? {
    get { self[.bytes] }
    set { self[.bytes] = newValue }
  }

  /// Where it is to be had, or was.
  package var url: String? {
    get { self[.url] }
    set { self[.url] = newValue }
  }

  /// Of a file, as seen from the project.
  package var path: String? {
    get { self[.path] }
    set { self[.path] = newValue }
  }

  /// The URL that answered, behind all redirects.
  package var finalURL: String? {
    get { self[.finalURL] }
    set { self[.finalURL] = newValue }
  }

  /// The media type that the server names, without parameters.
  package var contentType: String? {
    get { self[.contentType] }
    set { self[.contentType] = newValue }
  }

  /// The encoding that the server names.
  package var charset: String? {
    get { self[.charset] }
    set { self[.charset] = newValue }
  }

  /// Of the HTTP answer.
  package var status: Int? {
    get { self[.status] }
    set { self[.status] = newValue }
  }

  /// The server's name of this version.
  package var etag: String? {
    get { self[.etag] }
    set { self[.etag] = newValue }
  }

  /// As the server writes it.
  package var lastModified: String? {
    get { self[.lastModified] }
    set { self[.lastModified] = newValue }
  }

  /// When it was changed, as a sitemap or feed says.
  package var lastmod: String? {
    get { self[.lastmod] }
    set { self[.lastmod] = newValue }
  }

  /// When it was published, as a feed says.
  package var published: String? {
    get { self[.published] }
    set { self[.published] = newValue }
  }

  /// Who wrote it, as a feed says.
  package var author: String? {
    get { self[.author] }
    set { self[.author] = newValue }
  }

  /// What a feed calls it.
  package var title: String? {
    get { self[.title] }
    set { self[.title] = newValue }
  }

  /// The URLs that led to it, the first first.
  package var redirects: [String]? {
    get { self[.redirects] }
    set { self[.redirects] = newValue }
  }

  /// Why it may not be what was asked for: `login_wall`, `needs_javascript`.
  package var flags: [String]? {
    get { self[.flags] }
    set { self[.flags] = newValue }
  }

  /// The same for people.
  package var flagReasons: [String]? {
    get { self[.flagReasons] }
    set { self[.flagReasons] = newValue }
  }

  /// What else a person should know of it.
  package var notes: [String]? {
    get { self[.notes] }
    set { self[.notes] = newValue }
  }

  /// Whether a browser ran its scripts.
  package var isRendered: Bool? {
    get { self[.isRendered] }
    set { self[.isRendered] = newValue }
  }

  /// How many links lie between it and where the crawl began.
  package var depth: Int? {
    get { self[.depth] }
    set { self[.depth] = newValue }
  }

  /// The URL that the page gives itself.
  package var canonical: String? {
    get { self[.canonical] }
    set { self[.canonical] = newValue }
  }

  /// How long it holds before it is asked for again, as the record itself says: seconds, or a duration such as `2h`.
  package var refresh: JSONValue? { self[.refresh] }

  /// `body` as it stands, whether or not it is the name of an object.
  package var bodyReference: String? { self[.body] }

  /// Where it comes from, as a record of its own in it (`source`).
  package var source: Document? { (self[.source] as JSONObject?).map { Document(members: $0) } }
}
