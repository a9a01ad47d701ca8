/// Headings that are paragraphs in large or bold letters.
enum HTMLHeadingLooks {
  /// The elements of pieces, with what looks like a heading as one.
  static func promoted(_ pieces: [HTMLPiece], byLook: Bool = true) -> [DocumentElement] {
    let pieces = pieces.flatMap { parted($0) }
    var elements = pieces.map(\.element)
    var open = 1
    for index in pieces.indices where byLook {
      if elements[index].kind == .title {
        open = elements[index].level ?? open
        continue
      }
      guard let level = level(pieces, index) else { continue }
      elements[index].kind = .title
      elements[index].level = level == 0 ? min(6, open + 1) : level
      if level > 0 { open = level }
    }
    return elements
  }

  /// A piece whose text has the ends of paragraphs in it as its paragraphs.
  private static func parted(_ piece: HTMLPiece) -> [HTMLPiece] {
    guard piece.element.kind == .text, piece.element.text.utf8.contains(0x0A), piece.element.text.contains("\n\n")
    else {
      return [piece]
    }
    var links = piece.element.links[...]
    return piece.element.text.split(separator: "\n\n").map { text in
      var part = piece
      part.element.text = String(text)
      part.element.links = []
      while let link = links.first, text.contains(link.text) {
        part.element.links.append(link)
        links.removeFirst()
      }
      return part
    }
  }

  /// 0 for the level below the heading before.
  private static func level(_ pieces: [HTMLPiece], _ index: Int) -> Int? {
    let piece = pieces[index]
    guard piece.headingLevel != nil || piece.isBold, piece.element.kind == .text, isShort(piece.element.text) else {
      return nil
    }
    // It stands over something else than another of its kind.
    guard let next = pieces[(index + 1)...].first(where: { !$0.nodes.isEmpty }), next.element.kind != .title else {
      return nil
    }
    if let level = piece.headingLevel { return level }
    guard next.element.kind == .text ? !next.isBold && next.headingLevel == nil : true else { return nil }
    return next.element.kind != .text || next.element.text.count > piece.element.text.count ? 0 : nil
  }

  private static func isShort(_ text: String) -> Bool {
    guard text.utf8.count <= 240, text.count <= 80, !text.contains("\n"), let last = text.last else { return false }
    return !".,;:!。、，；：".contains(last) && text.contains { $0.isLetter }
  }
}
