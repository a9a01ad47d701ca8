import Foundations

/// How raised and lowered signs are written in a text that has none, the same for every format: a reader must not take
/// them for digits of the number before them.
///
/// A note's mark is `500[1]`, a power `10^6` or `x^(n+1)`, an index `x_i`; `H2O`, `1st` and `1/2` are what people write.
package enum ScriptText {
  package enum Role: Sendable {
    /// The mark of a note, known to be one.
    case note
    case raised, lowered
  }

  /// - Parameters:
  ///   - text: what is raised or lowered.
  ///   - before: what stands before it in its line, or the end of that.
  package static func written(_ text: String, _ role: Role, after before: String) -> String {
    let inner = text.trimmed
    guard !inner.isEmpty else { return text }
    let gap = text.first?.isWhitespace == true ? " " : ""
    switch role {
    case .note: return gap + note(inner)
    case .lowered: return gap + lowered(inner, before)
    case .raised: return gap + raised(inner, before, isApart: !gap.isEmpty || before.last?.isWhitespace == true)
    }
  }

  /// `5^1⁄` and `^1/` as they are found before a lowered denominator: a fraction is no power.
  /// - Returns: the text before with the fraction as people write it; `nil` when none stands there.
  package static func fraction(_ before: String) -> String? {
    guard let bar = before.last, bar == "⁄" || bar == "/" else { return nil }
    let body = before.dropLast()
    let digits = body.reversed().prefix { $0.isASCII && $0.isNumber }.count
    guard digits > 0 else { return nil }
    let head = body.dropLast(digits)
    guard head.last == "^" else { return String(body) + "/" }
    return String(head.dropLast()) + (head.dropLast().last?.isNumber == true ? " " : "") + body.suffix(digits) + "/"
  }

  private static func note(_ inner: String) -> String {
    guard let first = inner.unicodeScalars.first else { return inner }
    let isMarked = first == "[" || first == "(" || isSymbol(first)
    return isMarked ? inner : "[\(inner)]"
  }

  /// Signs that are raised by themselves: `*`, `†`, `®`, `°`.
  private static func isSymbol(_ scalar: Unicode.Scalar) -> Bool {
    "*†‡§¶®©™℠°′″ªº∗⁎#".unicodeScalars.contains(scalar) || isRaised(scalar)
  }

  private static func isRaised(_ scalar: Unicode.Scalar) -> Bool {
    [0xB2, 0xB3, 0xB9].contains(scalar.value) || (0x2070...0x209F).contains(scalar.value)
  }

  private static func raised(_ inner: String, _ before: String, isApart: Bool) -> String {
    guard let first = inner.unicodeScalars.first, let base = before.trimmedEnd.last else { return inner }
    if first == "[" || isSymbol(first) { return inner }
    let isNumber =
      inner.allSatisfy { $0.isASCII && ($0.isNumber || ",;–-".contains($0)) } && inner.first?.isNumber == true
    if isApart { return isNumber && !"([{".contains(base) ? note(inner) : inner }
    if "([{\"“„«‘/".contains(base) { return inner }
    let word = before.reversed().prefix { $0.isLetter }.count
    let letters = inner.allSatisfy(\.isLetter)
    if letters, base.isNumber, ordinals.contains(inner.lowercased()) { return inner }
    if letters, isAbbreviated(inner, base, word) { return inner }
    let closes = ".,;:!?”’»%…".contains(base) || base == "\"" || base.isIdeographic
    if closes || word >= 4, isNumber || letters && inner.count == 1 { return note(inner) }
    if inner.count > 12 || inner.contains(" ") && !inner.contains(where: { "+-−=".contains($0) }) { return " " + inner }
    return "^" + grouped(inner)
  }

  private static let ordinals: Set<String> = [
    "st", "nd", "rd", "th", "er", "re", "ère", "ere", "e", "ème", "eme", "o", "a", "os", "as", "ste", "de", "te",
  ]

  /// `Mme`, `Dr`, `No`, `TM`: the raised end of an abbreviation.
  private static func isAbbreviated(_ inner: String, _ base: Character, _ word: Int) -> Bool {
    if ["TM", "SM", "MD", "MC", "tm"].contains(inner) { return true }
    guard base.isLetter else { return false }
    if inner.count >= 2 { return base.isUppercase || word >= 2 }
    return word == 1 && ["No", "no", "Dr", "St", "Nr", "Mr"].contains("\(base)\(inner)")
  }

  private static func lowered(_ inner: String, _ before: String) -> String {
    guard let base = before.last, !base.isWhitespace else { return inner }
    if inner.allSatisfy({ $0.isASCII && $0.isNumber }), base.isLetter || ")]⁄/".contains(base) { return inner }
    if inner.unicodeScalars.allSatisfy({ isRaised($0) }) { return inner }
    return "_" + grouped(inner)
  }

  /// In brackets, unless it is one sign, one word or one number.
  private static func grouped(_ inner: String) -> String {
    let rest = inner.drop { "+-−".contains($0) }
    let isNumber =
      rest.allSatisfy { $0.isNumber || $0 == "." } || inner.allSatisfy { $0.isNumber || "+-−".contains($0) }
    let isWord = inner.count == 1 || inner.count <= 4 && inner.allSatisfy(\.isLetter)
    return isNumber || isWord || inner.first == "(" && inner.last == ")" ? inner : "(\(inner))"
  }
}

extension String {
  fileprivate var trimmed: String { String(drop { $0.isWhitespace }).trimmedEnd }

  fileprivate var trimmedEnd: String {
    var text = self[...]
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}

extension Character {
  fileprivate var isIdeographic: Bool {
    unicodeScalars.first.map { (0x3000...0x9FFF).contains($0.value) || (0xF900...0xFAFF).contains($0.value) } ?? false
  }
}
