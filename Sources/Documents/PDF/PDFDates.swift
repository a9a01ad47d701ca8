/// Lines that say when and nothing else: `3 May 2024`, `May 2018 – June 2020`, `2018 – today`. The day looks like the number
/// of a heading.
enum PDFDates {
  /// In English, German, French, Spanish, Italian, Portuguese, Dutch, Polish and Russian, the first four letters each, as
  /// far as they have them.
  private static let months: Set<String> = Set(
    """
    janu febr marc apri may june july augu sept octo nove dece jan feb mar apr jun jul aug sep oct nov dec
    jänn märz mai juni juli okto deze mär okt dez janv févr mars avri juin juil août déce
    ener abri mayo agos septi novi dici gen genn magg giug lugl sett ott otto feve maio junh julh setem out outu
    maar mei stycz luty marz kwie maja czer lipc sier wrze paźd list grud
    янва февр март апре мая май июня июнь июля июль авгу сент октя нояб дека
    """.split(whereSeparator: { $0 == " " || $0 == "\n" }).map { String($0.prefix(4)) })

  static func isDate(_ text: String) -> Bool {
    guard text.utf8.count <= 48 else { return false }
    var (years, named, others) = (0, 0, 0)
    var isOpen = false
    let tokens = text.split(whereSeparator: { " ,./".contains($0) || Self.dashes.contains($0) })
    for token in tokens {
      let word = token.lowercased()
      let digits = word.prefix { $0.isASCII && $0.isNumber }
      if let number = Int(digits) {
        let suffix = word.dropFirst(digits.count)
        guard ["", "st", "nd", "rd", "th", "er", "º", "°"].contains(suffix) else { return false }
        if digits.count == 4, (1000...2999).contains(number) {
          years += 1
        } else if !(1...31).contains(number) {
          return false
        }
      } else if months.contains(String(word.prefix(4))) {
        named += 1
      } else if ["de", "of", "den", "le", "il", "to", "bis", "г"].contains(word) {
        continue
      } else {
        others += 1
        isOpen = token == tokens.last
      }
    }
    // The last word may say that it goes on.
    let goesOn = others == 1 && isOpen && years == 1 && text.contains { dashes.contains($0) }
    return years > 0 && (others == 0 || goesOn) && (years + named <= 4)
  }

  private static let dashes: Set<Character> = ["-", "–", "—", "‐", "‑", "−", "~"]
}
