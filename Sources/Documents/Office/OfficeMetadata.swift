import Formats
import Foundations

/// The Dublin Core that office documents and e-books carry.
struct OfficeMetadata {
  private(set) var title: String?
  private(set) var language: String?
  private(set) var members: [String: String] = [:]

  /// Reads `docProps/core.xml` or the metadata of an OPF file.
  init(_ archive: ZipArchive, _ part: String) throws {
    try self.init { try archive.events(part, nil, $0) }
  }

  init(_ events: ((XMLEvents.Event) throws -> Void) throws -> Void) throws {
    var name = ""
    var text = ""
    var creators: [String] = []
    var found: [Element: String] = [:]
    try events { event in
      switch event {
      case .opening(let element, _):
        name = element
        text = ""
      case .text(let more): text += more
      case .closing(let element):
        let value = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if element == name, !value.isEmpty, let element = Element(rawValue: element) {
          if element == .creator { creators.append(value) } else if found[element] == nil { found[element] = value }
        }
        name = ""
      }
    }
    title = found[.title]
    language = found[.language]
    members =
      DocumentProperties.members(
        author: creators.isEmpty ? nil : creators.joined(separator: ", "),
        date: (found[.created] ?? found[.date]).flatMap { WebDate.iso($0) },
        modified: found[.modified].flatMap { WebDate.iso($0) }, description: found[.description],
        keywords: found[.keywords] ?? found[.subject]
      )
  }

  private enum Element: String {
    case title, language, creator, created, date, modified, description, keywords, subject
  }
}
