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
  /// A font of letters and signs that only formulas are set in: those of TeX and its families, Cambria Math, STIX Math.
  let isMath: Bool

  /// `Medi` is the bold one of families without another; `Medium` is none.
  private static func isMedi(_ name: [UInt8]) -> Bool {
    guard let range = ByteSearch.range(of: Array("medi".utf8), in: name) else { return false }
    let rest = name[range.upperBound...]
    return rest.isEmpty || rest.starts(with: "ital".utf8) || rest.starts(with: "obli".utf8)
      || rest.first == UInt8(ascii: "-")
  }

  /// TeX's bold fonts: `ecbx1200`, `cmssbx10`, `plbxti10`.
  private static func isTeX(_ name: [UInt8]) -> Bool {
    guard let range = ByteSearch.range(of: Array("bx".utf8), in: name), range.lowerBound >= 2 else { return false }
    var rest = name[range.upperBound...]
    for style in ["ti", "sl", "o", "i"] where rest.starts(with: style.utf8) {
      rest = rest.dropFirst(style.utf8.count)
      break
    }
    return !rest.isEmpty && rest.allSatisfy { $0 >= 48 && $0 <= 57 }
  }

  /// Weights as numbers: `W6` to `W9` of Japanese fonts, `-600` to `-900`, `65` and above of a family like Frutiger are
  /// not told apart from sizes.
  private static func hasWeight(_ name: [UInt8]) -> Bool {
    guard name.count > 3 else { return false }
    let end = Array(name.suffix(2))
    if end[0] == UInt8(ascii: "w"), end[1] >= 0x36, end[1] <= 0x39 { return true }
    let last = Array(name.suffix(4))
    return last.count == 4 && last[0] == UInt8(ascii: "-") && last[1] >= 0x36 && last[1] <= 0x39 && last[2] == 0x30
      && last[3] == 0x30
  }

  /// Computer Modern Math Italic is `CMMI10`, its relatives `LMMathItalic10`, `txmi`, `NewTXMI`, `MTMI`; what `mi` names
  /// stands before the size.
  private static func isMath(_ name: String) -> Bool {
    var bare = String(bare(name))
    while let last = bare.last, last.isNumber || last == "-" { bare.removeLast() }
    return bare.contains("math") || ["cmmi", "cmmib", "cmsy", "cmbsy", "msam", "msbm", "eurm", "eusm"].contains(bare)
      || ["txmi", "pxmi", "txmia", "mtmi", "lmmi", "txsy", "pxsy", "txsys"].contains { bare.hasSuffix($0) }
  }

  /// `isHeavy` and `isFixed`: what the font's descriptor says.
  init(name: String, isHeavy: Bool = false, isFixed: Bool = false) {
    self.name = name
    let name = name.lowercased()
    let bytes = Array(name.utf8)
    func has(_ words: [String]) -> Bool {
      words.contains { ByteSearch.range(of: Array($0.utf8), in: bytes) != nil }
    }
    // TeX's typewriter fonts are called CMTT10, CMSLTT10.
    let isNamed =
      has(["bold", "black", "heavy", "cmbx", "cmb1", "sfbx", "demi", "-bd", "-hv", "fett", "gras", "negra", "poster"])
      || name.hasSuffix("-b") || name.hasSuffix("-bi") || Self.isMedi(bytes) || Self.isTeX(bytes)
      || Self.hasWeight(bytes)
    isBold = isNamed || isHeavy
    isMath = Self.isMath(name)
    var bare = name[...]
    while let last = bare.last, last.isNumber { bare.removeLast() }
    isMono =
      isFixed || bare.hasSuffix("tt")
      || has(["mono", "courier", "typewriter", "consolas", "menlo", "fixed", "code"])
  }
}
