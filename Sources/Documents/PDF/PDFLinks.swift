import Foundations

/// A link that leads out of the document, where it lies on its page.
struct PDFLink {
  var box: PageBox
  let url: String
  /// The characters under it.
  var text: String
}

/// Brings links to the elements that they lie in.
enum PDFLinks {
  static func attach(_ pages: [PDFPage], to elements: inout [DocumentElement]) {
    guard pages.contains(where: { !$0.links.isEmpty }) else { return }
    var byPage: [Int: [Int]] = [:]
    for (index, element) in elements.enumerated() {
      if let page = element.page { byPage[page, default: []].append(index) }
    }
    for page in pages {
      for link in joined(page.links) where !link.text.isEmpty {
        // An element that a page break cut in two has its box on the first page only.
        let candidates = (byPage[page.number] ?? []) + (byPage[page.number - 1]?.suffix(1) ?? [])
        let place =
          candidates.first { holds(elements[$0], link, page.number) && says(elements[$0], link.text) }
          ?? candidates.first { says(elements[$0], link.text) }
        if let place { elements[place].links.append(DocumentLink(text: link.text, url: link.url)) }
      }
    }
  }

  private static func holds(_ element: DocumentElement, _ link: PDFLink, _ page: Int) -> Bool {
    guard element.page == page, let box = element.box else { return false }
    let (x, y) = ((link.box.left + link.box.right) / 2, (link.box.top + link.box.bottom) / 2)
    return x >= box.left - 2 && x <= box.right + 2 && y >= box.top - 2 && y <= box.bottom + 2
  }

  private static func says(_ element: DocumentElement, _ text: String) -> Bool {
    if element.text.utf8.count >= text.utf8.count, element.text.contains(text) { return true }
    return element.table?.cells.contains { $0.text.contains(text) } ?? false
  }

  /// A link over the end of a line and the beginning of the next is two in the file.
  private static func joined(_ links: [PDFLink]) -> [PDFLink] {
    var result: [PDFLink] = []
    for link in links.sorted(by: { ($0.box.top, $0.box.left) < ($1.box.top, $1.box.left) }) {
      if let last = result.last, last.url == link.url, link.box.top > last.box.top + 2,
        link.box.top - last.box.bottom < 8,
        !last.text.hasSuffix("-")
      {
        result[result.count - 1].text += (last.text.hasSuffix("/") && last.text.contains("://") ? "" : " ") + link.text
      } else {
        result.append(link)
      }
    }
    return result
  }
}
