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

  /// Puts a character to the links that it lies under.
  mutating func add(_ character: UnsafeRawBufferPointer, at place: cpoppler_box, afterSpace: Bool) {
    if all.isEmpty { return }
    let (x, y) = ((place.left + place.right) / 2, (place.top + place.bottom) / 2)
    for index in all.indices
    where x > all[index].box.left && x < all[index].box.right && y > all[index].box.top && y < all[index].box.bottom {
      if afterSpace && !all[index].text.isEmpty { all[index].text += " " }
      all[index].text += String(decoding: character, as: UTF8.self)
    }
  }
}
