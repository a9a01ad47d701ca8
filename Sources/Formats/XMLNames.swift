/// What a format calls the names of XML: by where they come from, whatever letters a document gives its namespaces.
package struct XMLNames: Sendable {
  /// The prefix that names of a namespace have in events: empty for the format's own.
  let prefixes: [String: String]
  /// The namespaces that a prefix of an attribute stands for.
  let spaces: [String: [String]]
  /// Whether the namespace of the root, whatever it is, is the format's own too.
  let takesRoot: Bool

  /// - Parameters:
  ///   - own: namespaces whose elements are called by their local names alone.
  ///   - others: namespaces by the prefix that their elements get; those of none of them get `?:`.
  ///   - takesRoot: whether the root's namespace counts as one of `own`.
  package init(own: [String], others: [(prefix: String, space: String)], takesRoot: Bool = false) {
    self.takesRoot = takesRoot
    var prefixes: [String: String] = [:]
    var spaces: [String: [String]] = [:]
    for (prefix, space) in others {
      if prefixes[space] == nil { prefixes[space] = prefix + ":" }
      spaces[prefix, default: []].append(space)
    }
    for space in own { prefixes[space] = "" }
    self.prefixes = prefixes
    self.spaces = spaces
  }

  private static let transitional = "http://schemas.openxmlformats.org"
  private static let strict = "http://purl.oclc.org/ooxml"

  private static let word = ["\(transitional)/wordprocessingml/2006/main", "\(strict)/wordprocessingml/main"]
  private static let sheet = ["\(transitional)/spreadsheetml/2006/main", "\(strict)/spreadsheetml/main"]
  private static let slides = ["\(transitional)/presentationml/2006/main", "\(strict)/presentationml/main"]

  private static let office: [(prefix: String, space: String)] =
    word.map { ("w", $0) } + [
      ("r", "\(transitional)/officeDocument/2006/relationships"), ("r", "\(strict)/officeDocument/relationships"),
      ("m", "\(transitional)/officeDocument/2006/math"), ("m", "\(strict)/officeDocument/math"),
      ("a", "\(transitional)/drawingml/2006/main"), ("a", "\(strict)/drawingml/main"),
      ("mc", "\(transitional)/markup-compatibility/2006"),
      ("w14", "http://schemas.microsoft.com/office/word/2010/wordml"),
      ("xml", "http://www.w3.org/XML/1998/namespace"),
    ]

  /// Word: its elements by local names.
  package static let wordDocument = XMLNames(own: word, others: office)
  /// Excel.
  package static let workbook = XMLNames(own: sheet, others: office)
  /// PowerPoint: its elements by local names, those of drawings as `a:`.
  package static let presentation = XMLNames(own: slides, others: office)

  private static let open = "urn:oasis:names:tc:opendocument:xmlns:"
  /// OpenDocument, by the prefixes of its standard.
  package static let openDocument = XMLNames(
    own: [],
    others: [
      "office", "text", "table", "style", "drawing", "presentation", "meta", "datastyle", "xsl-fo-compatible",
      "svg-compatible",
    ].map { name in
      let short =
        ["drawing": "draw", "datastyle": "number", "xsl-fo-compatible": "fo", "svg-compatible": "svg"][name] ?? name
      return (short, "\(open)\(name):1.0")
    } + [
      ("xlink", "http://www.w3.org/1999/xlink"), ("dc", "http://purl.org/dc/elements/1.1/"),
      ("math", "http://www.w3.org/1998/Math/MathML"), ("xml", "http://www.w3.org/XML/1998/namespace"),
    ])

  /// Sitemaps and feeds: a document's own elements by their local names, whatever its namespace; those of others by the
  /// usual prefixes.
  package static let listing = XMLNames(
    own: [
      "http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/",
      "http://channel.netscape.com/rdf/simple/0.9/",
    ],
    others: [
      ("atom", "http://www.w3.org/2005/Atom"), ("atom", "http://purl.org/atom/ns#"),
      ("dc", "http://purl.org/dc/elements/1.1/"), ("dc", "http://purl.org/dc/elements/1.0/"),
      ("dcterms", "http://purl.org/dc/terms/"), ("itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"),
      ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"), ("xml", "http://www.w3.org/XML/1998/namespace"),
    ], takesRoot: true)
}
