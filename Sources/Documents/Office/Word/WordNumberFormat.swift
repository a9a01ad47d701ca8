import Formats
import Foundations

/// The numbers of lists by the names that Word has for them (ECMA-376, 17.18.59).
enum WordNumberFormat {
  static func written(_ number: Int, _ format: String) -> String {
    switch format {
    case "decimal": "\(number)"
    case "decimalZero", "01, 02, 03, ...": ListNumber.written(number, .decimalZero)
    case "lowerLetter": ListNumber.written(number, .lowerDoubled)
    case "upperLetter": ListNumber.written(number, .upperDoubled)
    case "lowerRoman": ListNumber.written(number, .lowerRoman)
    case "upperRoman": ListNumber.written(number, .upperRoman)
    case "ordinal": ListNumber.written(number, .ordinal)
    case "decimalEnclosedCircle", "decimalEnclosedCircleChinese": ListNumber.written(number, .circled)
    case "chineseCounting", "ideographDigital", "japaneseCounting", "chineseCountingThousand", "taiwaneseCounting",
      "taiwaneseCountingThousand", "chineseLegalSimplified":
      ListNumber.written(number, .chinese)
    case "cardinalText": words(number, isOrdinal: false)
    case "ordinalText": words(number, isOrdinal: true)
    case "numberInDash": "- \(number) -"
    case "hex": String(number, radix: 16, uppercase: true)
    case "none", "bullet": ""
    case _ where format.hasPrefix("0"):
      // `001, 002, 003, ...`
      String(repeating: "0", count: max(0, format.prefix { $0.isNumber }.count - "\(number)".count)) + "\(number)"
    default: "\(number)"
    }
  }

  private static let cardinals = [
    "Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve",
    "Thirteen", "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen",
  ]
  private static let ordinals = [
    "Zeroth", "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth", "Eleventh",
    "Twelfth", "Thirteenth", "Fourteenth", "Fifteenth", "Sixteenth", "Seventeenth", "Eighteenth", "Nineteenth",
  ]
  private static let tens = ["", "", "Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety"]

  private static func words(_ number: Int, isOrdinal: Bool) -> String {
    guard (0..<100).contains(number) else { return isOrdinal ? ListNumber.written(number, .ordinal) : "\(number)" }
    if number < 20 { return isOrdinal ? ordinals[number] : cardinals[number] }
    let ten = tens[number / 10]
    if number % 10 == 0 { return isOrdinal ? ten.dropLast() + "ieth" : ten }
    return "\(ten)-" + (isOrdinal ? ordinals[number % 10] : cardinals[number % 10]).lowercased()
  }
}
