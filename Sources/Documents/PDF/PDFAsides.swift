import Foundations

/// Lines that run in another direction than most of their page: heads of narrow columns, axes, stamps in the margin. They
/// would stop every cut between columns, so they are blocks of their own at the end of the page.
enum PDFAsides {
  /// Brings those that stand in the grid of a table to the other lines, and takes away what is said on page after page.
  static func sort(_ pages: inout [PDFPage]) {
    var said: Set<String> = []
    for index in pages.indices where !pages[index].turned.isEmpty {
      let grids = PDFGrid.find(pages[index].rules)
      let isInside = { (line: PDFLine) in grids.contains { contains($0.box, line.box) } }
      pages[index].lines += pages[index].turned.filter(isInside)
      pages[index].turned.removeAll(where: isInside)
      // Once is enough: the first page that has it keeps it.
      pages[index].turned.removeAll { !said.insert($0.text).inserted }
    }
  }

  /// Puts them behind the blocks of their pages; what stands at the edges before and behind.
  static func insert(_ pages: [PDFPage], into blocks: inout [PDFBlock]) {
    for page in pages {
      for edge in page.edges {
        let row = PDFReadingOrder.rows(edge.lines)
        guard !row.isEmpty else { continue }
        let place =
          edge.isTop
          ? blocks.firstIndex { $0.page >= page.number } ?? blocks.count
          : blocks.lastIndex { $0.page <= page.number }.map { $0 + 1 } ?? 0
        blocks.insert(PDFBlock(.text, row), at: place)
      }
    }
    for page in pages where !page.turned.isEmpty {
      let place = blocks.lastIndex { $0.page <= page.number }.map { $0 + 1 } ?? 0
      blocks.insert(contentsOf: Self.blocks(page.turned), at: place)
    }
  }

  /// Lines of one direction beside each other are one text.
  private static func blocks(_ lines: [PDFLine]) -> [PDFBlock] {
    var groups: [[PDFLine]] = []
    for line in lines {
      if let last = groups.last?.last, last.turn == line.turn, isNear(last, line) {
        groups[groups.count - 1].append(line)
      } else {
        groups.append([line])
      }
    }
    return groups.map { PDFBlock(.text, $0) }
  }

  private static func isNear(_ last: PDFLine, _ line: PDFLine) -> Bool {
    let (across, along) =
      line.turn.swapsSides
      ? (
        max(last.box.left, line.box.left) - min(last.box.right, line.box.right),
        min(last.box.bottom, line.box.bottom) - max(last.box.top, line.box.top)
      )
      : (
        max(last.box.top, line.box.top) - min(last.box.bottom, line.box.bottom),
        min(last.box.right, line.box.right) - max(last.box.left, line.box.left)
      )
    let length = line.turn.swapsSides ? min(last.box.height, line.box.height) : min(last.box.width, line.box.width)
    return abs(last.size - line.size) < 0.5 && across < 0.8 * line.size && along > 0.6 * length
      && length > 6 * line.size
  }

  private static func contains(_ box: PageBox, _ inner: PageBox) -> Bool {
    let (x, y) = ((inner.left + inner.right) / 2, (inner.top + inner.bottom) / 2)
    return x > box.left && x < box.right && y > box.top && y < box.bottom
  }
}
