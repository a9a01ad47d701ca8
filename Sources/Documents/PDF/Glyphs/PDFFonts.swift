import Foundations
import Glibc

/// The fonts of a document by name: the same few come in every line; and what else the pages before say of a page.
struct PDFFonts {
  struct Font {
    let id: Int
    let traits: PDFFontTraits
  }
  /// Looks up the descriptor of a font by its name on the page that is read.
  var descriptor: (String) -> PDFFontDescriptor? = { _ in nil }

  private func describe(_ name: String) -> PDFFontTraits {
    let descriptor = descriptor(name)
    return PDFFontTraits(name: name, isHeavy: descriptor?.isHeavy ?? false, isFixed: descriptor?.isFixed ?? false)
  }

  /// Pages with fonts whose size poppler does not know (`PDFTypeThree`).
  var pagesWithMixedLines: Set<Int> = []
  /// Where the last pages have gutters between their columns.
  private var gutters: [(page: Int, width: Double, height: Double, gutter: PDFGutter)] = []

  mutating func keep(_ found: [PDFGutter], page: Int, width: Double, height: Double) {
    gutters.removeAll { $0.page == page || $0.page < page - 8 }
    gutters += found.map { (page, width, height, $0) }
  }

  /// Those of the pages before that are as large as this one.
  func gutters(before page: Int, width: Double, height: Double) -> [PDFGutter] {
    gutters.filter { $0.page < page && abs($0.width - width) < 1 && abs($0.height - height) < 1 }.map(\.gutter)
  }

  private var byName: [String: Font] = [:]
  private var last: (name: String, font: Font)?

  subscript(_ name: UnsafePointer<CChar>) -> Font {
    mutating get {
      if let last, last.name.withCString({ strcmp($0, name) == 0 }) { return last.font }
      let text = String(cString: name)
      let font: Font
      if let known = byName[text] {
        font = known
      } else {
        // Subsets of one font have different tags in front: `ABCDEF+Name`.
        let bare = PDFFontTraits.bare(text)
        font = Font(
          id: byName.values.first { PDFFontTraits.bare($0.traits.name) == bare }?.id ?? byName.count,
          traits: describe(text))
        byName[text] = font
      }
      last = (text, font)
      return font
    }
  }
}
