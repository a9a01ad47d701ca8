/// Numbers in words, in English, German, French and Chinese, as far as they are one word or follow one another:
/// `fifteen`, `twenty-five`, `two hundred`, `fünfundzwanzig`, `quatre-vingt`, `十五`. Words that are articles, too (`one`,
/// `ein`, `un`), are none.
enum NumberWords {
  private static let english: [String: Double] = table(
    [
      "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
      "fourteen",
      "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ],
    tens: ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
  ).merging(["zero": 0, "dozen": 12]) { $1 }

  private static let german: [String: Double] = {
    let units = ["ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"]
    var words = table(
      [
        "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf", "dreizehn",
        "vierzehn",
        "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn",
      ],
      tens: ["zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"])
    words["null"] = nil
    for (ten, word) in ["zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"]
      .enumerated()
    {
      for (unit, name) in units.enumerated() { words[name + "und" + word] = Double((ten + 2) * 10 + unit + 1) }
    }
    for (index, name) in units.enumerated() {
      words[name + "hundert"] = Double((index + 1) * 100)
      words[name + "tausend"] = Double((index + 1) * 1000)
    }
    words["hundert"] = 100
    words["tausend"] = 1000
    return words
  }()

  private static let french: [String: Double] = table(
    [
      "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize", "quatorze",
      "quinze",
      "seize", "dix-sept", "dix-huit", "dix-neuf",
    ],
    tens: ["vingt", "trente", "quarante", "cinquante", "soixante", "soixante-dix", "quatre-vingt", "quatre-vingt-dix"]
  ).merging(["quatre-vingts": 80, "cent": 100, "cents": 100, "mille": 1000]) { $1 }

  private static let scales: [String: Double] = [
    "hundred": 100, "hundreds": 100, "thousand": 1e3, "thousands": 1e3, "million": 1e6, "millions": 1e6, "billion": 1e9,
    "billions": 1e9, "trillion": 1e12, "tausend": 1e3, "millionen": 1e6, "milliarde": 1e9, "milliarden": 1e9,
    "mille": 1e3,
    "milliard": 1e9, "milliards": 1e9, "bn": 1e9, "万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8,
  ]

  private static func table(_ units: [String], tens: [String]) -> [String: Double] {
    var words: [String: Double] = [:]
    for (index, word) in units.enumerated() { words[word] = Double(index + 2) }
    for (index, word) in tens.enumerated() { words[word] = Double((index + 2) * 10) }
    return words
  }

  /// What a word multiplies the number before it by: `million`.
  static func scale(_ word: String) -> Double? { scales[word.lowercased()] }

  /// The number that a word is; with hyphens, one of several words.
  static func value(_ word: String) -> Double? {
    let lower = word.lowercased()
    if let value = english[lower] ?? german[lower] ?? french[lower] { return value }
    let parts = lower.split(separator: "-").map(String.init)
    guard parts.count == 2, let ten = english[parts[0]] ?? french[parts[0]], ten >= 20, ten < 100 else { return nil }
    let ones: [String: Double] = ["one": 1, "un": 1, "une": 1]
    guard let one = ones[parts[1]] ?? english[parts[1]] ?? french[parts[1]], one < 20 else { return nil }
    return ten + one
  }

  private static let chineseDigits: [Character: Double] = [
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
  ]
  private static let chineseScales: [Character: Double] = [
    "十": 10, "百": 100, "千": 1000, "万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8,
  ]

  static func isChinese(_ character: Character) -> Bool {
    chineseDigits[character] != nil || chineseScales[character] != nil
  }

  /// `二百五十` is 250; `nil` for a single `一` and what is no number.
  static func chinese(_ text: some Sequence<Character>) -> Double? {
    var (total, part, digit): (Double, Double, Double?) = (0, 0, nil)
    var count = 0
    for character in text {
      count += 1
      if let value = chineseDigits[character] {
        digit = digit.map { $0 * 10 + value } ?? value
      } else if let scale = chineseScales[character] {
        if scale >= 1e4 {
          total += (part + (digit ?? 0)) * scale
          part = 0
        } else {
          part += (digit ?? 1) * scale
        }
        digit = nil
      } else {
        return nil
      }
    }
    let value = total + part + (digit ?? 0)
    return count == 1 && value < 2 ? nil : value
  }
}
