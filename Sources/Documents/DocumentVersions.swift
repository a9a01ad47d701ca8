import Foundations

/// The versions of the readers, one a format: a mended reader of Word documents does not have every PDF read again.
extension DocumentKind {
  /// Raised when the same bytes of this kind may now give another result.
  package var version: Int {
    switch self {
    case .html: 2
    case .pdf: 2
    case .markdown: 2
    case .text: 2
    case .csv: 2
    case .jsonLines: 2
    case .word: 2
    case .workbook: 2
    case .book: 2
    case .mail: 1
    case .webArchive: 1
    case .slides: 1
    case .picture: 1
    case .openText: 1
    case .openSheets: 1
    case .openSlides: 1
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
