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
    let spine = try spine(archive, package)
    let locked = try locked(archive)
    if locked.contains(where: { spine.contains($0) })
      || !locked.isEmpty && archive.names.contains("META-INF/rights.xml")
    {
      let isLCP = archive.names.contains("META-INF/license.lcpl")
      throw ItemProblem(
        "encrypted", "the e-book is encrypted: it is protected against copying\(isLCP ? " (Readium LCP)" : " (DRM)")")
    }
    var elements: [DocumentElement] = []
    var sheets = BookSheets()
    for part in spine {
      guard let page = try archive.read(part) else { continue }
      let text = TextDecoding.decode(page, declared: [HTMLCharset.declared(in: page)]).text
      elements += try HTMLReader.elements(utf8: text, isXML: true, sheets: sheets.of(text, part, archive))
    }
    let metadata = try OfficeMetadata(archive, package)
    var document = ParsedDocument(elements: elements)
    document.title = metadata.title ?? elements.first { $0.kind == .title }?.text
    document.language = metadata.language
    document.metadata = metadata.members
    document.fillSectionPaths()
    return document
  }

  /// The parts that are encrypted; fonts are scrambled in free books, too.
  private static func locked(_ archive: ZipArchive) throws -> [String] {
    var locked: [String] = []
    var isScrambled = false
    try archive.events("META-INF/encryption.xml") { event in
      switch event {
      case .opening("EncryptedData", _): isScrambled = false
      case .opening("EncryptionMethod", let attribute):
        let name = attribute("Algorithm") ?? ""
        isScrambled =
          name.hasPrefix("http://www.idpf.org/2008/embedding") || name.hasPrefix("http://ns.adobe.com/pdf/enc")
      case .opening("CipherReference", let attribute):
        if !isScrambled, let target = attribute("URI") { locked.append(ZipArchive.joined("", decoded(target))) }
      default: break
      }
    }
    return locked
  }

  private struct Part {
    var path: String
    var isPage: Bool
    /// The part to read instead of one that is no page.
    var fallback: String?
  }

  /// The pages in the order of reading, without the table of contents; those that the text only refers to come last.
  private static func spine(_ archive: ZipArchive, _ package: String) throws -> [String] {
    var parts: [String: Part] = [:]
    var order: [String] = []
    var beside: [String] = []
    let folder = Path.parent(package)
    try archive.events(package) { event in
      switch event {
      case .opening("item", let attribute):
        guard let id = attribute("id"), let target = attribute("href") else { return }
        let isContents = attribute("properties")?.split(separator: " ").contains("nav") == true
        let isPage = attribute("media-type") == "application/xhtml+xml" || attribute("media-type") == "text/html"
        let path = ZipArchive.joined(folder == "." ? "" : folder, decoded(target))
        parts[id] = Part(path: path, isPage: isPage && !isContents, fallback: isPage ? nil : attribute("fallback"))
      case .opening("itemref", let attribute):
        guard let id = attribute("idref") else { return }
        if attribute("linear") == "no" { beside.append(id) } else { order.append(id) }
      default: break
      }
    }
    func page(_ id: String) -> Part? {
      var part = parts[id]
      for _ in 0..<10 {
        guard let here = part, !here.isPage, let next = here.fallback else { return part }
        part = parts[next]
      }
      return nil
    }
    // Each once (EPUB 3.3, 5.6.4): a spine that names a page again and again is none.
    var seen: Set<String> = []
    return (order + beside).compactMap(page).filter { $0.isPage && seen.insert($0.path).inserted }.map(\.path)
  }

  /// A path as it is called in the archive, without the escapes of a URL.
  private static func decoded(_ path: String) -> String {
    String(decoding: PercentEncoding.decoded(path.utf8), as: UTF8.self)
  }
}
