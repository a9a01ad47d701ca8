import Foundations

/// The versions of the readers, one a format: a mended reader of Word documents does not have every PDF read again.
extension DocumentKind {
  /// Raised when the same bytes of this kind may now give another result.
  package var version: Int {
    switch self {
    case .html: 1
    case .pdf: 1
    case .markdown: 1
    case .text: 1
    case .csv: 1
    case .jsonLines: 1
    case .word: 1
    case .workbook: 1
    case .book: 1
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
