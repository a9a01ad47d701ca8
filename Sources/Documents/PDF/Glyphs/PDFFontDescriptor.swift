import Foundations

/// What a font's descriptor says of it (ISO 32000-2, 9.8).
struct PDFFontDescriptor {
  let isHeavy: Bool
  let isFixed: Bool

  /// Of the font with this name among those of a page; `nil` where there is none.
  init?(_ name: String, _ page: PDFObjects.Object) {
    let fonts = page.inherited("/Resources")["/Font"]
    let wanted = "/" + PDFFontTraits.bare(name)
    for key in fonts.keys {
      let font = fonts[key]
      guard let base = font["/BaseFont"].name, "/" + PDFFontTraits.bare(String(base.dropFirst())) == wanted else {
        continue
      }
      let kind = font["/DescendantFonts"]
      let descriptor = (kind.count > 0 ? kind[0] : font)["/FontDescriptor"]
      guard !descriptor.isNull else { return nil }
      self.init(descriptor)
      return
    }
    return nil
  }

  private init(_ descriptor: PDFObjects.Object) {
    let flags = Int(clamping: descriptor["/Flags"].number ?? 0)
    let weight = descriptor["/FontWeight"].number ?? 400
    // Stems of ordinary fonts are 60 to 100 thousandths of the size, those of bold ones 120 to 200.
    let stem = descriptor["/StemV"].number ?? 0
    isHeavy = flags & 1 << 18 != 0 || weight >= 600 || stem >= 135 && stem < 400
    isFixed = flags & 1 != 0
  }
}
