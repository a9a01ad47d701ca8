import Foundations

/// The style sheets of an e-book, each read once.
struct BookSheets {
  private var known: [String: [UInt8]] = [:]

  /// The sheets that a page names.
  mutating func of(_ page: [UInt8], _ path: String, _ archive: ZipArchive) throws -> [[UInt8]] {
    guard let tree = try? HTMLTree(utf8: EmptyTags.opened(Array(page.prefix(64 << 10)), isXML: true)) else { return [] }
    let folder = Path.parent(path)
    return try withExtendedLifetime(tree) {
      try tree.nodes.indices.compactMap { index in
        let node = HTMLNode(tree: tree, index: index)
        guard node.isElement, node.tag == .link, node.attribute("rel")?.lowercased().contains("stylesheet") == true,
          let target = node.attribute("href")
        else { return nil }
        let name = String(decoding: PercentEncoding.decoded(target.utf8), as: UTF8.self)
        let place = ZipArchive.joined(folder == "." ? "" : folder, name)
        if known[place] == nil { known[place] = try archive.read(place) ?? [] }
        return known[place]
      }
    }
  }
}
