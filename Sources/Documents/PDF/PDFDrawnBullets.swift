/// Bullets that are drawn and not written, as browsers do: a small shape in front of a line.
enum PDFDrawnBullets {
  static func add(_ dots: [PageBox], to lines: inout [PDFLine]) {
    for dot in dots {
      let middle = (dot.top + dot.bottom) / 2
      // It stands about half as high as small letters.
      let row = lines.indices.filter { middle > lines[$0].box.top && middle < lines[$0].box.bottom }
      guard
        let next = row.filter({ lines[$0].box.left >= dot.right }).min(by: { lines[$0].box.left < lines[$1].box.left }),
        lines[next].box.left - dot.right < 2.5 * lines[next].size, dot.width < 0.8 * lines[next].size,
        PDFParagraphs.label(lines[next].text) != .bullet,
        // What stands before it on the row makes it a sign between two texts.
        !row.contains(where: {
          lines[$0].box.right <= dot.left && dot.left - lines[$0].box.right < 2 * lines[next].size
        })
      else { continue }
      lines[next].text = "• " + lines[next].text
      lines[next].box.left = dot.left
      lines[next].boldLead = nil
    }
  }
}
