import Formats
import Foundations

/// Reads e-books (EPUB 2 and 3): the pages of the spine in their order, each by the HTML reader.
package enum BookReader {
  package static func read(_ bytes: [UInt8]) throws -> ParsedDocument {
    let archive = try ZipArchive(bytes, "the e-book")
    var package: String?
    try archive.events("META-INF/container.xml") { event in
      if case .opening("rootfile", let attribute) = event, package == nil { package = attribute("full-path") }
    }
    guard let package else { throw ItemProblem("corrupt_archive", "the e-book does not say where its package is") }
    if try archive.read("META-INF/encryption.xml") != nil, try archive.read("META-INF/rights.xml") != nil {
      throw ItemProblem("encrypted", "the e-book is protected against copying")
    }
    var elements: [DocumentElement] = []
    for part in try spine(archive, package) {
      guard let page = try archive.read(part) else { continue }
      let text = TextDecoding.decode(page, declared: [HTMLCharset.declared(in: page)]).text
      elements += try HTMLReader.elements(utf8: text)
    }
    let metadata = try OfficeMetadata(archive, package)
    var document = ParsedDocument(elements: elements)
    document.title = metadata.title ?? elements.first { $0.kind == .title }?.text
    document.language = metadata.language
    document.metadata = metadata.members
    document.fillSectionPaths()
    return document
  }

  /// The pages in the order of reading, without the table of contents.
  private static func spine(_ archive: ZipArchive, _ package: String) throws -> [String] {
    var parts: [String: (path: String, isPage: Bool)] = [:]
    var order: [String] = []
    let folder = Path.parent(package)
    try archive.events(package) { event in
      switch event {
      case .opening("item", let attribute):
        guard let id = attribute("id"), let target = attribute("href") else { return }
        let isContents = attribute("properties")?.split(separator: " ").contains("nav") == true
        let isPage = attribute("media-type") == "application/xhtml+xml" || attribute("media-type") == "text/html"
        let path = ZipArchive.joined(folder == "." ? "" : folder, decoded(target))
        parts[id] = (path, isPage && !isContents)
      case .opening("itemref", let attribute):
        if attribute("linear") != "no", let id = attribute("idref") { order.append(id) }
      default: break
      }
    }
    // Each once (EPUB 3.3, 5.6.4): a spine that names a page again and again is none.
    var seen: Set<String> = []
    return order.compactMap { parts[$0] }.filter { $0.isPage && seen.insert($0.path).inserted }.map(\.path)
  }

  /// A path as it is called in the archive, without the escapes of a URL.
  private static func decoded(_ path: String) -> String {
    String(decoding: PercentEncoding.decoded(path.utf8), as: UTF8.self)
  }
}
