import Foundations

/// What the name of a font says of it: PDF has no flag for bold.
struct PDFFontTraits {
  /// Without the tag of a subset, `ABCDEF+`.
  static func bare(_ name: String) -> Substring {
    guard let plus = name.utf8.firstIndex(of: UInt8(ascii: "+")),
      name.utf8.distance(from: name.startIndex, to: plus) == 6
    else {
      return name[...]
    }
    return name[name.utf8.index(after: plus)...]
  }

  let name: String
  let isBold: Bool
  let isMono: Bool

  init(name: String) {
    self.name = name
    let name = name.lowercased()
    let bytes = Array(name.utf8)
    func has(_ words: [String]) -> Bool {
      words.contains { ByteSearch.range(of: Array($0.utf8), in: bytes) != nil }
    }
    // TeX's bold fonts are called CMBX10, SFBX1200 and so on, its typewriter fonts CMTT10, CMSLTT10.
    isBold = has(["bold", "black", "heavy", "cmbx", "cmb1", "sfbx", "demi", "-bd"]) || name.hasSuffix("-b")
    var bare = name[...]
    while let last = bare.last, last.isNumber { bare.removeLast() }
    isMono =
      bare.hasSuffix("tt")
      || has(["mono", "courier", "typewriter", "consolas", "menlo", "fixed", "code"])
  }
}
