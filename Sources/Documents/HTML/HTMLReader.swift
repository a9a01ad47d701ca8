import CGumbo
import Foundations
import Glibc

/// Reads HTML: the tree by gumbo (the WHATWG algorithm), then the elements of its content.
package enum HTMLReader {
  /// The version of gumbo that Debian 12 ships; the library has no call that tells.
  package static let libraryVersion = "gumbo 0.10.1"

  /// Reads a page. `charset` is what HTTP said of its encoding.
  package static func read(_ bytes: [UInt8], charset: String?) throws(ItemProblem) -> ParsedDocument
  {
    let text = TextDecoding.decode(bytes, declared: [charset, HTMLCharset.declared(in: bytes)]).text
    return try read(utf8: text, dropsSurroundings: true)
  }

  /// Reads a page in UTF-8.
  static func read(utf8 text: [UInt8], dropsSurroundings: Bool) throws(ItemProblem)
    -> ParsedDocument
  {
    var options = kGumboDefaultOptions
    options.max_errors = 0
    // gumbo does not check what malloc gives it. It runs in a child: ending there with a code that
    // the parent knows beats a segmentation fault.
    options.allocator = { _, size in malloc(size) ?? { _exit(ParserChild.outOfMemory) }() }
    let result: Result<ParsedDocument, ItemProblem> = text.withUnsafeBufferPointer { buffer in
      buffer.withMemoryRebound(to: CChar.self) { buffer in
        guard let start = buffer.baseAddress,
          let output = gumbo_parse_with_options(&options, start, buffer.count)
        else { return .failure(ItemProblem("empty", "the page is empty")) }
        defer { gumbo_destroy_output(&options, output) }
        do throws(ItemProblem) {
          return .success(try document(HTMLNode(pointer: output.pointee.root), dropsSurroundings))
        } catch {
          return .failure(error)
        }
      }
    }
    return try result.get()
  }

  /// Bytes of text below which the content of a page counts as not found.
  private static let leastText = 250

  private static func elements(_ root: HTMLNode, _ dropsSurroundings: Bool) throws(ItemProblem)
    -> [DocumentElement]
  {
    var walker = HTMLWalker(dropsSurroundings: dropsSurroundings)
    if dropsSurroundings { walker.total = HTMLContent.textLength(root, 0) }
    try walker.walk(root)
    walker.finish()
    return walker.elements
  }

  private static func textLength(_ elements: [DocumentElement]) -> Int {
    elements.reduce(0) { $0 + $1.text.utf8.count + ($1.table?.cells.count ?? 0) * 8 }
  }

  private static func document(_ root: HTMLNode, _ dropsSurroundings: Bool) throws(ItemProblem)
    -> ParsedDocument
  {
    var head = HTMLHead()
    head.read(root)
    var elements = try self.elements(
      dropsSurroundings ? HTMLContent.root(of: root) ?? root : root, dropsSurroundings)
    if dropsSurroundings, textLength(elements) < leastText {
      // Everything looked like navigation, or the content is only there for browsers without
      // scripts: then all of it is what the page has to say.
      let all = try self.elements(root, false)
      if elements.isEmpty || textLength(all) > 3 * textLength(elements) + leastText {
        elements = all
      }
    }
    var document = ParsedDocument(language: head.language, elements: elements)
    let heading = document.elements.first { $0.kind == .title && $0.level == 1 }?.text
    document.title = head.title ?? heading ?? document.elements.first { $0.kind == .title }?.text
    document.fillSectionPaths()
    return document
  }
}
