import Foundations

/// The versions of the readers, one a format: a mended reader of Word documents does not have every PDF read again.
extension DocumentKind {
  /// Raised when the same bytes of this kind may now give another result.
  package var version: Int {
    switch self {
    case .html: 3
    case .pdf: 3
    case .markdown: 2
    case .text: 3
    case .csv: 2
    case .jsonLines: 2
    case .word: 3
    case .workbook: 3
    case .book: 3
    case .mail: 2
    case .webArchive: 2
    case .slides: 1
    case .picture: 1
    case .openText: 2
    case .openSheets: 1
    case .openSlides: 2
    }
  }

  /// What is kept with a document that was read as this.
  package var mark: JSONObject { ["reader": .string(rawValue), "version": JSONValue(version)] }

  /// Whether the reader that left this mark would read the same today.
  package static func isCurrent(_ mark: JSONObject) -> Bool {
    guard let kind = mark["reader"]?.string.flatMap({ DocumentKind(rawValue: $0) }) else { return false }
    return mark["version"]?.int == kind.version
  }

  /// The versions of all of them.
  package static var versions: String {
    allCases.map { "\($0.rawValue) \($0.version)" }.sorted().joined(separator: ", ")
  }
}
