import CPoppler
import Foundations

/// Small characters above or below the line: powers, indices, note marks, the parts of fractions. Written flat behind a
/// number they would make it another number.
enum PDFRaised {
  enum Place { case above, below }

  /// Where the characters of a segment stand; `nil` when all stand on the line. `size` is that of a run.
  static func places(_ entries: [PDFSegment.Entry], main: Int, _ size: (Int) -> Double) -> [Place?]? {
    let usual = size(main)
    guard entries.contains(where: { size($0.glyph.run) < 0.85 * usual }) else { return nil }
    let bases = entries.lazy.filter { $0.glyph.run == main }.map { base($0.glyph) }.sorted()
    guard !bases.isEmpty else { return nil }
    let line = bases[bases.count / 2]
    var isFound = false
    let places = entries.map { entry -> Place? in
      guard size(entry.glyph.run) < 0.85 * usual else { return nil }
      let rise = line - base(entry.glyph)
      if rise > 0.14 * usual {
        isFound = true
        return .above
      }
      if rise < -0.06 * usual {
        isFound = true
        return .below
      }
      return nil
    }
    return isFound ? places : nil
  }

  /// About where the line runs on which a character stands.
  private static func base(_ glyph: PDFGlyph) -> Double { glyph.place.bottom - 0.22 * glyph.place.height }

  /// The text of two pieces of a line, one behind the other, where a small one may stand above or below the line of the
  /// other.
  static func join(_ first: PDFLine, _ second: PDFLine) -> String {
    if first.text.hasSuffix("LA"), second.text.hasPrefix("T"), second.box.left - first.box.right < 0.2 * second.size {
      return first.text + second.text
    }
    let rise = (first.box.bottom - 0.22 * first.box.height) - (second.box.bottom - 0.22 * second.box.height)
    let isNear = second.box.left - first.box.right < 0.4 * max(first.size, second.size)
    if isNear, second.size < 0.85 * first.size, second.text.utf8.count <= 12 {
      // The rest of the word that a large initial begins.
      if second.size * 1.8 < first.size, first.text.unicodeScalars.count == 1, first.text.first?.isUppercase == true,
        second.text.first?.isLowercase == true
      {
        return first.text + second.text
      }
      if rise > 0.14 * first.size { return first.text + above(second.text, after: first.text, isFirst: false) }
      if rise < -0.06 * first.size { return first.text + below(second.text, after: first.text) }
    }
    if isNear, first.size < 0.85 * second.size, -rise > 0.14 * second.size, isMark(first.text) {
      return "[\(first.text)] " + second.text
    }
    return first.text + " " + second.text
  }

  /// How characters above the line are written behind `before`; `isInFormula`: that ends in a letter or sign in a font
  /// of formulas.
  static func above(_ raised: String, after before: String, isFirst: Bool, isInFormula: Bool = false) -> String {
    let core = raised.filter { $0 != " " }
    if core.isEmpty { return "" }
    // The A in the name of LaTeX.
    if core == "A", before.hasSuffix("L") { return core }
    if isFirst { return isMark(core) ? "[\(core)] " : raised }
    if core.unicodeScalars.allSatisfy({ !$0.properties.isAlphabetic && $0.properties.numericType == nil }) {
      return core
    }
    let word = lastWord(before)
    if isInFormula || isOperand(word, in: before) { return "^" + plain(core) }
    let letters = word.unicodeScalars.filter { $0.properties.isAlphabetic }
    let digits = core.utf8.allSatisfy { $0 >= 48 && $0 <= 57 || $0 == 0x2C || $0 == 0x2D } && isDigit(core.utf8.first)
    let isSigned = core.unicodeScalars.first.map { "+-−–".unicodeScalars.contains($0) } ?? false
    if isSigned { return "^" + plain(core) }
    if let last = before.unicodeScalars.last, last.properties.numericType != nil {
      if ordinals.contains(core.lowercased()) { return core }
      if digits { return isBase(word) ? "^" + core : "[\(core)]" }
      return core.count == 1 && !"nkmxij".contains(core) ? "[\(core)]" : "^" + plain(core)
    }
    if digits {
      let isPower =
        units.contains(word) || letters.count == 1 && word.unicodeScalars.count == 1
        || before.hasSuffix(")") && !hasWord(beforeBracket: before)
      return isPower ? "^" + core : "[\(core)]"
    }
    guard core.unicodeScalars.count == 1 else { return core }
    if letters.count == 1 { return word.lowercased() == "n" && core == "o" ? core : "^" + core }
    return "[\(core)]"
  }

  /// The same below it: what follows a letter of chemistry is read with it, as `H2O`.
  static func below(_ lowered: String, after before: String, isInFormula: Bool = false) -> String {
    let core = lowered.filter { $0 != " " }
    guard let last = before.unicodeScalars.last else { return core }
    if isInFormula, last.properties.isAlphabetic || last.properties.numericType != nil || isSign(last) {
      return "_" + plain(core)
    }
    if last.properties.numericType != nil { return "_" + core }
    return last.properties.isLowercase && lastWord(before).unicodeScalars.count == 1 ? "_" + core : core
  }

  private static let ordinals: Set<String> = [
    "st", "nd", "rd", "th", "o", "a", "os", "as", "er", "e", "re", "ère", "ème", "me", "do", "ᵉ",
  ]
  private static let units: Set<String> = [
    "m", "km", "cm", "mm", "dm", "hm", "µm", "μm", "nm", "ft", "in", "yd", "mi", "mile", "miles", "s", "sec", "h", "kg",
    "м", "км", "см", "мм",
  ]

  private static func isDigit(_ byte: UInt8?) -> Bool { byte.map { $0 >= 48 && $0 <= 57 } ?? false }

  /// Whether a note may be marked like this at its beginning.
  private static func isMark(_ text: String) -> Bool {
    text.utf8.count <= 3
      && (text.utf8.allSatisfy { isDigit($0) } || text.unicodeScalars.count == 1 && text.first?.isLetter == true)
  }

  /// Whether a word is one of the letters of a formula (`E = mc`), the name of a function, or a sign of mathematics.
  private static func isOperand(_ word: String, in before: String) -> Bool {
    if functions.contains(word) { return true }
    guard !word.isEmpty else { return before.unicodeScalars.last.map(isSign) ?? false }
    guard word.unicodeScalars.count <= 3, word.unicodeScalars.allSatisfy(\.properties.isAlphabetic) else {
      return false
    }
    let left = before.dropLast(word.count)
    let rest = left.reversed().drop { $0 == " " }
    // A hyphen between words is none.
    guard let sign = rest.first?.unicodeScalars.first else { return false }
    return isSign(sign) && (sign != "|" && sign != "~") || sign == "·" || sign == "-" && left.hasSuffix(" ")
  }

  private static func isSign(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .mathSymbol || scalar == "‖" || scalar == "′"
  }

  private static let functions: Set<String> = [
    "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "log", "ln", "exp",
  ]

  /// Whether a number is one that powers are made of.
  private static func isBase(_ word: String) -> Bool { ["10", "2", "×10", "x10", "·10"].contains(word) }

  private static func lastWord(_ text: String) -> String {
    String(
      text.unicodeScalars.reversed().prefix {
        $0.properties.isAlphabetic || $0.properties.numericType != nil || "×·".unicodeScalars.contains($0)
      }
      .reversed().reduce(into: String.UnicodeScalarView()) { $0.append($1) })
  }

  private static func hasWord(beforeBracket text: String) -> Bool {
    guard let open = text.lastIndex(of: "(") else { return true }
    return text[open...].split(whereSeparator: { !$0.isLetter }).contains { $0.count >= 3 }
  }

  /// In brackets when it is more than one sign and a number or a letter.
  private static func plain(_ text: String) -> String {
    let inner = text.unicodeScalars.dropFirst().contains {
      !$0.properties.isAlphabetic && $0.properties.numericType == nil && $0 != "."
    }
    return inner ? "(\(text))" : text
  }
}
