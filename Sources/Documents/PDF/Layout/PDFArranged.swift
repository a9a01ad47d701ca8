/// The pages of a document with their tables taken out and their lines in order, before anything says what these are.
struct PDFArranged {
  private(set) var pages: [PDFPage]
  private(set) var tables: [[PDFTables.Found]]
  private(set) var lines: [[PDFLine]]
  let contents: PDFContents
  let style: PDFStyle

  init(_ read: [PDFPage], _ bookmarks: [PDFFile.Bookmark]) {
    pages = read
    PDFRunningHeads.remove(from: &pages)
    PDFContents.mark(&pages)
    PDFAsides.sort(&pages)
    for index in pages.indices
    where !pages[index].isContents && !PDFLeaders.isIndex(pages[index].lines, pages: pages.count) {
      PDFLeaders.split(&pages[index].lines)
    }
    tables = []
    for index in pages.indices { tables.append(PDFTables.take(from: &pages[index])) }
    lines = pages.map { PDFReadingOrder.order($0) }
    contents = PDFContents(
      takenFrom: &lines, bookmarks: Set(bookmarks.map { PDFLine.plain($0.title) }), isContents: pages.map(\.isContents))
    style = PDFStyle(lines)
  }
}
