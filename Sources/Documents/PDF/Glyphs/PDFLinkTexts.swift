import CPoppler

/// The links of a page, and the characters that lie under them.
struct PDFLinkTexts {
  private(set) var all: [PDFLink]

  init(_ raw: cpoppler_page) {
    all = UnsafeBufferPointer(start: raw.links, count: Int(raw.link_count)).map { link in
      PDFLink(
        box: PageBox(left: link.box.left, top: link.box.top, right: link.box.right, bottom: link.box.bottom),
        url: String(cString: link.uri), text: "")
    }
  }

  /// Moves them with a page that is turned.
  mutating func turn(_ turn: PDFTurn, width: Double, height: Double) {
    for index in all.indices { all[index].box = turn.upright(all[index].box, width: width, height: height) }
  }

  /// Puts a character to the links that it lies under.
  mutating func add(_ scalar: UInt32, at place: cpoppler_box, afterSpace: Bool) {
    if all.isEmpty { return }
    let (x, y) = ((place.left + place.right) / 2, (place.top + place.bottom) / 2)
    for index in all.indices
    where x > all[index].box.left && x < all[index].box.right && y > all[index].box.top && y < all[index].box.bottom {
      if afterSpace && !all[index].text.isEmpty { all[index].text += " " }
      var bytes: [UInt8] = []
      PDFLetters.append(scalar, to: &bytes)
      all[index].text += String(decoding: bytes, as: UTF8.self)
    }
  }
}
