import Foundations

/// The versions of the readers, one a format: a mended reader of Word documents does not have every PDF read again.
extension DocumentKind {
  /// Raised when the same bytes of this kind may now give another result.
  package var version: Int {
    switch self {
    case .html: 4
    case .pdf: 4
    case .markdown: 3
    case .text: 4
    case .csv: 2
    case .jsonLines: 3
    case .word: 4
    case .workbook: 3
    case .book: 4
    case .mail: 3
    case .webArchive: 3
    case .slides: 1
    case .picture: 1
    case .openText: 3
    case .openSheets: 1
    case .openSlides: 3
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
